"""What may be said about a person and of where they are, as codes, and what a role may not. A name: `person_name.py`.

Why: rule 4 of the wall. An officer has no free-text field about a person, and the form and the JSON edge must refuse
the same things. Promises: pure; problems come back as codes, never as exceptions with what was typed in them.
When not to use it: for a release date (`release_date.py`); after sealing: nobody validates an opened identity again.
"""

from collections.abc import Collection, Iterator
from datetime import date

from referral_service.domain.child_path import UNDER_18, lacks_authority
from referral_service.domain.release_date import RELEASE_14_DAYS, RELEASE_TODAY, may_say_release, release_faults
from referral_service.domain.submission import Submission
from setu.needs import refused
from setu.roles import CUSTODY_HEALTH

LONGEST_NOTES = 500  # characters; custody_health only
SETTINGS = ("street", "station", "court", "prison")
CONTACT_METHODS = ("phone", "message", "through_someone", "visit_in_custody", "none")
METHODS_WITH_NUMBER = frozenset({"phone", "message", "through_someone"})
HOURS = ("06-09", "09-12", "12-15", "15-18", "18-21")
"""When it is safe to call: Indian time, from–to."""
AGE_BANDS = {
    UNDER_18: (0, 17),
    "18-24": (18, 24),
    "25-34": (25, 34),
    "35-44": (35, 44),
    "45-59": (45, 59),
    "60+": (60, 150),
}
"""Codes of age bands, each with its first and last year."""
GENDERS = ("woman", "man", "transgender", "other", "not_said")
PREFERENCES = ("woman_worker", "children_with_me")
FLAGS = ("OVERDOSE_RISK", "WITHDRAWAL_IN_CUSTODY", "PREGNANT", RELEASE_TODAY, RELEASE_14_DAYS, "ON_OST_NOW")
HEALTH_STAFF_FLAGS = frozenset({"ON_OST_NOW"})
CUSTODY_FLAGS = frozenset({"WITHDRAWAL_IN_CUSTODY", RELEASE_TODAY, RELEASE_14_DAYS})


def faults(submission: Submission, role: str, this_day: date) -> Iterator[tuple[str, str]]:
    """What the schema cannot know, since it is the role's or the day's: each field at fault, and what is wrong.

    `this_day` is the day in India.
    """
    yield from _what_the_role_may_not(submission, role)
    for fault in release_faults(submission.expected_release, submission.urgent, this_day):
        yield _RELEASE_FAULTS[fault]
    consent, person = submission.consent, submission.person
    if consent.lacks_interpreter:
        yield "consent.interpreted", "This version has no text in this language: it must be interpreted."
    if person is not None and lacks_authority(submission.needs, person.age_band, consent.authority):
        yield "consent.authority", "For a child, say who agrees: the guardian or the Child Welfare Committee."


def _what_the_role_may_not(submission: Submission, role: str) -> Iterator[tuple[str, str]]:
    if refused(submission.needs, role):
        yield "needs", "One of these is for health staff only."
    if unknown(submission.urgent, flags_for(role, submission.setting)):
        yield "urgent", "One of these does not fit the role or the setting."
    if submission.notes is not None and role != CUSTODY_HEALTH:
        yield "notes", "For prison health staff only."
    if submission.expected_release is not None and not may_say_release(role, submission.setting):
        yield "expected_release", "From prison only."


def methods_for(setting: str) -> tuple[str, ...]:
    """The ways to reach a person that the form offers in this setting: nobody is visited in custody on the street."""
    return tuple(way for way in CONTACT_METHODS if way != "visit_in_custody" or setting != "street")


def flags_for(role: str, setting: str) -> tuple[str, ...]:
    """The urgent flags that this role may set in this setting, in screen order."""
    return tuple(
        flag
        for flag in FLAGS
        if (role == CUSTODY_HEALTH or flag not in HEALTH_STAFF_FLAGS)
        and (setting != "street" or flag not in CUSTODY_FLAGS)
    )


_RELEASE_FAULTS = {
    "both": ("urgent", "RELEASE_TODAY or RELEASE_14_DAYS, not both."),
    "date": ("expected_release", "A date from today to ten years on."),
    "date_and_flag": ("expected_release", "This date and the flag of the release contradict each other."),
}


def unknown(values: Collection[str], allowed: Collection[str]) -> frozenset[str]:
    """The values that are not among the allowed codes."""
    return frozenset(values) - frozenset(allowed)
