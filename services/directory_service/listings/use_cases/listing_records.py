"""Records as JSON: checked on the way in, written the same on the way out.

Import, editing and the stored `record` column all pass through these three schemas, so nothing unchecked is ever in the
directory. Unknown fields are refused. `read_…` raise `marshmallow.ValidationError` with a path for each fault.
"""

import re
from dataclasses import fields as dataclass_fields
from datetime import UTC, date, datetime
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, post_dump, post_load, validate, validates_schema

from directory_service.listings.domain import attributes
from directory_service.listings.domain.hsds.objects import field_faults, fields_of
from directory_service.listings.domain.hsds.uris import as_uri
from directory_service.listings.domain.records import EXACT, Location, Organization, Service
from setu import needs
from setu.opening_hours import Opening
from setu.recurrence import rule_fault

Json = dict[str, Any]

LANGUAGE = validate.Regexp(r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error="must be a language code such as hi or lus")
PHONE = validate.Regexp(r"\A\+?[0-9][0-9 ()-]{1,22}\Z", error="must be a phone number: digits, spaces, + ( ) -")
TIME = validate.Regexp(r"\A([01]\d|2[0-3]):[0-5]\d\Z", error="must be a time such as 09:30")
_TOLD_IN_EVERY_ZONE = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
#: The first and the last day on which hours may begin or end to hold.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
_IN_SIGHT = validate.Range(EARLIEST, LATEST, error="must be a day of the years 1900 to 2200")
WEB = validate.URL(schemes={"http", "https"}, require_tld=False)

#: What a record may add to the HSDS documents beyond its own fields. A place's additions are hidden with its address.
EXTRA = {
    "organization": "additional_websites tax_status tax_id logo uri funding contacts programs organization_identifiers"
    " parent_organization_id attributes metadata phones",
    "service": "additional_urls interpretation_services wait_time fees accreditations assurer_email licenses funding"
    " program program_id required_documents contacts cost_options phones schedules languages service_areas capacities"
    " attributes service_at_locations metadata",
    "location": "alternate_name external_identifier external_identifier_type accessibility contacts phones schedules"
    " languages addresses url description location_type latitude longitude attributes metadata",
}


class Web(fields.String):
    """The address of a page; one in another script becomes the same in ASCII."""

    def __init__(self) -> None:
        super().__init__(validate=WEB)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        return as_uri(super()._deserialize(value, attr, data, **more))


def line(most: int = 200, **more: Any) -> fields.String:
    """One line of text, without control characters, at most `most` characters."""
    return fields.String(validate=[validate.Length(min=1, max=most), _without_control], **more)


def _without_control(value: str) -> None:
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", value):
        raise ValidationError("must not have control characters")


def _one_of(codes: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(sorted(codes)))


def _translations(most: int) -> fields.Dict:
    return fields.Dict(keys=fields.String(validate=LANGUAGE), values=line(most))


def _codes(codes: Any) -> fields.List[str]:
    return fields.List(_one_of(codes), validate=_distinct)


def _distinct(values: list[object]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError("has a value twice")


def _extra(kind: str) -> fields.Dict:
    allowed = EXTRA[kind].split()

    def check(value: dict[str, object]) -> None:
        for name, inner in value.items():
            if name not in allowed:
                raise ValidationError(f"{name}: is not taken here")
            for fault in field_faults(fields_of(kind)[name], inner, name):
                raise ValidationError(f"{fault.path}: {fault.detail}")

    return fields.Dict(keys=fields.String(), validate=check)


class OrganizationSchema(Schema):
    """An organisation in a package."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(attributes.ORGANIZATION_KINDS))
    district = fields.Integer(required=True, strict=True, validate=validate.Range(0, 99999))  # 0: not known, or abroad
    status = _one_of(attributes.ORGANIZATION_STATUSES)
    name = line(required=True)
    names = _translations(200)
    description = fields.String(validate=[validate.Length(max=4000), _without_control])
    alternate_name = line()
    phone = fields.String(validate=PHONE)
    email = fields.Email()
    website = Web()
    year_incorporated = fields.Integer(strict=True, validate=validate.Range(1500, 2200))
    legal_status = line()
    whole_state = fields.Boolean(truthy={True}, falsy={False})
    sample = fields.Boolean(truthy={True}, falsy={False})
    hsds = _extra("organization")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Organization:
        return Organization(**{"status": "pending", **data})


class PlaceSchema(Schema):
    """A place in a package. One that is confidential may come with its exact fields; they are kept apart."""

    id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True)
    district = fields.Integer(required=True, strict=True, validate=validate.Range(0, 99999))  # 0: not known, or abroad
    area = line(100, required=True)
    confidential = fields.Boolean(truthy={True}, falsy={False})
    name = line()
    address_1 = line()
    address_2 = line()
    city = line(100)
    postal_code = fields.String(
        validate=validate.Regexp(r"\A[1-9][0-9]{5}\Z", error="must be a PIN code of six digits")
    )
    landmark = line()
    transportation = line(1000)
    latitude = fields.Float(validate=validate.Range(-90, 90), allow_nan=False)
    longitude = fields.Float(validate=validate.Range(-180, 180), allow_nan=False)
    hsds = _extra("location")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Location:
        return Location(**data)


#: What is wrong with a rule of hours, by the code of `setu.recurrence.rule_fault`.
RULE_FAULTS = {
    "form": "must read like FREQ=WEEKLY;BYDAY=MO,TU",
    "interval": "INTERVAL does not go with FREQ=DAILY: say on which days of the week or of the month",
    "bymonthday": "BYMONTHDAY goes with FREQ=MONTHLY only",
    "byday": "BYDAY with a number, such as 1MO, goes with FREQ=MONTHLY only, and without BYMONTHDAY",
}


def _rule_reads(rule: str) -> None:
    if fault := rule_fault(rule):
        raise ValidationError(RULE_FAULTS[fault])


class OpeningSchema(Schema):
    """One rule of opening hours."""

    rrule = fields.String(required=True, validate=_rule_reads)
    opens_at = fields.String(required=True, validate=TIME)
    closes_at = fields.String(required=True, validate=TIME)
    valid_from = fields.Date(validate=_IN_SIGHT)
    valid_to = fields.Date(validate=_IN_SIGHT)
    description = line(500)

    @post_dump
    def _without_gaps(self, data: Json, **_: Any) -> Json:
        return {key: value for key, value in data.items() if value is not None}

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Opening:
        return Opening(**data)


class ServiceSchema(Schema):
    """A service in a package."""

    id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True)
    name = line(required=True)
    status = _one_of(attributes.SERVICE_STATUSES)
    accepting = _one_of(attributes.ACCEPTING)
    names = _translations(200)
    description = fields.String(validate=[validate.Length(max=4000), _without_control])
    descriptions = _translations(4000)
    alternate_name = line()
    needs = _codes(needs.CODES)
    districts = fields.List(fields.Integer(strict=True, validate=validate.Range(1, 99999)), validate=_distinct)
    genders = _codes(attributes.GENDERS)
    admits_children_up_to = fields.Integer(strict=True, validate=validate.Range(0, 18))
    minimum_age = fields.Integer(strict=True, validate=validate.Range(0, 120))
    maximum_age = fields.Integer(strict=True, validate=validate.Range(0, 120))
    languages = fields.List(fields.String(validate=LANGUAGE), validate=_distinct)
    schedules = fields.List(fields.Nested(OpeningSchema), validate=validate.Length(max=30))
    cost = _one_of(attributes.COSTS)
    fees_description = line(1000)
    places_available = fields.Integer(strict=True, validate=validate.Range(0, 100000))
    places_as_of = fields.AwareDateTime(format="iso", validate=validate.Range(*_TOLD_IN_EVERY_ZONE))
    phone = fields.String(validate=PHONE)
    email = fields.Email()
    url = Web()
    eligibility_description = line(2000)
    application_process = line(2000)
    alert = line(1000)
    assured_date = fields.Date()
    places = fields.List(fields.UUID(), validate=[validate.Length(max=50), _distinct])
    sample = fields.Boolean(truthy={True}, falsy={False})
    hsds = _extra("service")

    @validates_schema
    def _ages_in_order(self, data: dict[str, Any], **_: Any) -> None:
        lowest, highest = data.get("minimum_age"), data.get("maximum_age")
        if lowest is not None and highest is not None and lowest > highest:
            raise ValidationError("must not be below minimum_age", "maximum_age")
        if ("places_available" in data) != ("places_as_of" in data):
            raise ValidationError("goes together with places_available", "places_as_of")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Service:
        tuples = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
        return Service(**{**data, **tuples})


FlaggedServiceSchema = ServiceSchema.from_dict(
    {flag.field: fields.Boolean(truthy={True}, falsy={False}) for flag in attributes.FLAGS}, name="FlaggedServiceSchema"
)


_ORGANIZATION, _PLACE, _SERVICE = OrganizationSchema(), PlaceSchema(), FlaggedServiceSchema()


def read_organization(data: object) -> Organization:
    """An organisation from JSON; raises ValidationError."""
    return cast("Organization", _load(_ORGANIZATION, data))


def read_location(data: object) -> Location:
    """A place from JSON; raises ValidationError."""
    return cast("Location", _load(_PLACE, data))


def read_service(data: object) -> Service:
    """A service from JSON; raises ValidationError."""
    return cast("Service", _load(_SERVICE, data))


def write_organization(record: Organization) -> Json:
    """An organisation as JSON that `read_organization` reads back."""
    return _dump(_ORGANIZATION, record)


def write_location(record: Location) -> Json:
    """A place as JSON, exact fields included: the caller takes them apart with `split_location`."""
    return _dump(_PLACE, record)


def write_service(record: Service) -> Json:
    """A service as JSON that `read_service` reads back."""
    return _dump(_SERVICE, record)


def split_location(record: Location) -> tuple[Json, Json]:
    """What everyone may know of a place, and what only its own organisation may (empty unless confidential)."""
    whole = write_location(record)
    if not record.confidential:
        return whole, {}
    shown = {key: value for key, value in whole.items() if key not in EXACT}
    return shown, {key: value for key, value in whole.items() if key in EXACT}


def _load(schema: Schema, data: object) -> object:
    if not isinstance(data, dict):
        raise ValidationError("must be an object")
    return schema.load({key: value for key, value in data.items() if value is not None})


def _dump(schema: Schema, record: Organization | Location | Service) -> Json:
    """Leaves out what is empty or the same as the default, so that a record reads as a person would write it."""
    dumped: Json = schema.dump(record)
    defaults = {each.name: each.default for each in dataclass_fields(record)}
    empty: tuple[object, ...] = ([], {}, None, "")
    return {key: value for key, value in dumped.items() if value not in empty and getattr(record, key) != defaults[key]}
