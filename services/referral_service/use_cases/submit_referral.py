"""Sending a referral, or counting a "no" or an "only the card" and keeping nothing else.

Order: the body's rules (422), the idempotency key (replay, 422, 409), then what only the database knows: the services
and the card (422). Promises: the priority is derived before the identity is sealed; each need that no service of the
district meets is counted, whatever the answer; nothing looks for earlier referrals of the same person (rule 3); a
number that is not an unused card of the own unit gets one same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.consent_texts import names_the_team
from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.effects import new_task
from referral_service.domain.leaving import FOLLOW_THE_DATE, RELEASE_TODAY, priority_now, urgent_otherwise
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted, unmet
from referral_service.domain.person_rules import faults
from referral_service.domain.submission import Person, Submission
from referral_service.domain.vocabulary import View
from referral_service.domain.wall import SentReferral, TaskView
from referral_service.outside.codes import new_card_code, new_reference, show
from referral_service.store.answers import UNMET, answer_rows
from referral_service.store.cards import holder_row, use_card
from referral_service.store.directory import listed_in
from referral_service.store.rows import insert_rows
from referral_service.store.sent import get_sent
from referral_service.store.submission import NewReferral, add_submission
from referral_service.use_cases.check_receivers import check_receivers
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import team_event
from referral_service.use_cases.seal_identity import seal_new_identity
from service_kit.db.idempotency import IdempotencyKey, replay_or_claim
from service_kit.errors import FieldError, Invalid
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.roles import CUSTODY_HEALTH, PRISON


@dataclass(frozen=True)
class Submitted:
    """`sent` is None where nothing was sent; `card_code` is shown once, in the first answer only.

    `receivers` are what the card in that answer tells of; a repeated request has neither.
    """

    answer: str
    sent: SentReferral | None
    card_code: str | None = None
    receivers: Sequence[ListedService] = ()


def submit_referral(
    session: Session,
    sender: Principal,
    submission: Submission,
    *,
    key: IdempotencyKey,
    fingerprint: bytes,
    dependencies: Dependencies,
    now: datetime,
) -> Submitted:
    """Do it once for each key. Raises problems 422 and 409 (also where the sender's unit is suspended), NotFound."""
    refused = [FieldError(*fault) for fault in faults(submission, sender.role, day_in_india(now))]
    if refused:
        raise Invalid(*refused)
    new_id = dependencies.ids.uuid()
    first = replay_or_claim(session, account=sender.account, key=key, fingerprint=fingerprint, now=now, resource=new_id)
    if submission.person is None:
        if first is None:
            _count_answer(session, sender, submission, now)
        return Submitted(submission.consent.answer, None)
    if first is not None:
        return Submitted("yes", get_sent(session, sender, first, now=now))
    return _send(session, sender, submission, submission.person, new_id, dependencies=dependencies, now=now)


def _count_answer(session: Session, sender: Principal, submission: Submission, now: datetime) -> None:
    needs, district = submission.needs, submission.district
    nobody_offers = _unmet(session, Wanted(frozenset(needs), district, submission.setting))
    counted = ((submission.consent.answer, needs), (UNMET, nobody_offers))
    rows = [
        row
        for answer, of in counted
        for row in answer_rows(day_in_india(now), answer, needs=of, district=district, setting=submission.setting)
    ]
    if submission.card is not None:
        code_mac = use_card(session, sender.organization, submission.card, now)
        rows = [*rows, holder_row(code_mac, None, district, needs)]
    insert_rows(session, rows)


def _unmet(session: Session, wanted: Wanted, receivers: Sequence[ListedService] = ()) -> Sequence[str]:
    """The needs that no service of the district meets; the district is read only where the receivers leave some."""
    if not unmet(receivers, wanted):
        return ()
    return sorted(unmet(listed_in(session, wanted.district), wanted))


def _send(
    session: Session,
    sender: Principal,
    submission: Submission,
    person: Person,
    new_id: UUID,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> Submitted:
    wanted = submission.wanted(person)
    receivers = check_receivers(session, submission, wanted, sender.organization)
    release = _release(submission, person, day_in_india(now))
    identity = submission.identity(person, now)
    from_health_staff = sender.role == CUSTODY_HEALTH
    sent = SentReferral(
        id=new_id,
        reference=new_reference(dependencies.ids),
        state=View.SENT,
        reason=None,
        version=1,
        changed_at=now,
        submitted_at=now,
        setting=submission.setting,
        district=submission.district,
        needs=submission.needs,
        service_id=submission.service_id,
        candidates=submission.candidates,
        priority=release.priority,
        another_service=submission.consent.another_service,
        has_custody_row=from_health_staff,
        release_on=release.day if from_health_staff else None,
        in_custody=from_health_staff,
        shared_with_team=from_health_staff and names_the_team(submission.consent.version),
    )
    task = _new_task(sender, sent, release, receivers, dependencies, child_path=wanted.child_path)
    code, code_mac = _hand_out_card(session, sender, submission.card, dependencies, now)
    new = NewReferral(
        account=sender.account,
        organization=sender.organization,
        sent=sent,
        task=task,
        sealed=seal_new_identity(identity, submission.fit(person), person.contact.value, new_id, dependencies),
        code_mac=code_mac,
        unmet=_unmet(session, wanted, receivers),
        custody=_custody_row(release) if from_health_staff else None,
        event=team_event("referral.submitted.v1", task, ids=dependencies.ids, now=now, due_at=task.due),
    )
    add_submission(session, new)
    return Submitted("yes", sent, None if code is None else show(code), receivers)


@dataclass(frozen=True)
class _Release:
    """What the release date, or a flag that no date stands behind (`ticked`), makes of the priority."""

    day: date | None
    urgent_otherwise: bool
    ticked: bool
    priority: str


def _release(submission: Submission, person: Person, today: date) -> _Release:
    flags = set(submission.urgent)
    day = submission.expected_release or (today if RELEASE_TODAY in flags else None)
    otherwise = urgent_otherwise(flags, person.age_band)
    ticked = day is None and bool(flags & FOLLOW_THE_DATE)
    return _Release(day, otherwise, ticked, priority_now(otherwise or ticked, day, today))


def _custody_row(release: _Release) -> CustodyRow:
    return CustodyRow(
        open_question=None,
        appointment_at=None,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        release_ticked=release.ticked,
        ended_at=None,
        version=0,
    )


def _new_task(
    sender: Principal,
    sent: SentReferral,
    release: _Release,
    receivers: Sequence[ListedService],
    dependencies: Dependencies,
    *,
    child_path: bool,
) -> TaskView:
    at = Circumstances(sent.submitted_at, None, dependencies.calendar(sent.district), dependencies.times)
    unasked = TaskView(
        id=sent.id,
        root_id=sent.id,
        reference=sent.reference,
        sender_organization=sender.organization,
        sender_role=sender.role,
        setting=sent.setting,
        district=sent.district,
        needs=sent.needs,
        priority=sent.priority,
        another_service=sent.another_service,
        submitted_at=sent.submitted_at,
        touched_at=sent.submitted_at,
        prison_id=sender.organization if sender.organization_kind == PRISON else None,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        child_path=child_path,
    )
    return new_task(unasked, receivers, direct=sent.service_id is not None, at=at)


def _hand_out_card(
    session: Session, sender: Principal, number: str | None, dependencies: Dependencies, now: datetime
) -> tuple[str | None, bytes]:
    """The code of a new card and its digest; of a printed one, which is used up with it, the digest alone."""
    if number is not None:
        return None, use_card(session, sender.organization, number, now)
    code = new_card_code(dependencies.ids)
    return code, dependencies.code_mac(code)
