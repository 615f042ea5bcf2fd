"""The body of a submission: fields, types and codes, for JSON and for the form alike.

Why: the form and the JSON edge must refuse the same things, each with the field's name. Rules that depend on the role,
the time or the database follow in `check_submission.py`. Source: architecture page, "Referrals"; domain page, section
6.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral_service.domain import person_rules as rules
from referral_service.domain.consent_texts import is_known_version
from referral_service.domain.matching import AGE_BANDS, MOST_CANDIDATES
from referral_service.domain.places import STATE_OF_DISTRICT
from referral_service.use_cases.read_phone_number import LONGEST as LONGEST_NUMBER
from referral_service.use_cases.read_phone_number import WORDS, BadNumber, read_phone_number
from setu.needs import MOST_NEEDS, NEEDS

LANGUAGE_TAG = re.compile(r"\A[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?\Z")
"""Language, script and region of BCP 47. No variants: letters that mean nothing to us could spell a name."""
NAME_PROBLEMS = {
    "too_long": f"At most {rules.LONGEST_NAME} characters.",
    "bad_letters": "Letters, spaces, full stops, apostrophes and hyphens only; no digits.",
}


class Prepared:
    """Puts a field's validators together once; marshmallow does it anew for every value."""

    validators: list[Any]

    @cached_property
    def _validate_all(self) -> Callable[[Any], None]:
        return validate.And(*self.validators)


class Text(Prepared, fields.String):
    """A string."""


class Identity(Prepared, fields.UUID):
    """A UUID."""


class Part(Prepared, fields.Nested):
    """An object within the body."""


class StrictBoolean(Prepared, fields.Boolean):
    """`true` or `false` and nothing that looks like them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class StrictInteger(Prepared, fields.Integer):
    """A JSON number without a fraction; no text, no boolean."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Code(fields.String):
    """One of these codes. Every submission has a dozen: marshmallow's validators would be made anew for each."""

    def __init__(self, codes: Collection[str], **options: Any) -> None:
        super().__init__(metadata={"enum": list(codes)}, **options)
        self._codes = frozenset(codes)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ARG002 - marshmallow's signature
        return self.one(value)

    def _validate(self, value: Any) -> None:
        """Nothing is left to look at."""

    def one(self, value: object) -> str:
        """The code, or ValidationError."""
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if value not in self._codes:
            raise ValidationError("Not one of the codes.")
        return value


class Codes(fields.List[str]):
    """A list of these codes, each at most once; between `least` and `most` of them."""

    def __init__(self, codes: Collection[str], least: int = 0, most: int | None = None, **options: Any) -> None:
        self._one = Code(codes)
        self._length = validate.Length(min=least, max=most or len(codes))
        limits = {"minItems": self._length.min, "maxItems": self._length.max}
        super().__init__(self._one, metadata=limits, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str | None]:  # noqa: ARG002 - marshmallow's signature
        if not isinstance(value, list):
            raise self.make_error("invalid")
        faults: dict[int | str, Any] = {}
        for number, each in enumerate(value):
            try:
                self._one.one(each)
            except ValidationError as fault:
                faults[number] = fault.messages
        if faults:
            raise ValidationError(faults)
        self._length(value)
        _unique(value)
        return value

    def _validate(self, value: Any) -> None:
        """Nothing is left to look at."""


class PhoneNumber(Prepared, fields.String):
    """A number as people type it, in any script's digits; reads as E.164."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        try:
            return read_phone_number(typed)
        except BadNumber as bad:
            raise ValidationError(WORDS[bad.reason]) from None


def _unique(values: Sequence[object]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError("Each at most once.")


def _known_version(version: str) -> None:
    if not is_known_version(version):
        raise ValidationError("No consent text has this version.")


def _known_district(code: int) -> None:
    if code not in STATE_OF_DISTRICT:
        raise ValidationError("No district has this LGD code.")


def _name(name: str) -> None:
    problem = rules.name_problem(name)
    if problem:
        raise ValidationError(NAME_PROBLEMS[problem])


def _language() -> Text:
    pattern = validate.Regexp(LANGUAGE_TAG, error="A BCP 47 language tag is expected.")
    return Text(required=True, validate=[validate.Length(max=35), pattern])


class ConsentSchema(Schema):
    """What was read aloud, how, and what the person said."""

    answer = Code(rules.ANSWERS, required=True)
    version = Text(required=True, validate=[validate.Length(max=40), _known_version])
    language = _language()
    interpreted = StrictBoolean(required=True)
    channel = Code(rules.CHANNELS, required=True)
    another_service = StrictBoolean(load_default=False)
    authority = Code(("guardian", "cwc"))


class ContactSchema(Schema):
    """A safe way to reach the person; `none` and `visit_in_custody` are answers."""

    method = Code(rules.CONTACT_METHODS, required=True)
    value = PhoneNumber(validate=validate.Length(min=1, max=LONGEST_NUMBER))
    hours = Codes(rules.HOURS)

    @validates_schema
    def _value_fits_method(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["method"] in rules.METHODS_WITH_NUMBER and "value" not in data:
            raise ValidationError("A phone number is needed for this way.", "value")
        if data["method"] not in rules.METHODS_WITH_NUMBER and "value" in data:
            raise ValidationError("This way needs no number.", "value")


class PersonSchema(Schema):
    """What is said about the person, only after "yes"."""

    name = Text(validate=_name)
    contact = Part(ContactSchema, required=True)
    language = _language()
    gender = Code(rules.GENDERS)
    age_band = Code(tuple(AGE_BANDS), required=True)
    preferences = Codes(rules.PREFERENCES)


class SubmissionSchema(Schema):
    """The whole body of `POST /api/referrals`."""

    setting = Code(rules.SETTINGS, required=True)
    district = StrictInteger(required=True, validate=_known_district)
    needs = Codes(tuple(need.code for need in NEEDS), 1, MOST_NEEDS, required=True)
    service_id = Identity()
    candidates = fields.List(fields.UUID(), validate=[validate.Length(min=1, max=MOST_CANDIDATES), _unique])
    consent = Part(ConsentSchema, required=True)
    person = Part(PersonSchema)
    urgent = Codes(rules.FLAGS)
    card = fields.String(validate=validate.Length(min=1, max=20))
    expected_release = fields.Date()
    notes = fields.String(validate=validate.Length(max=rules.LONGEST_NOTES))

    @validates_schema
    def _fits_the_answer(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["consent"]["answer"] == "yes":
            _need_person_and_receiver(data)
        else:
            _refuse_everything_personal(data)
        if "service_id" in data and "candidates" in data:
            raise ValidationError("Either one service or candidates.", "candidates")


def _need_person_and_receiver(data: Mapping[str, Any]) -> None:
    if "person" not in data:
        raise ValidationError("Needed after yes.", "person")
    if "service_id" not in data and "candidates" not in data:
        raise ValidationError("Name one service, or one to five candidates.", "service_id")


def _refuse_everything_personal(data: Mapping[str, Any]) -> None:
    for name in ("person", "urgent", "expected_release", "notes"):
        if data.get(name):
            raise ValidationError("Only after yes.", name)
