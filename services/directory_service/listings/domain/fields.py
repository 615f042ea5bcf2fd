"""Tables of the fields of an organisation, a place, a service and a rule of hours: the only place where they stand.

What comes in by the API, a sheet, a form, an import or a package is checked by these; forms, the history and approvals
take their words and limits from here. Not here: the fields that the standard has beside ours (`hsds.objects`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from directory_service.listings.domain import attributes, records
from directory_service.listings.domain.compound_kinds import additions, list_kind, translations
from directory_service.listings.domain.field_faults import FieldFault
from directory_service.listings.domain.record_table import Field, RecordTable
from directory_service.listings.domain.text_kinds import LANGUAGE, MAIL, PHONE, POSTAL_CODE, RULE, TIME, WEB, text
from directory_service.listings.domain.value_kinds import ID, MOMENT, YES_NO, Kind, day, degrees, one_of, whole_number
from setu import needs
from setu.opening_hours import Opening
from setu.text import N_

#: The first and the last day on which hours may begin or end to hold.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
LARGEST_DISTRICT_CODE = 99_999
"""Of the Local Government Directory (LGD)."""
MOST_RULES = 30
"""Rules of opening hours of a service."""
_NAME, _DESCRIPTION, _IN_SIGHT = text(200), text(4000, least=0), day(EARLIEST, LATEST)
_NAME_FAULT = N_("Enter the name, at most 200 characters.")
_PHONE_FAULT = N_("Enter a phone number with its area code, such as 98765 43210.")
_MAIL_FAULT = N_("Enter a mail address such as name@example.org.")
_WEB_FAULT = N_("Enter a web address such as https://example.org.")
_NAMES = Field("names", translations(_NAME), N_("Name in another language"))
_SAMPLE = Field("sample", YES_NO, N_("Made-up sample"))
_ID = Field("id", ID, required=True)
_OWNER = Field("organization_id", ID, required=True)

OPENING_FIELDS = RecordTable(
    Opening,
    (
        Field("rrule", RULE, required=True),
        Field("opens_at", TIME, fault=N_("Enter a time such as 09:30."), required=True),
        Field("closes_at", TIME, fault=N_("Enter a time such as 17:00."), required=True),
        Field("valid_from", _IN_SIGHT),
        Field("valid_to", _IN_SIGHT),
        Field("description", text(500)),
    ),
)

HOURS = Kind("hours", OPENING_FIELDS.check, OPENING_FIELDS.load, OPENING_FIELDS.write)


def _ages_and_places(record: dict[str, Any]) -> Iterator[FieldFault]:
    lowest, highest = record.get("minimum_age"), record.get("maximum_age")
    if lowest is not None and highest is not None and lowest > highest:
        yield FieldFault("ages", "maximum_age")
    if ("places_available" in record) != ("places_as_of" in record):
        yield FieldFault("together", "places_as_of")


SERVICE_FIELDS = RecordTable(
    records.Service,
    (
        _ID,
        _OWNER,
        Field("name", _NAME, N_("Name"), _NAME_FAULT, required=True),
        Field("alternate_name", _NAME, N_("Other name")),
        _NAMES,
        Field("description", _DESCRIPTION, N_("Description")),
        Field("descriptions", translations(text(4000)), N_("Description in another language")),
        Field("alert", text(1000), N_("Notice to everybody")),
        Field("status", one_of(attributes.SERVICE_STATUSES), N_("On or off")),
        Field("accepting", one_of(attributes.ACCEPTING), N_("New people")),
        Field(
            "places_available",
            whole_number(0, 100_000),
            N_("Places free"),
            N_("Enter a whole number, at most 100000, or leave it empty."),
            hsds_list="capacities",
        ),
        Field("places_as_of", MOMENT),
        Field("needs", list_kind(one_of([need.code for need in needs.NEEDS])), N_("What it offers")),
        Field(
            "districts",
            list_kind(whole_number(1, LARGEST_DISTRICT_CODE)),
            N_("Districts served"),
            hsds_list="service_areas",
        ),
        Field("genders", list_kind(one_of(attributes.GENDERS)), N_("People served")),
        Field("languages", list_kind(LANGUAGE), N_("Languages"), hsds_list="languages"),
        Field("minimum_age", whole_number(0, 120), N_("From age"), N_("Enter an age in whole years.")),
        Field(
            "maximum_age",
            whole_number(0, 120),
            N_("Up to age"),
            N_("Enter an age in whole years, not below the youngest."),
        ),
        Field(
            "admits_children_up_to",
            whole_number(0, 18),
            N_("Children may come along up to age"),
            N_("Enter an age from 0 to 18."),
        ),
        Field("eligibility_description", text(2000), N_("Who it is for")),
        Field(
            "schedules",
            list_kind(HOURS, MOST_RULES, distinct=False),
            N_("Opening hours"),
            hsds_list="schedules",
        ),
        Field("cost", one_of(attributes.COSTS), N_("Cost"), hsds_list="cost_options"),
        Field("fees_description", text(1000), N_("About the cost")),
        Field("application_process", text(2000), N_("How to come")),
        Field("phone", PHONE, N_("Phone number"), _PHONE_FAULT, hsds_list="phones"),
        Field("email", MAIL, N_("Mail address"), _MAIL_FAULT),
        Field("url", WEB, N_("Website"), _WEB_FAULT),
        Field("places", list_kind(ID, 50), N_("Where"), hsds_list="service_at_locations"),
        Field("assured_date", day(date.min, date.max), N_("Last confirmed")),
        _SAMPLE,
        *(Field(flag.field, YES_NO, flag.name) for flag in attributes.FLAGS),
        Field(
            "hsds",
            additions(
                "service",
                "additional_urls interpretation_services wait_time fees accreditations assurer_email licenses funding"
                " program program_id required_documents contacts cost_options phones schedules languages service_areas"
                " capacities attributes service_at_locations metadata",
            ),
        ),
    ),
    _ages_and_places,
)

LOCATION_FIELDS = RecordTable(
    records.Location,
    (
        _ID,
        _OWNER,
        Field(
            "area",
            text(100),
            N_("Part of town"),
            N_("Say which part of town, at most 100 characters."),
            required=True,
        ),
        Field("name", _NAME, N_("Name"), _NAME_FAULT, exact=True),
        Field("address_1", _NAME, N_("Street and number"), exact=True),
        Field("address_2", _NAME, N_("Address, second line"), exact=True),
        Field("city", text(100), N_("Town"), exact=True),
        Field("postal_code", POSTAL_CODE, N_("PIN code"), N_("Enter a PIN code of six digits."), exact=True),
        Field("landmark", _NAME, N_("Landmark"), exact=True),
        Field("transportation", text(1000), N_("How to get there"), exact=True),
        Field(
            "latitude",
            degrees(90),
            N_("Latitude"),
            N_("Enter degrees such as 22.5726, or leave both empty."),
            exact=True,
        ),
        Field(
            "longitude",
            degrees(180),
            N_("Longitude"),
            N_("Enter degrees such as 88.3639, or leave both empty."),
            exact=True,
        ),
        Field(
            "district",
            whole_number(0, LARGEST_DISTRICT_CODE),
            N_("District"),
            N_("Choose the district."),
            required=True,
        ),
        Field("shared_id", ID, exact=True),
        Field("confidential", YES_NO, N_("The address is confidential")),
        Field(
            "hsds",
            additions(
                "location",
                "alternate_name external_identifier external_identifier_type accessibility contacts phones schedules"
                " languages addresses url description location_type latitude longitude attributes metadata",
            ),
            exact=True,
        ),
    ),
)

ORGANIZATION_FIELDS = RecordTable(
    records.Organization,
    (
        _ID,
        Field("kind", one_of(attributes.ORGANIZATION_KINDS), required=True),
        Field("district", whole_number(0, LARGEST_DISTRICT_CODE), N_("District"), required=True),
        Field("status", one_of(attributes.ORGANIZATION_STATUSES)),
        Field("name", _NAME, N_("Name"), _NAME_FAULT, required=True),
        Field("alternate_name", _NAME, N_("Other name")),
        _NAMES,
        Field("description", _DESCRIPTION, N_("Description")),
        Field("phone", PHONE, N_("Phone number"), _PHONE_FAULT),
        Field("email", MAIL, N_("Mail address"), _MAIL_FAULT),
        Field("website", WEB, N_("Website"), _WEB_FAULT),
        Field("year_incorporated", whole_number(1500, 2200)),
        Field("legal_status", _NAME),
        Field("whole_state", YES_NO),
        _SAMPLE,
        Field(
            "hsds",
            additions(
                "organization",
                "additional_websites tax_status tax_id logo uri funding contacts programs organization_identifiers"
                " parent_organization_id attributes metadata phones",
            ),
        ),
    ),
    preset={"status": "pending"},
)
