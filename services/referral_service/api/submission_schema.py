"""Schema of a submission's body: fields, types and codes; loads a `Submission`.

Why: the JSON edge and the form must refuse the same things, each with the field's name, so the form's last step loads
this schema too. What goes with which answer to the consent is decided by `submission.answer_faults`; rules that depend
on the role and the day follow in `person_rules.faults`, those of the database in `use_cases/submit_referral.py`.
Source: docs/privacy.md, rules 4, 7 and 8.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from babel import Locale
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from referral_service.api.typed_fields import CardNumber, PhoneNumber
from referral_service.domain import person_rules as rules
from referral_service.domain.candidates import MOST_CANDIDATES
from referral_service.domain.child_path import AUTHORITIES
from referral_service.domain.consent.consent_record import ANSWERS, CHANNELS, ConsentRecord
from referral_service.domain.consent.consent_texts import is_known_version
from referral_service.domain.person_name import LONGEST_NAME, name_problem
from referral_service.domain.submission import Contact, Person, Submission, answer_faults
from service_kit.phone_numbers import LONGEST as LONGEST_NUMBER
from service_kit.web.strict_fields import StrictBoolean
from setu.districts import STATE_OF_DISTRICT
from setu.needs import MOST_NEEDS, NEEDS

LANGUAGE_TAG = re.compile(r"\A[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?\Z")
"""Language, script and region of BCP 47. No variants: letters that mean nothing to us could spell a name."""
_KNOWN = Locale("en")
NAME_PROBLEMS = {
    "too_long": f"At most {LONGEST_NAME} characters.",
    "bad_letters": "Letters, spaces, full stops, apostrophes and hyphens only; no digits.",
}


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
    problem = name_problem(name)
    if problem:
        raise ValidationError(NAME_PROBLEMS[problem])


def _code(codes: Collection[str], *, required: bool = False) -> fields.String:
    return fields.String(required=required, validate=validate.OneOf(codes, error="Not one of the codes."))


def _codes(codes: Collection[str], least: int = 0, most: int | None = None, *, required: bool = False) -> Any:
    """Each at most once; between `least` and `most` of them."""
    length = validate.Length(min=least, max=most or len(codes))
    return fields.List(_code(codes), required=required, validate=[length, _unique])


def _known_parts(tag: str) -> None:
    """A script and a region that CLDR knows; any language, since India has more than are listed anywhere."""
    parts = tag.split("-")[1:]
    scripts = [part.title() for part in parts if len(part) == 4]
    regions = [part.upper() for part in parts if len(part) < 4]
    if not (_KNOWN.scripts.keys() >= set(scripts) and _KNOWN.territories.keys() >= set(regions)):
        raise ValidationError("No such script or region is known.")


def _language() -> fields.String:
    pattern = validate.Regexp(LANGUAGE_TAG, error="A BCP 47 language tag is expected.")
    return fields.String(required=True, validate=[validate.Length(max=35), pattern, _known_parts])


class ConsentSchema(Schema):
    """What was read aloud, how, and what the person said."""

    answer = _code(ANSWERS, required=True)
    version = fields.String(required=True, validate=[validate.Length(max=40), _known_version])
    language = _language()
    interpreted = StrictBoolean(required=True)
    channel = _code(CHANNELS, required=True)
    another_service = StrictBoolean(load_default=False)
    authority = fields.String(
        validate=validate.OneOf(AUTHORITIES, error="Not one of the codes."),
        metadata={"description": "who agrees for a child; needed where `needs` has CHILD or the person is under 18"},
    )

    @post_load
    def _to_consent(self, data: Mapping[str, Any], **_: Any) -> ConsentRecord:
        return ConsentRecord(**data)


class ContactSchema(Schema):
    """A safe way to reach the person; `none` and `visit_in_custody` are answers."""

    method = _code(rules.CONTACT_METHODS, required=True)
    value = PhoneNumber(validate=validate.Length(min=1, max=LONGEST_NUMBER))
    hours = _codes(rules.HOURS)

    @validates_schema
    def _value_fits_method(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["method"] in rules.METHODS_WITH_NUMBER and "value" not in data:
            raise ValidationError("A phone number is needed for this way.", "value")
        if data["method"] not in rules.METHODS_WITH_NUMBER and "value" in data:
            raise ValidationError("This way needs no number.", "value")

    @post_load
    def _to_contact(self, data: Mapping[str, Any], **_: Any) -> Contact:
        return Contact(**data)


class PersonSchema(Schema):
    """What is said about the person, only after "yes"."""

    name = fields.String(validate=_name)
    contact = fields.Nested(ContactSchema, required=True)
    language = _language()
    gender = _code(rules.GENDERS)
    age_band = _code(tuple(rules.AGE_BANDS), required=True)
    preferences = _codes(rules.PREFERENCES)

    @post_load
    def _to_person(self, data: Mapping[str, Any], **_: Any) -> Person:
        return Person(**data)


class SubmissionSchema(Schema):
    """The whole body of `POST /api/referrals`."""

    setting = _code(rules.SETTINGS, required=True)
    district = fields.Integer(strict=True, required=True, validate=_known_district)
    needs = _codes(tuple(need.code for need in NEEDS), 1, MOST_NEEDS, required=True)
    service_id = fields.UUID()
    candidates = fields.List(fields.UUID(), validate=[validate.Length(min=1, max=MOST_CANDIDATES), _unique])
    consent = fields.Nested(ConsentSchema, required=True)
    person = fields.Nested(PersonSchema)
    urgent = _codes(rules.FLAGS)
    card = CardNumber(validate=validate.Length(min=1, max=20))
    expected_release = fields.Date()
    notes = fields.String(validate=validate.Length(max=rules.LONGEST_NOTES))

    @post_load
    def _to_submission(self, data: Mapping[str, Any], **_: Any) -> Submission:
        submission = Submission(**data)
        for field, fault in answer_faults(submission):
            raise ValidationError(fault, field)
        return submission
