"""Sending a referral, or counting a "no" or an "only the card" and keeping nothing else.

Order: the body's rules (422), the idempotency key (replay, 422, 409), then what only the database knows: the services
and the card (422). Promises: the priority is derived before the identity is sealed; nothing looks for earlier
referrals of the same person (rule 3); a number that is not an unused card of the own unit gets one same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.card_number import as_card_number
from referral_service.domain.clocks import Acknowledge, acknowledge, priority_of, today
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted
from referral_service.domain.vocabulary import Status, View
from referral_service.domain.wall import SentReferral
from referral_service.outside.codes import new_card_code, new_reference, show
from referral_service.store.directory import listed_by_id
from referral_service.store.sent import add_custody_row, find_sent
from referral_service.store.submission import add_submission, count_answer, hand_out_card, use_card
from referral_service.use_cases.check_receivers import asked_for, choose_receivers
from referral_service.use_cases.check_submission import check_submission
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import About, team_event
from referral_service.use_cases.seal_identity import identity_of, seal
from service_kit.db.idempotency import IdempotencyKey, replay_or_claim
from service_kit.errors import FieldError, Invalid, NotFound
from service_kit.identity import Principal
from setu.roles import CUSTODY_HEALTH


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
    body: Mapping[str, Any],
    *,
    key: IdempotencyKey,
    fingerprint: bytes,
    dependencies: Dependencies,
    now: datetime,
) -> Submitted:
    """Do it once for each key. `body` has passed `SubmissionSchema`. Raises problems 422 and 409, NotFound."""
    check_submission(body, sender.role, now)
    referral_id = dependencies.ids.uuid()
    claim: dict[str, Any] = {
        "account": sender.account,
        "key": key,
        "fingerprint": fingerprint,
        "now": now,
        "resource": referral_id,
    }
    first = replay_or_claim(session, **claim)
    if first is not None:
        return _again(session, sender, body, first, now)
    if body["consent"]["answer"] != "yes":
        return _count(session, sender, body, now)
    receivers = choose_receivers(listed_by_id(session, asked_for(body)), body, _wanted(body))
    return _send(session, sender, body, referral_id, receivers, dependencies=dependencies, now=now)


def _again(session: Session, sender: Principal, body: Mapping[str, Any], first: UUID, now: datetime) -> Submitted:
    answer: str = body["consent"]["answer"]
    if answer != "yes":
        return Submitted(answer, None)
    sent = find_sent(session, sender.account, sender.organization, first, now=now, since=sender.since)
    if sent is None:
        raise NotFound
    return Submitted(answer, sent)


def _count(session: Session, sender: Principal, body: Mapping[str, Any], now: datetime) -> Submitted:
    answer: str = body["consent"]["answer"]
    needs, district = body["needs"], body["district"]
    if "card" in body and answer == "card_only":
        hand_out_card(session, _card(session, sender, body["card"], now), district, needs)
    elif "card" in body:
        raise Invalid(FieldError("card", "No card goes with a no."))
    count_answer(session, today(now), answer, needs=needs, district=district, setting=body["setting"])
    return Submitted(answer, None)


def _send(
    session: Session,
    sender: Principal,
    body: Mapping[str, Any],
    referral_id: UUID,
    receivers: Sequence[ListedService],
    *,
    dependencies: Dependencies,
    now: datetime,
) -> Submitted:
    priority = priority_of(body.get("urgent", ()), body["person"]["age_band"])
    due = acknowledge(priority, now, dependencies.calendar(body["district"]), dependencies.times)
    code, code_mac = _code(session, sender, body, dependencies, now)
    sent = _as_sent(body, referral_id, new_reference(dependencies.ids), priority, now)
    rows = {
        **_rows(sender, sent, receivers, due),
        **_sealed(identity_of(body, now), referral_id, dependencies),
        **code_mac,
    }
    about = About(sent.id, sent.reference, sent.district, priority, Status.REQUESTED, 1)
    organizations = [service.organization for service in receivers]
    told = team_event("referral.submitted.v1", about, organizations, ids=dependencies.ids, now=now, due_at=due.escalate)
    add_submission(session, rows, told)
    if sender.role == CUSTODY_HEALTH:
        release = body.get("expected_release")
        add_custody_row(session, referral_id, sender.account, sender.organization, release)
    return Submitted("yes", sent, None if code is None else show(code), receivers)


def _wanted(body: Mapping[str, Any]) -> Wanted:
    person = body["person"]
    return Wanted(
        needs=frozenset(body["needs"]),
        district=body["district"],
        setting=body["setting"],
        gender=person.get("gender"),
        age_band=person["age_band"],
        visit_in_custody=person["contact"]["method"] == "visit_in_custody",
    )


def _code(
    session: Session, sender: Principal, body: Mapping[str, Any], dependencies: Dependencies, now: datetime
) -> tuple[str | None, dict[str, bytes]]:
    """The code made now (None where a printed card is used) and the digest that finds the referral again."""
    if "card" in body:
        return None, {"code_mac": _card(session, sender, body["card"], now)}
    code = new_card_code(dependencies.ids)
    return code, {"code_mac": dependencies.code_mac(code)}


def _card(session: Session, sender: Principal, typed: str, now: datetime) -> bytes:
    number = as_card_number(typed)
    code_mac = None if number is None else use_card(session, sender.organization, number, now)
    if code_mac is None:
        raise Invalid(FieldError("card", "Not the number of an unused card of your unit."))
    return code_mac


def _as_sent(body: Mapping[str, Any], referral_id: UUID, reference: str, priority: str, now: datetime) -> SentReferral:
    return SentReferral(
        id=referral_id,
        reference=reference,
        state=View.SENT,
        reason=None,
        version=1,
        changed_at=now,
        submitted_at=now,
        setting=body["setting"],
        district=body["district"],
        needs=tuple(body["needs"]),
        service_id=body.get("service_id"),
        candidates=tuple(body.get("candidates", ())),
        priority=priority,
        another_service=body["consent"]["another_service"],
    )


def _rows(
    sender: Principal, sent: SentReferral, receivers: Sequence[ListedService], due: Acknowledge
) -> dict[str, Any]:
    direct = sent.service_id is not None
    return {
        "id": sent.id,
        "reference": sent.reference,
        "account": sender.account,
        "organization": sender.organization,
        "role": sender.role,
        "now": sent.submitted_at,
        "day": today(sent.submitted_at),
        "setting": sent.setting,
        "district": sent.district,
        "needs": sent.needs,
        "service": sent.service_id,
        "candidates": sent.candidates,
        "candidate_organizations": [] if direct else [service.organization for service in receivers],
        "holder": receivers[0].organization if direct else None,
        "priority": sent.priority,
        "another_service": sent.another_service,
        "remind": due.remind,
        "escalate": due.escalate,
        "expire": due.expire,
    }


def _sealed(identity: Mapping[str, Any], referral_id: UUID, dependencies: Dependencies) -> dict[str, Any]:
    key, number = dependencies.keyring.new_record_key(), identity["contact"]["value"]
    return {
        "kek_id": key.kek_id,
        "wrapped": key.wrapped,
        "sealed": seal(dependencies.keyring, key, referral_id, identity),
        "contact_hint": None if number is None else dependencies.mac.digest("contact", number.encode()),
    }
