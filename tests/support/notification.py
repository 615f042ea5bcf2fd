"""Builders of what the notification service hears and knows: say what matters, the rest is plausible."""

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from notification_service.app import create_app
from notification_service.domain.notices import Channel, Member, NotificationEvent
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.settings import load
from notification_service.store import claims
from notification_service.store.members import Contact, MembershipSnapshot, apply_snapshot
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases import plan_notices as planning
from service_kit import sealed_box
from service_kit.clock import FrozenClock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.identity import Principal
from service_kit.keyring import Keyring, MacKey
from service_kit.session_tokens import SessionTokens
from support.fresh_databases import Urls

KOLKATA = 315
MAIL, PHONE, NAME = "canary.lakshmi@ngo.example", "+919800012345", "Canary Organisation of Kolkata"
NGO, OTHER_NGO, UNIT, BODY = (UUID(int=n) for n in range(1, 5))
WORKER, MANAGER, OTHER_WORKER, OFFICER, COORDINATOR, OTHER_MANAGER = (UUID(int=n) for n in range(11, 17))
DATA_OFFICER, SUPERVISOR = UUID(int=18), UUID(int=20)
OF_DISTRICTS = {"coordinator", "data_officer"}
PEOPLE = (
    (WORKER, NGO, "case_worker", "asha@ngo.example"),
    (MANAGER, NGO, "provider_manager", "minu@ngo.example"),
    (OTHER_WORKER, OTHER_NGO, "case_worker", "other@else.example"),
    (OTHER_MANAGER, OTHER_NGO, "provider_manager", "boss@else.example"),
    (OFFICER, UNIT, "officer", "raj@unit.example"),
    (SUPERVISOR, UNIT, "unit_supervisor", "sho@unit.example"),
    (COORDINATOR, BODY, "coordinator", "coord@body.example"),
    (DATA_OFFICER, BODY, "data_officer", "data@body.example"),
)
ORGANIZATION_OF = {account: organization for account, organization, _role, _mail in PEOPLE}
ROLE_OF = {account: role for account, _organization, role, _mail in PEOPLE}
ONLY_MAIL = frozenset({Channel.MAIL})
NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # noon in India
TERM = timedelta(days=90)


def a_member(role: str = "case_worker", **more: object) -> Member:
    member = Member(
        membership=uuid4(),
        account=uuid4(),
        organization=uuid4(),
        role=role,
        districts=frozenset({KOLKATA}) if role in OF_DISTRICTS else frozenset(),
        has_mail=True,
    )
    return replace(member, **more)  # type: ignore[arg-type]  # given by keyword, one type each


def a_notification_event(kind: str = "submitted", **more: object) -> NotificationEvent:
    event = NotificationEvent(
        event_id=uuid4(),
        type=f"referral.{kind}.v1",
        time=NOON,
        version=1,
        referral_id=uuid4(),
        reference="R-7KQ2-9XTC",
        district=KOLKATA,
        due_at=NOON + timedelta(hours=2),
    )
    return replace(event, **more)  # type: ignore[arg-type]  # given by keyword, one type each


def a_view(state: str = "accepted", **more: object) -> NotificationEvent:
    values: dict[str, object] = {"district": None, "due_at": None, "account": uuid4(), "organization": uuid4()}
    return a_notification_event("view.changed", **{**values, "state": state, "expires_at": NOON + TERM, **more})


def membership_of(account: UUID, *, active: bool = True) -> UUID:
    return UUID(int=account.int + (1000 if active else 2000))


def add_member(
    session: Session,
    keyring: Keyring,
    account: UUID,
    organization: UUID,
    role: str,
    mail: str | None,
    version: int = 1,
    phone: str | None = None,
    active: bool = True,
) -> None:
    snapshot = MembershipSnapshot(
        id=membership_of(account, active=active),
        account_id=account,
        organization_id=organization,
        role=role,
        districts=[KOLKATA] if role in OF_DISTRICTS else [],
        active=active,
        language="en",
        version=version,
    )
    apply_snapshot(session, snapshot, Contact(mail=mail, phone=phone), keyring)


@dataclass
class Scene:
    """A database that knows these people: `db` as the worker, `client` asks the web process, `headers` signs in."""

    urls: Urls
    environment: Mapping[str, str]
    db: Database
    web: Database
    keyring: Keyring
    clock: FrozenClock
    client: FlaskClient
    tokens: SessionTokens

    @property
    def mac(self) -> MacKey:
        return MacKey(base64.b64decode(self.environment["SETU_MAC_KEY"]))

    @property
    def believable(self) -> BelievableClock:
        """As on a machine whose clock follows no time server, whatever this one's does."""
        return BelievableClock(self.db, self.clock, lambda: False)

    def begin_anew(self) -> None:
        """Noon, and a browser without cookies: as it was made."""
        self.clock.set(NOON)
        self.client = self.client.application.test_client()

    def headers(self, account: UUID, **more: object) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.mint(a_principal(account, self.clock.now(), **more))}"}

    def plan(self, *events: Event, channels: Collection[Channel] = ONLY_MAIL) -> None:
        with self.db.transaction() as session:
            planning.plan_notices(session, events, self.clock.now(), channels)


def claim_one(session: Session, *, now: datetime, lease: UUID) -> DeliveryRow | None:
    """Take the most pressing message alone, as a sender would."""
    due = claims.lock_due(session, now=now, most=1).messages
    return next(iter(claims.claim(session, due, now=now, lease=lease)), None)


def a_scene(
    urls: Urls, environment: Mapping[str, str], web: Database | None = None, worker: Database | None = None
) -> Scene:
    """`environment` is the web process's; the databases are those of `urls`, or these that somebody closes.

    For webhooks every name is known and public, but for those that begin with `inside`.
    """
    db, keyring = worker or Database(urls.worker), Keyring.from_setting(environment["SETU_KEK"])
    with db.transaction() as session:
        for account, organization, role, mail in PEOPLE:
            add_member(session, keyring, account, organization, role, mail)
    clock, settings, web = FrozenClock(NOON), load(environment), web or Database(urls.web)
    private = base64.b64decode(environment["SETU_SESSION_PRIVATE_KEY"])
    tokens = SessionTokens(settings.session_public_keys, private)
    addresses = WebhookAddresses({"http://127.0.0.1:*"}, _resolve)
    client = create_app(settings, clock=clock, db=web, addresses=addresses).test_client()
    return Scene(urls, environment, db, web, keyring, clock, client, tokens)


def _resolve(host: str, _port: int) -> list[str]:
    return [host] if host == "127.0.0.1" else ["10.0.0.1"] if host.startswith("inside") else ["93.184.215.14"]


def a_principal(account: UUID, now: datetime, **more: object) -> Principal:
    values: dict[str, object] = {
        "account": account,
        "session": uuid4(),
        "membership": membership_of(account),
        "organization": ORGANIZATION_OF[account],
        "organization_kind": "police_unit" if ROLE_OF[account] == "officer" else "provider",
        "role": ROLE_OF[account],
        "districts": (KOLKATA,) if ROLE_OF[account] in OF_DISTRICTS else (),
        "language": "en",
        "second_factor_at": now,
        "issued_at": now,
        "expires_at": now + timedelta(hours=8),
    }
    return Principal(**{**values, **more})  # type: ignore[arg-type]  # given by keyword, one type each


def an_event(kind: str, data: Mapping[str, object], *, time: datetime = NOON, event_id: UUID | None = None) -> Event:
    subject = data.get("referral_id") or data.get("membership_id") or data.get("organization_id") or uuid4()
    return Event(type=kind, subject=str(subject), data=data, id=event_id or uuid4(), time=time)


def a_member_event(public_key: bytes, version: int = 1, mail: str = MAIL, membership: UUID | None = None) -> Event:
    membership = membership or uuid4()
    told = f'{{"mail": "{mail}", "phone": "{PHONE}", "language": "bn"}}'.encode()
    sealed = sealed_box.seal(
        base64.b64encode(public_key).decode(), told, f"directory.member.changed.v1|{membership}".encode()
    )
    data = {
        "membership_id": str(membership),
        "account_id": str(UUID(int=membership.int ^ 1)),
        "organization_id": str(NGO),
        "organization_kind": "provider",
        "role": "case_worker",
        "districts": [KOLKATA],
        "active": True,
        "version": version,
        "sealed": base64.b64encode(sealed).decode(),
    }
    return an_event("directory.member.changed.v1", data)


def an_organization_event(version: int = 1, status: str = "active", organization: UUID = NGO, **more: object) -> Event:
    data = {
        "organization_id": str(organization),
        "version": version,
        "deleted": False,
        "name": NAME,
        "kind": "provider",
        "district": KOLKATA,
        "status": status,
        "phone": PHONE,
        **more,
    }
    return an_event("directory.organization.changed.v1", data)


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


def view_data(
    referral: UUID, account: UUID, unit: UUID, state: str = "accepted", version: int = 2
) -> dict[str, object]:
    return {
        "referral_id": str(referral),
        "reference": "R-7KQ2-9XTC",
        "account_id": str(account),
        "organization_id": str(unit),
        "state": state,
        "version": version,
        "expires_at": (NOON + TERM).isoformat(),
    }
