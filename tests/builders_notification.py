"""Builders of what the notification service hears and knows: say what matters, the rest is plausible."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from notification_service.domain.notices import Happening, Member
from service_kit.messaging.envelope import Event

KOLKATA = 315
NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # noon in India
TERM = timedelta(days=90)


def a_member(role: str = "case_worker", **more: object) -> Member:
    member = Member(
        membership=uuid4(),
        account=uuid4(),
        organization=uuid4(),
        role=role,
        districts=frozenset({KOLKATA}) if role == "coordinator" else frozenset(),
        has_mail=True,
    )
    return replace(member, **more)  # type: ignore[arg-type]


def a_happening(kind: str = "submitted", **more: object) -> Happening:
    happening = Happening(
        event_id=uuid4(),
        type=f"referral.{kind}.v1",
        time=NOON,
        version=1,
        referral_id=uuid4(),
        reference="R-7KQ2-9XTC",
        district=KOLKATA,
        due_at=NOON + timedelta(hours=2),
    )
    return replace(happening, **more)  # type: ignore[arg-type]


def a_view(state: str = "accepted", **more: object) -> Happening:
    values: dict[str, object] = {"district": None, "due_at": None, "account": uuid4(), "organization": uuid4()}
    return a_happening("view.changed", **{**values, "state": state, "expires_at": NOON + TERM, **more})


def an_event(kind: str, data: Mapping[str, object], *, time: datetime = NOON, event_id: UUID | None = None) -> Event:
    subject = data.get("referral_id") or data.get("membership_id") or data.get("organization_id") or uuid4()
    return Event(type=kind, subject=str(subject), data=data, id=event_id or uuid4(), time=time)


def referral_data(referral: UUID, *receivers: UUID, version: int = 1, **more: object) -> dict[str, object]:
    base: dict[str, object] = {
        "referral_id": str(referral),
        "reference": "R-7KQ2-9XTC",
        "district": KOLKATA,
        "priority": "routine",
        "status": "requested",
        "due_at": (NOON + timedelta(hours=9)).isoformat(),
        "version": version,
        "receivers": [str(receiver) for receiver in receivers],
    }
    return {**base, **more}


def view_data(referral: UUID, account: UUID, unit: UUID, state: str = "accepted", version: int = 2) -> dict[str, object]:
    return {
        "referral_id": str(referral),
        "reference": "R-7KQ2-9XTC",
        "account_id": str(account),
        "organization_id": str(unit),
        "state": state,
        "version": version,
        "expires_at": (NOON + TERM).isoformat(),
    }
