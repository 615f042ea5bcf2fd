"""The events' contracts: one schema a type, one message in AsyncAPI, one binding; and this service understands each."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from jsonschema import Draft202012Validator, FormatChecker

import notification_service
from notification_service.consumers import batch_handlers, handlers
from notification_service.domain.routing_table import ROUTES, WEBHOOK_DISABLED
from notification_service.use_cases.read_event import NotUnderstood, read_event
from service_kit.clock import FrozenClock
from service_kit.envelope import Event, exchange_of
from service_kit.keyring import Keyring
from service_kit.messaging.topology import inbox_queue
from setu.events import EXCHANGES, SUBSCRIPTIONS
from support.notification import NGO, NOON, OFFICER, ONLY_MAIL, UNIT, a_member_event, an_event, referral_data, view_data

CONTRACTS = Path(notification_service.__file__).parents[2] / "contracts"
SCHEMAS: Mapping[str, Any] = {path.stem: json.loads(path.read_text()) for path in (CONTRACTS / "events").glob("*.json")}
ASYNCAPI: Mapping[str, Any] = yaml.safe_load((CONTRACTS / "asyncapi.yaml").read_text())
BOUND = {kind for kinds in SUBSCRIPTIONS.values() for kind in kinds}
HEARD = set(handlers(FrozenClock(NOON), Keyring({"k": bytes(32)}), "", ONLY_MAIL))

# what an event about a referral may carry, and nothing else (rule 6)
OPAQUE = {"referral_id", "receivers", "account_id", "organization_id", "version", "state", "expires_at", "team"}
SHOWN = {"reference", "district", "region", "priority", "status", "due_at"}


def messages_of(channel: str) -> set[str]:
    return set(ASYNCAPI["channels"][channel.replace(".", "_")]["messages"])


def example(kind: str) -> Event:
    if kind == "referral.view.changed.v1":
        return an_event(kind, view_data(uuid4(), OFFICER, UNIT))
    if kind == "referral.voice.urgent.v1":
        return an_event(kind, {"region": "IN-WB", "version": 1})
    if kind == "referral.desk.waiting.v1":
        return an_event(kind, {"region": "IN-WB", "due_at": NOON.isoformat(), "version": 1})
    more: dict[str, object] = {}
    if kind.startswith("referral.question."):
        more["account_id"] = str(OFFICER)
    if kind in {"referral.question.asked.v1", "referral.appointment.made.v1"}:
        more |= {"account_id": str(OFFICER), "organization_id": str(UNIT)}
        more |= {"expires_at": NOON.isoformat(), "team": True}
    return an_event(kind, referral_data(uuid4(), NGO, **more))  # type: ignore[arg-type]  # given by keyword, one type each


TOGETHER = sorted(kind for kind in HEARD if kind.startswith("referral."))
REFERRAL_TYPES = [kind for kind in TOGETHER if "referral_id" in SCHEMAS[kind]["properties"]]


def test_every_bound_type_has_a_schema_and_every_schema_is_bound() -> None:
    assert set(SCHEMAS) == BOUND


def test_asyncapi_names_every_event_once_with_its_schema() -> None:
    messages = ASYNCAPI["components"]["messages"]
    assert set(messages) == set(SCHEMAS)
    for kind, message in messages.items():
        narrowed = message["payload"]["allOf"][1]["properties"]
        assert narrowed["type"] == {"const": kind}
        assert (CONTRACTS / narrowed["data"]["$ref"]).resolve() == (CONTRACTS / "events" / f"{kind}.json").resolve()


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_asyncapi_says_who_publishes_what(exchange: str) -> None:
    assert messages_of(exchange) == {kind for kind in SCHEMAS if exchange_of(kind) == exchange}
    operation = ASYNCAPI["operations"][f"{EXCHANGES[exchange]}_publishes"]
    assert operation == {"action": "send", "channel": {"$ref": f"#/channels/{exchange.replace('.', '_')}"}}


@pytest.mark.parametrize("service", SUBSCRIPTIONS)
def test_asyncapi_says_who_hears_what(service: str) -> None:
    queue = inbox_queue(service)
    assert ASYNCAPI["channels"][queue.replace(".", "_")]["address"] == queue
    assert messages_of(queue) == set(SUBSCRIPTIONS[service])


def test_every_reference_in_asyncapi_leads_somewhere() -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    for reference in references(ASYNCAPI):
        if reference.startswith("#/"):
            target: Any = ASYNCAPI
            for step in reference.removeprefix("#/").split("/"):
                target = target[step]
        else:
            assert (CONTRACTS / reference).is_file()


def test_what_is_bound_to_this_service_is_what_it_handles() -> None:
    assert set(SUBSCRIPTIONS["notification_service"]) == HEARD
    assert set(batch_handlers(FrozenClock(NOON), ONLY_MAIL)) == set(TOGETHER)
    assert {topic.partition("#")[0] for topic in ROUTES} - {WEBHOOK_DISABLED} <= HEARD


def test_staff_contacts_reach_this_service_alone() -> None:
    hearing = [service for service, kinds in SUBSCRIPTIONS.items() if "directory.member.changed.v1" in kinds]
    assert hearing == ["notification_service"]


@pytest.mark.parametrize("kind", REFERRAL_TYPES)
def test_each_event_about_a_referral_is_understood_as_its_schema_describes_it(kind: str) -> None:
    event = example(kind)
    Draft202012Validator(SCHEMAS[kind], format_checker=FormatChecker()).validate(event.data)
    read = read_event(event)
    assert (read.type, read.version, read.reference) == (kind, event.data["version"], event.data.get("reference"))


@pytest.mark.parametrize("kind", REFERRAL_TYPES)
def test_no_event_about_a_referral_has_room_for_more(kind: str) -> None:
    assert SCHEMAS[kind]["additionalProperties"] is False
    assert set(SCHEMAS[kind]["properties"]) <= OPAQUE | SHOWN
    assert set(SCHEMAS[kind]["required"]) == set(SCHEMAS[kind]["properties"])


def test_an_order_of_cards_says_a_district_and_neither_whose_it_is_nor_how_many() -> None:
    kind = "referral.cards.ordered.v1"
    assert kind in set(TOGETHER) - set(REFERRAL_TYPES)
    assert set(SCHEMAS[kind]["properties"]) == {"order_id", "district", "version"}
    read = read_event(an_event(kind, {"order_id": str(uuid4()), "district": 315, "version": 1}))
    assert (read.type, read.district, read.referral_id) == ("referral.cards.ordered.v1", 315, None)


def test_a_meeting_names_organisations_and_memberships_by_ids_alone_and_may_name_no_focal_point() -> None:
    kind, point = "directory.meeting.planned.v1", uuid4()
    assert set(SCHEMAS[kind]["properties"]) == {
        "district",
        "receivers",
        "focal_points",
        "due_at",
        "moved_from",
        "state",
        "version",
    }
    older = {"district": 315, "receivers": [str(NGO)], "due_at": NOON.isoformat(), "version": 1}
    named = older | {"focal_points": [str(point)]}
    off = [{name: named[name] for name in named if name != "due_at"} | {"state": word} for word in ("former", "left")]
    for data, expected in ((older, frozenset()), *((each, frozenset({point})) for each in (named, *off))):
        Draft202012Validator(SCHEMAS[kind], format_checker=FormatChecker()).validate(data)
        assert read_event(an_event(kind, data)).focal_points == expected


@pytest.mark.parametrize("kind", REFERRAL_TYPES)
@pytest.mark.parametrize("wrong", [None, "", "x", -1.5, [], {}, True])
def test_a_broken_event_is_refused_by_the_name_of_its_field(kind: str, wrong: object) -> None:
    for field in ("referral_id", "version"):
        event = example(kind)
        broken = an_event(kind, {**event.data, field: wrong})
        if field == "referral_id" and wrong is None:
            continue
        with pytest.raises(NotUnderstood, match=f"^{kind}: {field}$"):
            read_event(broken)


def test_a_member_is_understood_as_the_schema_describes_it() -> None:
    private = X25519PrivateKey.generate()
    event = a_member_event(private.public_key().public_bytes_raw())
    Draft202012Validator(SCHEMAS[event.type], format_checker=FormatChecker()).validate(event.data)
