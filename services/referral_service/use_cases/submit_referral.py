"""Sending a referral, or counting a "no" or an "only the card" and keeping nothing else.

Order: the idempotency key (replay, 422, 409), the body's rules (422), then what only the database knows: the services
and the card (422). Promises: a repeated request is answered as the first was, also where a new day or release refuses
such a body; the priority is derived before the identity is sealed; each need that no service of the district meets is
counted, whatever the answer, but for those that a search of the same form counted; nothing looks for earlier referrals
of the same person (rule 3); a number that is not an unused card of the own unit gets one same answer.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.identity import Identity
from referral_service.domain.new_referral import Sender, both_sides
from referral_service.domain.person_rules import faults
from referral_service.domain.submission import Person, Submission
from referral_service.domain.trial import trial_faults
from referral_service.outside.codes import new_card_code, new_reference, show
from referral_service.store.cards.use_card import use_card
from referral_service.store.submission import add_submission
from referral_service.use_cases.check_receivers import check_receivers
from referral_service.use_cases.claim_key_without_record import claim_key_without_record
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.figures.count_answer import count_answer
from referral_service.use_cases.figures.find_unmet_needs import find_unmet_needs
from referral_service.use_cases.figures.seal_tally import seal_tally
from referral_service.use_cases.referral_events import team_event
from referral_service.use_cases.replay_submission import Submitted, replay_submission
from referral_service.use_cases.seal_identity import seal_new_identity
from service_kit.db.idempotency import IdempotencyKey, replay_or_claim
from service_kit.errors import FieldError, Invalid
from service_kit.identity import Principal
from setu.india import day_in_india


def submit_referral(
    session: Session,
    sender: Principal,
    submission: Submission,
    *,
    key: IdempotencyKey,
    fingerprint: bytes,
    dependencies: Dependencies,
    now: datetime,
    card_code: str | None = None,
    counted_before: Collection[str] = (),
) -> Submitted:
    """Do it once for each key. Raises NotFound, and problems 422, 429 and 409 (also where the unit is suspended).

    `card_code`: the bare code that a new card gets, and that a repeated request with it is told again; None: a random
    one is made, and told once. `counted_before`: needs that searches of this form counted as unmet.
    """
    if submission.person is None:
        if claim_key_without_record(session, sender, key=key, fingerprint=fingerprint, now=now):
            _judge_first(submission, sender, dependencies, now)
            count_answer(session, sender, submission, now, counted_before=counted_before)
        return Submitted(submission.consent.answer, None)
    new_id = dependencies.ids.uuid()
    first = replay_or_claim(session, account=sender.account, key=key, fingerprint=fingerprint, now=now, resource=new_id)
    if first is not None:
        return replay_submission(session, sender, first, card_code=card_code, dependencies=dependencies, now=now)
    _judge_first(submission, sender, dependencies, now)
    return _send(
        session,
        sender,
        submission,
        submission.person,
        new_id,
        card_code,
        counted_before=counted_before,
        dependencies=dependencies,
        now=now,
    )


def _judge_first(submission: Submission, sender: Principal, dependencies: Dependencies, now: datetime) -> None:
    """Refuse faults, and count it against what the account may send in an hour."""
    found = list(faults(submission, sender.role, day_in_india(now)))
    found += trial_faults(submission) if dependencies.trial else ()
    if found:
        raise Invalid(*[FieldError(*fault) for fault in found])
    dependencies.sending.count(sender.account)


def _send(
    session: Session,
    sender: Principal,
    submission: Submission,
    person: Person,
    new_id: UUID,
    card_code: str | None,
    *,
    counted_before: Collection[str],
    dependencies: Dependencies,
    now: datetime,
) -> Submitted:
    identity = Identity.of_submission(submission, person, now)
    wanted = identity.matching_facts().wanted(submission.needs, submission.district, submission.setting)
    receivers = check_receivers(session, submission, wanted, sender.organization)
    unmet = find_unmet_needs(session, wanted, receivers, counted_before=counted_before)
    new = both_sides(
        submission,
        wanted,
        Sender(sender.organization, sender.organization_kind, sender.role),
        receivers,
        new_id=new_id,
        reference=new_reference(dependencies.ids),
        at=dependencies.circumstances(submission.district, now),
    )
    if submission.card is None:
        code = card_code or new_card_code(dependencies.ids)
        shown_code, code_mac = show(code), dependencies.code_mac(code)
    else:  # a printed one: its code is nowhere but on it
        shown_code, code_mac = None, use_card(session, sender.organization, submission.card, now)
    add_submission(
        session,
        sender,
        new,
        sealed=seal_new_identity(identity, new_id, dependencies),
        code_mac=code_mac,
        of_person=seal_tally(person, unmet, dependencies),
        event=team_event("referral.submitted.v1", new.task, ids=dependencies.ids, now=now, due_at=new.task.due),
    )
    return Submitted("yes", new.sent, shown_code, receivers)
