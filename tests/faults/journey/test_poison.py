"""What cannot be handled is parked alone, at each service and by its real worker; an operator looks and replays it."""

import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_stack.journal_clients import (
    Clients,
    Person,
)
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from service_kit.messaging.topology import inbox_queue
from support.events import eventually
from support.faults.whole_system import WholeSystem

SERVICES = ("directory", "referral", "notification")
GARBAGE = b"\x00\xff this is not JSON"


def an_event(kind: str, **data: object) -> Event:
    return Event(type=kind, subject=str(uuid.uuid4()), data=data, id=uuid.uuid4(), time=datetime.now(UTC))


def put_into_the_inbox(system: WholeSystem, service: str, *bodies: bytes) -> None:
    publisher = Publisher(system.stack.environments.amqp_url, content_type=CONTENT_TYPE)
    publisher.publish([Outgoing(str(uuid.uuid4()), "", inbox_queue(f"{service}_service"), body) for body in bodies])
    publisher.close()


def parked(system: WholeSystem, service: str) -> dict[str, str]:
    """What `setu <service> parked list` says: id → the rest of the line."""
    lines = system.setu(service, "parked", "list").splitlines()
    return {line[:36]: line[36:] for line in lines if re.match(r"[0-9a-f-]{36} ", line)}


def let_backoff_pass(system: WholeSystem, service: str) -> int:
    """Attempts at what waits are minutes apart; let these pass. Gives how many wait."""
    system.change(service, "UPDATE inbox SET retry_at = now() WHERE state = 'waiting' AND retry_at > now()")
    return int(system.scalar(service, "SELECT count(*) FROM inbox WHERE state = 'waiting'"))


@pytest.mark.parametrize("service", SERVICES)
def test_garbage_and_an_unknown_type_park_alone_and_can_be_looked_at(system: WholeSystem, service: str) -> None:
    unknown = an_event("referral.nobody.knows.v1", version=1)

    put_into_the_inbox(system, service, GARBAGE, unknown.to_bytes())
    count = "SELECT count(*) FROM inbox WHERE state = 'parked'"
    eventually(lambda: system.scalar(service, count) == 2)

    found = parked(system, service)
    assert "nobody handles referral.nobody.knows.v1" in found.pop(str(unknown.id))
    ((garbage, words),) = found.items()
    assert "(unreadable)" in words
    assert "cannot be decoded: not JSON" in words
    for event_id in (str(unknown.id), garbage):
        system.setu(service, "parked", "discard", event_id)
    assert "Nothing is parked." in system.setu(service, "parked", "list")


def test_what_a_handler_raises_at_holds_back_its_own_subject_and_nothing_else(system: WholeSystem) -> None:
    poison = an_event("referral.submitted.v1", version=1)  # says not whom to tell
    behind = replace(an_event("referral.closed.v1", version=2, receivers=[]), subject=poison.subject)
    put_into_the_inbox(system, "notification", poison.to_bytes(), behind.to_bytes())
    waiting = "SELECT count(*) FROM inbox WHERE state = 'waiting' AND subject = :subject"
    eventually(lambda: system.scalar("notification", waiting, subject=poison.subject) == 2)

    told_of_others(system)
    eventually(lambda: let_backoff_pass(system, "notification") == 0, seconds=60)

    assert str(poison.id) in parked(system, "notification")
    for event_id in parked(system, "notification"):
        system.setu("notification", "parked", "discard", event_id)


def test_an_edited_replay_takes_effect_once(system: WholeSystem, tmp_path: Path) -> None:
    session = str(uuid.uuid4())
    broken = an_event("directory.session.revoked.v1", version=1)
    mended = replace(broken, data={"session_id": session, "expires_at": "2099-01-01T00:00:00Z", "version": 1})
    for service in ("referral", "notification"):
        put_into_the_inbox(system, service, broken.to_bytes())
        eventually(lambda: system.scalar(service, "SELECT count(*) FROM inbox WHERE id = :id", id=broken.id) == 1)  # noqa: B023  # asked before the loop goes on
        eventually(lambda: let_backoff_pass(system, service) == 0, seconds=60)  # noqa: B023  # asked before the loop goes on
        assert json.loads(system.setu(service, "parked", "show", str(broken.id)))["id"] == str(broken.id)
        (tmp_path / "mended").write_bytes(mended.to_bytes())

        system.setu(service, "parked", "replay", str(broken.id), "--body", str(tmp_path / "mended"))

        known = "SELECT count(*) FROM revoked_session WHERE session_id = :id"
        eventually(lambda: system.scalar(service, known, id=session) == 1)  # noqa: B023  # asked before the loop goes on
        assert "Nothing is parked." in system.setu(service, "parked", "list")


def told_of_others(system: WholeSystem) -> None:
    """A referral sent now comes through."""
    clients = Clients(system, "beside poison")
    sent = clients.carry_out("sent")
    notices = f"{system.ready['notification']}/api/notices"

    def told() -> bool:
        found: Person = clients.people["case_worker"]
        return sent.reference in found.insist("GET", notices)[0].text

    eventually(told)
