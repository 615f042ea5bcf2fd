import base64
import hashlib
import re

import pytest

from service_kit.envelope import is_event_type
from service_kit.messaging.topology import ADMINISTRATOR, password_hash
from setu_cli.topology import TOPOLOGY

OTHERS = ["directory.events", "referral.events", "amq.topic", "", "directory_service.inbox"]


@pytest.mark.parametrize("service", TOPOLOGY.services)
def test_a_service_writes_to_its_own_exchange_and_reads_its_own_queues(service: str) -> None:
    rights = TOPOLOGY.permissions(service)

    writable = {name for name in OTHERS if re.search(rights["write"], name)} - {""}
    readable = {name for name in TOPOLOGY.queues() if re.search(rights["read"], name)}

    assert writable == {name for name, owner in TOPOLOGY.exchanges.items() if owner == service}
    assert readable == {f"{service}.inbox", f"{service}.dead"}
    assert not re.search(rights["configure"], "anything")


def test_nobody_but_the_notification_service_gets_contact_data() -> None:
    queues = {queue for _, queue, key in TOPOLOGY.bindings() if key == "directory.member.changed.v1"}

    assert queues == {"notification_service.inbox"}


def test_no_binding_has_a_wildcard() -> None:
    assert not [key for _, _, key in TOPOLOGY.bindings() if set("*#") & set(key)]


def test_every_binding_leads_from_an_exchange_to_a_queue_that_exist() -> None:
    for exchange, queue, _ in TOPOLOGY.bindings():
        assert exchange in TOPOLOGY.exchanges
        assert queue in TOPOLOGY.queues()


def test_an_inbox_dead_letters_at_least_once_and_rejects_when_full() -> None:
    arguments = TOPOLOGY.queues()["referral_service.inbox"]

    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-dead-letter-strategy"] == "at-least-once"
    assert arguments["x-overflow"] == "reject-publish"
    assert arguments["x-delivery-limit"] > 0


def test_definitions_hold_digests_and_no_password() -> None:
    document = TOPOLOGY.definitions({"referral_service": "hunter2", ADMINISTRATOR: "swordfish"})

    assert "hunter2" not in str(document)
    assert "guest" not in str(document)
    tags = {user["name"]: user["tags"] for user in document["users"]}
    assert tags == {"referral_service": [], "setu_admin": ["administrator"]}


def test_a_password_hash_is_salted_sha256() -> None:
    raw = base64.b64decode(password_hash("hunter2", b"salt"))

    assert raw == b"salt" + hashlib.sha256(b"salthunter2").digest()


@pytest.mark.parametrize(
    "text", ["directory", "directory.changed", "directory..v1", "Directory.changed.v1", "a.b.v", ""]
)
def test_a_text_without_publisher_and_version_names_no_event(text: str) -> None:
    assert not is_event_type(text)
    assert is_event_type("directory.service.changed.v1")
