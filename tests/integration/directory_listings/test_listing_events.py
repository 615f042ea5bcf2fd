"""What the other services are told when the public directory changes."""

import json
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from directory_service.listings.use_cases.remove_listing import (
    remove_organization,
    remove_service,
)
from directory_service.listings.use_cases.republish_directory import republish_directory
from service_kit.envelope import Event
from support.listings import (
    KOLKATA,
    SECRET,
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
)

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
PROVIDER = a_provider()
SERVICE = a_service(PROVIDER, places=(a_place(PROVIDER).id,))


def kept_to_contract(events: list[Event]) -> list[Event]:
    for event in events:
        schema = json.loads((CONTRACTS / f"{event.type}.json").read_text())
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(event.data)
    return events


def of_service(events: list[Event]) -> list[Event]:
    return [event for event in events if event.type == "directory.service.changed.v1"]


def test_saving_a_listing_sends_whole_snapshots_that_keep_to_the_contract(directory: Directory) -> None:
    directory.save(PROVIDER, a_place(PROVIDER), SERVICE)

    events = kept_to_contract(directory.events())

    last = of_service(events)[-1]
    assert last.subject == str(SERVICE.id)
    assert last.data["version"] == 1
    assert last.data["needs"] == ["OST", "TESTING"]
    assert last.data["address"] == "1 Open Road, Kolkata, 700001"
    assert last.data["schedules"] == [
        {"rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00"}
    ]


def test_saving_the_same_again_says_nothing_and_moves_no_version(directory: Directory) -> None:
    directory.save(PROVIDER, a_place(PROVIDER), SERVICE)
    versions = directory.version(PROVIDER), directory.version(SERVICE)
    directory.forget_events()

    directory.save(PROVIDER, a_place(PROVIDER), SERVICE)

    assert directory.events() == []
    assert (directory.version(PROVIDER), directory.version(SERVICE)) == versions


def test_each_change_moves_the_version_up_by_one(directory: Directory) -> None:
    directory.save(PROVIDER, SERVICE)
    directory.forget_events()

    directory.save(replace(SERVICE, accepting="closed"), replace(SERVICE, accepting="open"))

    assert [event.data["version"] for event in of_service(directory.events())] == [2, 3]


def test_a_provider_that_is_suspended_takes_its_services_with_it(directory: Directory) -> None:
    directory.save(PROVIDER, SERVICE)
    directory.forget_events()

    directory.save(replace(PROVIDER, status="suspended"))

    events = kept_to_contract(directory.events())
    assert {event.type: event.data["status"] for event in events} == {
        "directory.organization.changed.v1": "suspended",
        "directory.service.changed.v1": "inactive",
    }


def test_an_organisations_district_travels_with_its_name(directory: Directory) -> None:
    directory.save(PROVIDER)

    (told,) = kept_to_contract(directory.events())

    assert told.data["district_names"] == {str(KOLKATA): {"en": "Kolkata", "hi": "कोलकाता", "bn": "কলকাতা"}}


def test_a_services_districts_travel_with_their_names(directory: Directory) -> None:
    directory.save(PROVIDER, replace(SERVICE, districts=(KOLKATA, 99999)))

    (told,) = of_service(kept_to_contract(directory.events()))

    assert told.data["districts"] == [KOLKATA, 99999]
    assert told.data["district_names"] == {str(KOLKATA): {"en": "Kolkata", "hi": "कोलकाता", "bn": "কলকাতা"}}


def test_a_confidential_address_is_in_no_event_and_its_change_is_no_event(directory: Directory) -> None:
    place = a_confidential_place(PROVIDER)
    directory.save(PROVIDER, place, replace(SERVICE, places=(place.id,)))
    told = kept_to_contract(directory.events())
    directory.forget_events()

    directory.save(replace(place, address_1="14 Hidden Lane"))

    assert directory.events() == []
    text = "".join(event.to_bytes().decode() for event in told)
    assert not [word for word in SECRET if word in text]
    assert of_service(told)[-1].data["confidential"] is True
    assert of_service(told)[-1].data["area"] == "South Kolkata"


def test_turning_a_place_confidential_takes_the_address_back(directory: Directory) -> None:
    place = a_place(PROVIDER)
    directory.save(PROVIDER, place, SERVICE)
    directory.forget_events()

    directory.save(replace(place, confidential=True))

    (event,) = of_service(kept_to_contract(directory.events()))
    assert event.data["address"] is None
    assert "1 Open Road" not in event.to_bytes().decode()


def test_a_removed_service_leaves_a_tombstone_without_phone(directory: Directory) -> None:
    directory.save(PROVIDER, SERVICE)
    directory.forget_events()

    with directory.worker.transaction() as session:
        remove_service(session, SERVICE.id, directory.now)

    (event,) = of_service(kept_to_contract(directory.events()))
    assert (event.data["deleted"], event.data["status"], event.data["phone"]) == (True, "inactive", None)
    assert event.data["version"] == 2


def test_what_was_sent_of_a_removed_service_says_nothing_of_a_place_that_is_hidden_later(directory: Directory) -> None:
    house = a_place(PROVIDER, name="Shelter at the mill", area="Shelter at the mill", city=None)
    directory.save(PROVIDER, house, replace(SERVICE, places=(house.id,)))
    with directory.worker.transaction() as session:
        remove_service(session, SERVICE.id, directory.now)
    directory.save(replace(house, confidential=True))
    directory.forget_events()

    republish_directory(directory.worker, directory.now)

    assert "mill" not in f"{[event.data for event in kept_to_contract(directory.events())]}"


def test_a_removed_organisation_takes_everything_along(directory: Directory) -> None:
    directory.save(PROVIDER, a_place(PROVIDER), SERVICE)
    directory.forget_events()

    with directory.worker.transaction() as session:
        remove_organization(session, PROVIDER.id, directory.now)

    assert {event.type: event.data["deleted"] for event in kept_to_contract(directory.events())} == {
        "directory.organization.changed.v1": True,
        "directory.service.changed.v1": True,
    }


def test_republishing_sends_the_last_snapshots_again_with_their_versions(directory: Directory) -> None:
    other = a_service(PROVIDER, "Drop-in")
    directory.save(PROVIDER, SERVICE, other, replace(SERVICE, accepting="closed"))
    with directory.worker.transaction() as session:
        remove_service(session, other.id, directory.now)
    latest = {event.subject: dict(event.data) for event in directory.events()}
    directory.forget_events()

    republish_directory(directory.worker, directory.now)

    again = kept_to_contract(directory.events())
    assert {event.subject: dict(event.data) for event in again} == latest
    assert len(again) == 3


def test_a_change_and_its_event_stand_or_fall_together(directory: Directory) -> None:
    directory.save(PROVIDER, SERVICE)
    directory.forget_events()

    with suppress(SystemExit), directory.worker.transaction() as session:
        remove_service(session, SERVICE.id, directory.now)
        sys.exit("the process ends before the commit")

    assert directory.events() == []
    assert directory.version(SERVICE) == 1
