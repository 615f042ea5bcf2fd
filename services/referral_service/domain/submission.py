"""Value object of a submission: what a referrer sends, as it travels from the edge to the seal and the store.

Why: JSON and form make the same value, and each step after them reads fields instead of keys. Promises: immutable;
there is a person exactly where the answer was yes; codes are of `person_rules.py`, the number is in E.164, a card's
number as it is stored. When not to use it: to check what was typed (`api/submission_schema.py`), or after sealing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Consent:
    """What was read aloud, how, and what the person answered; `authority` is who agrees for a child."""

    answer: str
    version: str
    language: str
    interpreted: bool
    channel: str
    another_service: bool = False
    authority: str | None = None


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
    consent: Consent
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
