"""Value object of a submission: what a referrer sends, and what of it goes with which answer to the consent.

Why: JSON and form make the same value, and each step after them reads fields instead of keys; without a yes nothing
about a person is sent (rule 7). Promises: immutable; once `answer_faults` has none, there is a person exactly where the
answer was yes; codes are of `person_rules.py`, the number is in E.164, a card's number as it is stored. When not to use
it: to read what was typed (`api/submission_schema.py`), for what a role or the day forbids (`person_rules.py`), or
after sealing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from referral_service.domain.consent.consent_record import ConsentRecord

_PERSONAL = ("person", "urgent", "expected_release", "notes")
"""Fields that say something about a person."""


@dataclass(frozen=True)
class Contact:
    """A safe way to reach the person; `hours` are those in which it is safe to call."""

    method: str
    value: str | None = None
    hours: Sequence[str] = ()


@dataclass(frozen=True)
class Person:
    """What is said about the person."""

    contact: Contact
    language: str
    age_band: str
    name: str | None = None
    gender: str | None = None
    preferences: Sequence[str] = ()


@dataclass(frozen=True)
class Submission:
    """The whole of it. `district` is an LGD code; `service_id` asks one service, `candidates` any of several."""

    setting: str
    district: int
    needs: Sequence[str]
    consent: ConsentRecord
    person: Person | None = None
    service_id: UUID | None = None
    candidates: Sequence[UUID] = ()
    urgent: Sequence[str] = ()
    card: str | None = None
    expected_release: date | None = None
    notes: str | None = None

    @property
    def asked_services(self) -> Sequence[UUID]:
        """The services that it names, in the order given."""
        return self.candidates if self.service_id is None else [self.service_id]


def answer_faults(submission: Submission) -> Iterator[tuple[str, str]]:
    """What does not go with the answer: each field at fault, and what is wrong.

    After yes a person and who is asked, one service or candidates; without a yes nothing personal; with a no no card.
    """
    if submission.consent.answer == "yes":
        yield from _lacking_after_yes(submission)
    else:
        yield from ((name, "Only after yes.") for name in _PERSONAL if getattr(submission, name))
    if submission.consent.answer == "no" and submission.card is not None:
        yield "card", "No card goes with a no."
    if submission.service_id is not None and submission.candidates:
        yield "candidates", "Either one service or candidates."


def _lacking_after_yes(submission: Submission) -> Iterator[tuple[str, str]]:
    if submission.person is None:
        yield "person", "Needed after yes."
    if submission.service_id is None and not submission.candidates:
        yield "service_id", "Name one service, or one to five candidates."
