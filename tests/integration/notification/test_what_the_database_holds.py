"""What a stolen dump would show, and what the web role can reach when everything above row-level security fails."""

import base64
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from conftest import Keys
from notification_service.consumers import batch_handlers, handlers
from notification_service.store.members import contacts_of
from notification_service.use_cases.enforce_retention import delete_expired, rewrap_contacts
from service_kit.db.engine import Database
from service_kit.db.row_security import unprotected_tables
from service_kit.envelope import Event, exchange_of
from service_kit.identity import Scope
from service_kit.keyring import CannotOpen, Keyring
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.rabbitmq import Delivery
from setu.retention import SEEN_FOR
from support.kit.refused_statements import not_refused
from support.notification import (
    COORDINATOR,
    KOLKATA,
    MAIL,
    MANAGER,
    NAME,
    NGO,
    NOON,
    OFFICER,
    ONLY_MAIL,
    OTHER_MANAGER,
    OTHER_NGO,
    PHONE,
    UNIT,
    WORKER,
    Scene,
    a_member_event,
    an_event,
    an_organization_event,
    referral_data,
    view_data,
)

OWN_TABLES = ("organization", "member", "progress", "account_reset", "notice", "delivery", "attempt")


@pytest.fixture
def public_key(scene: Scene) -> bytes:
    return base64.b64decode(scene.environment["SETU_MEMBER_BOX_PUBLIC_KEY"])


def hear(scene: Scene, *events: Event) -> None:
    heard = handlers(scene.clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)
    with scene.db.transaction() as session:
        for event in events:
            heard[event.type](session, event)


def dump(scene: Scene) -> str:
    """Every row of every table as text, bytes as hexadecimal and once more as they are."""
    engine = create_engine(scene.urls.superuser.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )
        rows = []
        for table in tables.all():
            rows += [str(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608  # our own words
        rows += [str(row) for row in connection.scalars(text("SELECT member::text FROM member"))]
    engine.dispose()
    return "\n".join(rows)


def test_a_dump_shows_no_contact_and_no_name_of_an_organisation(scene: Scene, public_key: bytes) -> None:
    membership = uuid4()
    hear(scene, an_organization_event(), a_member_event(public_key, membership=membership))
    hear(scene, an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    everything = dump(scene)
    assert str(membership) in everything
    for canary in (MAIL, PHONE, NAME):
        for form in (
            canary,
            quote(canary),
            base64.b64encode(canary.encode()).decode().rstrip("="),
            canary.encode().hex(),
        ):
            assert form not in everything


def test_what_should_never_be_in_an_event_does_not_enter_even_if_it_is(scene: Scene) -> None:
    """No column takes a name, a need or a contact of a person; a publisher's mistake ends at the door."""
    clock = scene.clock
    heard = handlers(clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)
    consumer = Consumer(
        scene.db,
        "amqp://nowhere",
        "notification_service",
        heard,
        together=batch_handlers(clock, ONLY_MAIL),
        clock=clock,
    )
    canaries = {
        "name": "Canary Tara Devi",
        "contact": "+919800099999",
        "need": "CANARY-OST",
        "service": "Canary Clinic",
    }
    leaking = [
        an_event("referral.submitted.v1", {**referral_data(uuid4(), NGO), **canaries}),
        an_event("referral.view.changed.v1", {**view_data(uuid4(), OFFICER, UNIT), **canaries}),
    ]
    queue = "notification_service.inbox"
    consumer.apply(
        [Delivery(queue, exchange_of(event.type), event.to_bytes(), 0, n) for n, event in enumerate(leaking)]
    )
    everything = dump(scene) + "".join(
        str(scene.client.get("/api/notices", headers=scene.headers(a)).data) for a in (WORKER, OFFICER)
    )
    assert everything.count("R-7KQ2-9XTC") >= 4
    for canary in canaries.values():
        for form in (
            canary,
            quote(canary),
            base64.b64encode(canary.encode()).decode().rstrip("="),
            canary.encode().hex(),
        ):
            assert form not in everything


def test_only_the_worker_opens_a_contact_and_only_with_the_right_key(scene: Scene, public_key: bytes) -> None:
    event = a_member_event(public_key)
    hear(scene, event)
    account = UUID(str(event.data["account_id"]))
    with scene.db.transaction() as session:
        contact = contacts_of(session, [(account, NGO)]).get((account, NGO))
    assert contact is not None
    assert contact.open(scene.keyring).mail == MAIL
    assert MAIL not in repr(contact.open(scene.keyring))
    with pytest.raises(CannotOpen):
        contact.open(Keyring({"test": bytes(32)}))


def test_a_contact_that_was_sealed_for_another_membership_is_refused(scene: Scene, public_key: bytes) -> None:
    event = a_member_event(public_key)
    moved = an_event(event.type, {**event.data, "membership_id": str(uuid4())})
    with pytest.raises(CannotOpen):
        hear(scene, moved)


def test_snapshots_apply_once_and_never_backwards(scene: Scene, public_key: bytes) -> None:
    membership = uuid4()
    newer = a_member_event(public_key, version=3, mail="new@ngo.example", membership=membership)
    older = a_member_event(public_key, version=2, mail="old@ngo.example", membership=membership)
    for event in (newer, older, newer, older, newer):
        hear(scene, event)
    hear(scene, an_organization_event(5, "suspended"), an_organization_event(4), an_organization_event(5, "suspended"))
    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT version FROM member WHERE id = :id"), {"id": membership}) == 3
        assert session.execute(text("SELECT version, status FROM organization")).all() == [(5, "suspended")]


def test_keys_are_wrapped_again_when_the_primary_changes(scene: Scene, keys: Keys) -> None:
    rotated = Keyring({"new": bytes(31) + b"1", "test": keys.kek})
    with scene.db.transaction() as session:
        assert rewrap_contacts(session, rotated) > 0
        assert rewrap_contacts(session, rotated) == 0
    with scene.db.transaction() as session:
        contact = contacts_of(session, [(WORKER, NGO)]).get((WORKER, NGO))
    assert contact is not None
    assert contact.open(Keyring({"new": bytes(31) + b"1"})).mail == "asha@ngo.example"


def test_every_table_has_a_policy_or_a_reason(scene: Scene) -> None:
    with scene.db.transaction() as session:
        assert unprotected_tables(session) == []


def test_without_a_scope_the_web_role_sees_nothing(scene: Scene) -> None:
    scene.plan(
        an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)),
        an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT)),
    )
    for table in ("notice", "delivery", "attempt"):
        with scene.web.transaction() as session:
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608  # our own words


def test_the_web_role_cannot_even_ask_for_what_planning_needs(scene: Scene) -> None:
    tables = ("organization", "member", "progress", "account_reset")
    reads = [f"SELECT * FROM {table}" for table in tables]  # noqa: S608  # our own words
    assert not_refused(scene.web.transaction, reads, "permission denied") == []


def test_the_web_role_changes_nothing_else(scene: Scene) -> None:
    statements = (
        "INSERT INTO notice SELECT * FROM notice",
        "DELETE FROM notice",
        "UPDATE notice SET kind = 'x'",
        "UPDATE delivery SET account_id = id",
        "DELETE FROM attempt",
    )
    assert not_refused(scene.web.transaction, statements, "permission denied") == []


def seen(web: Database, table: str, scope: Scope) -> int:
    with web.transaction(scope) as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608  # our own words


def test_security_alone_keeps_organisations_apart(scene: Scene) -> None:
    scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)))
    ours = Scope(organization=NGO, account=MANAGER, role="provider_manager")
    theirs = Scope(organization=OTHER_NGO, account=OTHER_MANAGER, role="provider_manager")
    case_worker = Scope(organization=NGO, account=WORKER, role="case_worker")
    here = Scope(account=COORDINATOR, role="coordinator", districts=(KOLKATA,))
    elsewhere = Scope(account=COORDINATOR, role="coordinator", districts=(272,))
    assert [seen(scene.web, "delivery", scope) for scope in (ours, theirs, case_worker, here, elsewhere)] == [
        1,
        0,
        0,
        2,
        0,
    ]
    assert [seen(scene.web, "notice", scope) for scope in (ours, theirs, case_worker)] == [1, 0, 1]


def test_expired_rows_are_deleted_and_unfinished_messages_are_not(scene: Scene) -> None:
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    with scene.db.transaction() as session:
        delete_expired(session, NOON + SEEN_FOR)
        assert session.scalar(text("SELECT count(*) FROM notice")) == 0
        assert session.scalar(text("SELECT count(*) FROM delivery")) == 1
        session.execute(text("UPDATE delivery SET state = 'sent'"))
        delete_expired(session, NOON + SEEN_FOR)
        assert session.scalar(text("SELECT count(*) FROM delivery")) == 0
