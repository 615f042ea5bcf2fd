"""The rules of a submission that the schema cannot know: the role and today's date.

Why: rule 4 of the wall holds at one place for JSON and for the form. Promises: reads nothing from the database; raises
the 422 problem with every field at fault. When not to use it: for whether a service can take it
(`submit_referral.py`).
"""

from collections.abc import Iterator
from datetime import date, datetime

from referral_service.domain import person_rules as rules
from referral_service.domain.consent_texts import needs_interpreter
from referral_service.domain.matching import UNDER_18
from referral_service.domain.submission import Consent, Submission
from service_kit.errors import FieldError, Invalid
from setu import roles
from setu.india import day_in_india
from setu.needs import refused


def check_submission(submission: Submission, role: str, now: datetime) -> None:
    """Raise the 422 problem with every field at fault. `submission` has passed the schema."""
    errors = [
        *_what_the_role_may_not(submission, role),
        *_release(submission, day_in_india(now)),
        *_interpreted(submission.consent),
        *_authority(submission),
    ]
    if errors:
        raise Invalid(*errors)


def _what_the_role_may_not(submission: Submission, role: str) -> Iterator[FieldError]:
    if refused(submission.needs, role):
        yield FieldError("needs", "One of these is for health staff only.")
    if set(submission.urgent) - set(rules.flags_for(role, submission.setting)):
        yield FieldError("urgent", "One of these does not fit the role or the setting.")
    if submission.notes is not None and role != roles.CUSTODY_HEALTH:
        yield FieldError("notes", "For prison health staff only.")
    if submission.expected_release is not None and role != roles.CUSTODY_HEALTH and submission.setting != "prison":
        yield FieldError("expected_release", "From prison only.")


def _interpreted(consent: Consent) -> Iterator[FieldError]:
    """What was read can only be understood if there is a text in the person's language, or somebody interpreted it."""
    if not consent.interpreted and needs_interpreter(consent.language, consent.version):
        yield FieldError("consent.interpreted", "This version has no text in this language: it must be interpreted.")


def _authority(submission: Submission) -> Iterator[FieldError]:
    """Rule 8: under 18, who agrees for the child is part of the consent."""
    person = submission.person
    if person is not None and person.age_band == UNDER_18 and submission.consent.authority is None:
        yield FieldError("consent.authority", "Under 18, say who agrees: the guardian or the Child Welfare Committee.")


def _release(submission: Submission, this_day: date) -> Iterator[FieldError]:
    for fault in rules.release_faults(submission.expected_release, submission.urgent, this_day):
        yield _RELEASE_FAULTS[fault]


_RELEASE_FAULTS = {
    "both": FieldError("urgent", "RELEASE_TODAY or RELEASE_14_DAYS, not both."),
    "date": FieldError("expected_release", "A date from today to ten years on."),
    "date_and_flag": FieldError("expected_release", "This date and the flag of the release contradict each other."),
}
