"""Everything that a submission leaves behind, in one statement: both sides of the wall, the sealed identity, the card.

Why one statement: submitting is the one hot write, and each round trip costs as much as the work
(`ops/bench/submit.py`). Promises: all or nothing; the sealed bytes and the wrapped key are the only trace of the
person. When not to use it: for a forwarded record, which has no referrer's side.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from referral_service.store.tables import card, card_holder, tally
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.logs import correlation_id

_ADD = """
WITH sent AS (
  INSERT INTO referral_sent (id, reference, account_id, organization_id, submitted_at, setting, district, needs,
                             service_id, candidates, priority, another_service)
  VALUES (:id, :reference, :account, :organization, :now, :setting, :district,
          string_to_array(:needs, ','), CAST(:service AS uuid), string_to_array(:candidates, ',')::uuid[],
          :priority, :another_service)
), view AS (
  INSERT INTO referrer_view (id, account_id, organization_id, state, version, changed_at)
  VALUES (:id, :account, :organization, 'sent', 1, :now)
), new_task AS (
  INSERT INTO task (id, root_id, reference, organization_id, service_id, candidate_organizations, candidate_services,
                    sender_organization, sender_account, sender_role, setting, district, needs, priority,
                    another_service, status, version, submitted_at, touched_at, clock, due, ack_due, remind_at,
                    escalate_at, expire_at)
  VALUES (:id, :id, :reference, CAST(:holder AS uuid), CAST(:service AS uuid),
          string_to_array(:candidate_organizations, ',')::uuid[], string_to_array(:candidates, ',')::uuid[],
          :organization, :account, :role, :setting, :district, string_to_array(:needs, ','),
          :priority, :another_service, 'requested', 1, :now, :now, 'acknowledge', :escalate,
          :escalate, :remind, :escalate, :expire)
), counted AS (
  INSERT INTO tally (day, answer, need, district, setting)
  SELECT :day, 'yes', need, :district, :setting FROM unnest(string_to_array(:needs, ',')) AS need
), new_key AS (
  INSERT INTO referral_key (referral_id, kek_id, wrapped) VALUES (:id, :kek_id, :wrapped)
), sealed_identity AS (
  INSERT INTO identity (referral_id, sealed, contact_hint) VALUES (:id, :sealed, :contact_hint)
), event AS (
  INSERT INTO outbox (id, type, subject, body) VALUES (:event_id, :event_type, :event_subject, :event_body)
), entry AS (
  INSERT INTO audit_entry (at, action, actor, organization, object_type, object_id, outcome, correlation_id)
  VALUES (:now, 'referral.submit', :account, :organization, 'referral', :event_subject, 'done',
          :correlation_id)
)
INSERT INTO card_holder (code_mac, referral_id, district, needs) VALUES (:code_mac, :id, :district, '{}')
"""


def add_submission(session: Session, values: dict[str, Any], event: Event) -> None:
    """Write all rows of a submission; `values` names the statement's parameters, but for the event's and the log's.

    Lists are of codes and ids and go over as text with commas, for the driver takes longer to write an array.
    """
    row = {f"event_{name}": value for name, value in outbox.values_of(event).items()}
    lists = {name: ",".join(map(str, values[name])) for name in ("needs", "candidates", "candidate_organizations")}
    session.execute(text(_ADD), {**values, **lists, **row, "correlation_id": correlation_id.get()})


def use_card(session: Session, organization: UUID, number: str, now: datetime) -> bytes | None:
    """Take an unused card of the own unit; returns its code's digest, or None for every other number."""
    statement = update(card).where(card.c.number == number, card.c.organization_id == organization)
    unused = statement.where(card.c.used_at.is_(None)).values(used_at=now)
    code_mac: bytes | None = session.scalar(unused.returning(card.c.code_mac))
    return code_mac


def hand_out_card(session: Session, code_mac: bytes, district: int, needs: Sequence[str]) -> None:
    """A card that went out alone: what an arrival with it will be counted under."""
    session.execute(
        insert(card_holder).values(code_mac=code_mac, referral_id=None, district=district, needs=list(needs))
    )


def count_answer(
    session: Session, day: date, answer: str, *, needs: Sequence[str], district: int, setting: str
) -> None:
    """A count for each need and nothing else: no account, no unit, no time of day."""
    rows = [{"day": day, "answer": answer, "need": need, "district": district, "setting": setting} for need in needs]
    session.execute(insert(tally).inline(), rows)
