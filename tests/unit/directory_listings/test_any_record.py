"""For any record that may be stored: its documents are HSDS, they read back, and a confidential place tells nothing."""

import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_service.finding.pages.directions import ways
from directory_service.hsds.api.service_body import record_from_body
from directory_service.listings.domain.attributes import (
    ACCEPTING,
    COSTS,
    FLAGS,
    GENDERS,
    SERVICE_STATUSES,
)
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.hsds.objects import faults
from directory_service.listings.domain.hsds.organizations import (
    organization_basic,
    organization_whole,
)
from directory_service.listings.domain.hsds.service_from_document import service_from
from directory_service.listings.domain.hsds.services import (
    at_location,
    at_location_basic,
    service_basic,
    service_whole,
)
from directory_service.listings.domain.records import (
    Location,
    Organization,
    ProviderListing,
    Service,
)
from directory_service.listings.domain.schema_org import service_markup
from directory_service.listings.domain.snapshots import service_snapshot
from setu.needs import CODES
from support.hsds import schema_org
from support.hsds import standard as hsds_standard
from support.kit.examples import examples
from support.visible_characters import VISIBLE

NAMES = st.text(VISIBLE, min_size=1, max_size=60)
LONG = st.text(VISIBLE, max_size=200)
LANGUAGES = st.sampled_from(["en", "hi", "bn", "lus", "tcz", "zh-Hant", "x" * 3])
PHONES = st.from_regex(r"\A\+?[0-9][0-9 ()-]{1,22}\Z")
URLS = st.sampled_from(["https://example.org", "http://localhost:8000/a?b=c", "https://नमूना.example/पता"])
MAILS = st.sampled_from(["a@example.org", "first.last+tag@sub.example.org"])
TIMES = st.times().map(lambda at: at.strftime("%H:%M"))
RULES = st.sampled_from(
    ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=MONTHLY;BYDAY=-1FR"]
)
DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(date.isoformat)
SECRET = "Hidden-7qx"
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)  # no day that is made up lies after it


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have each of the fields, or have it not."""
    return st.fixed_dictionaries({}, optional=fields)


OPENINGS = st.fixed_dictionaries(
    {"rrule": RULES, "opens_at": TIMES, "closes_at": TIMES},
    optional={"valid_from": DATES, "valid_to": DATES, "description": NAMES},
)
SERVICES = some(
    status=st.sampled_from(SERVICE_STATUSES),
    accepting=st.sampled_from(ACCEPTING),
    names=st.dictionaries(LANGUAGES, NAMES, max_size=3),
    description=LONG,
    descriptions=st.dictionaries(LANGUAGES, LONG.filter(bool), max_size=2),
    alternate_name=NAMES,
    needs=st.lists(st.sampled_from(sorted(CODES)), unique=True),
    districts=st.lists(st.integers(1, 99999), unique=True, max_size=5),
    genders=st.lists(st.sampled_from(GENDERS), unique=True, min_size=1),
    admits_children_up_to=st.integers(0, 18),
    minimum_age=st.integers(0, 18),
    maximum_age=st.integers(18, 120),
    languages=st.lists(LANGUAGES, unique=True, max_size=4),
    schedules=st.lists(OPENINGS, max_size=4),
    cost=st.sampled_from(COSTS),
    fees_description=NAMES,
    phone=PHONES,
    email=MAILS,
    url=URLS,
    eligibility_description=NAMES,
    application_process=NAMES,
    alert=NAMES,
    assured_date=DATES,
    sample=st.booleans(),
    **{flag.field: st.booleans() for flag in FLAGS},
)
PLACES = some(
    name=NAMES,
    address_1=NAMES,
    address_2=NAMES,
    city=NAMES,
    postal_code=st.from_regex(r"\A[1-9][0-9]{5}\Z"),
    landmark=NAMES,
    transportation=NAMES,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
)
ORGANIZATIONS = some(
    names=st.dictionaries(LANGUAGES, NAMES, max_size=3),
    description=LONG,
    alternate_name=NAMES,
    phone=PHONES,
    email=MAILS,
    website=URLS,
    year_incorporated=st.integers(1500, 2200),
    legal_status=NAMES,
    sample=st.booleans(),
)
IDS = st.uuids(version=4).map(str)


@st.composite
def listings(draw: st.DrawFn, *, confidential: bool | None = None) -> ProviderListing:
    """An organisation with two places and a service at both."""
    owner = ORGANIZATION_FIELDS.read(
        {"id": draw(IDS), "kind": "provider", "district": 315, "status": "active", "name": draw(NAMES)}
        | draw(ORGANIZATIONS)
    )
    hidden = draw(st.booleans()) if confidential is None else confidential
    rows = [draw(PLACES) | {"id": draw(IDS), "area": draw(NAMES), "confidential": hidden} for _ in range(2)]
    places = [LOCATION_FIELDS.read({"organization_id": str(owner.id), "district": 315, **row}) for row in rows]
    service = draw(SERVICES) | {"id": draw(IDS), "organization_id": str(owner.id), "name": draw(NAMES)}
    service |= {"places": [str(place.id) for place in places]}
    if draw(st.booleans()):
        service |= {"places_available": draw(st.integers(0, 999)), "places_as_of": "2026-11-20T05:30:00+00:00"}
    return ProviderListing(owner, tuple(places), (SERVICE_FIELDS.read(service),))


def parts(listing: ProviderListing) -> tuple[Organization, list[Location], Service]:
    return listing.organization, list(listing.places), listing.services[0]


def as_sent(document: Any) -> Any:
    return json.loads(json.dumps(document))


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listings())
def test_every_document_is_what_the_standard_says(listing: ProviderListing) -> None:
    owner, places, service = parts(listing)
    whole = as_sent(service_whole(service, listing, places, organization_basic(owner)))
    alone = as_sent(organization_whole(listing))
    services_of_owner = alone.pop("services")

    assert not list(faults("service", whole))
    assert not list(faults("organization", alone))
    assert not [fault for each in services_of_owner for fault in faults("service", each)]
    for place in places:
        assert not list(faults("service_at_location", as_sent(at_location(service, place, listing))))


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listings())
def test_the_standards_own_schemas_agree(listing: ProviderListing) -> None:
    owner, places, service = parts(listing)
    basic = organization_basic(owner)
    summary = service_basic(service) | {"organization": basic}

    hsds_standard.check("service", as_sent(service_whole(service, listing, places, basic)))
    hsds_standard.check("organization", as_sent(organization_whole(listing)))
    hsds_standard.check("service_list", as_sent(summary))
    for place in places:
        hsds_standard.check("service_at_location_list", as_sent(at_location_basic(summary, service, place)))


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listings())
def test_every_service_reads_back_as_it_was(listing: ProviderListing) -> None:
    owner, places, service = parts(listing)
    document = as_sent(service_whole(service, listing, places, organization_basic(owner)))

    read = SERVICE_FIELDS.read(service_from(document))

    assert SERVICE_FIELDS.write(read) == SERVICE_FIELDS.write(service)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listings())
def test_sending_back_what_was_read_changes_nothing(listing: ProviderListing) -> None:
    owner, places, service = parts(listing)
    shown = as_sent(service_whole(service, listing, places, organization_basic(owner)))

    read = record_from_body(dict(shown), service.id, owner.id, ALWAYS, shown=shown, stored=service)

    assert SERVICE_FIELDS.write(read) == SERVICE_FIELDS.write(service)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listings(confidential=True), st.sets(st.sampled_from(["name", "address_1", "city", "landmark"]), min_size=1))
def test_what_a_confidential_place_keeps_to_itself_is_nowhere(listing: ProviderListing, fields: set[str]) -> None:
    hidden = [
        Location(**{**vars(place), **dict.fromkeys(fields, SECRET), "latitude": 12.3456789}) for place in listing.places
    ]
    secret = ProviderListing(listing.organization, tuple(hidden), listing.services, listing.districts)
    owner, places, service = parts(secret)
    basic = organization_basic(owner)
    said = [
        service_whole(service, secret, places, basic),
        organization_whole(secret),
        service_snapshot(service, owner, places),
        [at_location_basic(basic, service, place) for place in places],
    ]
    said += [service_markup(service, said[0], "https://a.example", None), [vars(way) for way in ways(said[0])]]

    text = json.dumps(said, default=str)

    assert SECRET not in text
    assert "12.3456789" not in text


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(listings(), st.none() | PHONES)
def test_the_markup_of_any_service_is_schema_orgs(listing: ProviderListing, phone: str | None) -> None:
    owner, places, service = parts(listing)
    document = as_sent(service_whole(service, listing, places, organization_basic(owner)))

    markup = service_markup(service, document, "https://setu.example/services/1", phone)

    schema_org.check(as_sent(markup))
    weekly = [opening for opening in service.schedules if opening.rrule in {"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO"}]
    hours = markup.get("hoursAvailable", [])
    assert len(hours if isinstance(hours, list) else [hours]) == len(weekly)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 # hypothesis wants naive bounds
def test_a_moment_of_capacity_is_told_to_the_second(moment: datetime) -> None:
    owner = Organization(id=_AN_ID, kind="provider", district=1, status="active", name="x")
    service = Service(_AN_ID, _AN_ID, "x", places_available=0, places_as_of=moment)

    document = as_sent(service_whole(service, ProviderListing(owner, (), (service,)), [], organization_basic(owner)))

    assert not list(faults("service", document))
    assert document["capacities"][0]["updated"] == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_AN_ID = ORGANIZATION_FIELDS.read(
    {"id": "00000000-0000-4000-8000-000000000001", "kind": "court", "district": 1, "name": "x"}
).id
