"""Value object of a submission: what a referrer sends, as it travels from the edge to the seal and the store.

Why: JSON and form make the same value, and each step after them reads fields instead of keys. Promises: immutable;
there is a person exactly where the answer was yes; codes are of `person_rules.py`, the number is in E.164, a card's
number as it is stored. When not to use it: to check what was typed (`api/submission_schema.py`), or after sealing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from referral_service.domain.matching import UNDER_18, Wanted
from referral_service.domain.person_rules import flags_for
from setu import roles
from setu.needs import refused

LONGEST_TERM = timedelta(days=366 * 60)


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
    """The whole of it. `district` is an LGD code; `service_id` asks one service, `candidates` any of up to five."""

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

    def wanted(self, person: Person) -> Wanted:
        """The help that is asked for this person, as services are judged by it."""
        return Wanted(
            needs=frozenset(self.needs),
            district=self.district,
            setting=self.setting,
            gender=person.gender,
            age_band=person.age_band,
            visit_in_custody=person.contact.method == "visit_in_custody",
        )

    def faults(self, role: str, this_day: date) -> Iterator[tuple[str, str]]:
        """Rules that the schema cannot know, the role's and the day's: each field at fault, and what is wrong.

        Rule 4 of the wall, for JSON and form at one place. `this_day` is the day in India.
        """
        if refused(self.needs, role):
            yield "needs", "One of these is for health staff only."
        if set(self.urgent) - set(flags_for(role, self.setting)):
            yield "urgent", "One of these does not fit the role or the setting."
        if self.notes is not None and role != roles.CUSTODY_HEALTH:
            yield "notes", "For prison health staff only."
        yield from self._faults_of_release(role, this_day)
        if self.person is not None and self.person.age_band == UNDER_18 and self.consent.authority is None:  # rule 8
            yield "consent.authority", "Under 18, say who agrees: the guardian or the Child Welfare Committee."

    def _faults_of_release(self, role: str, this_day: date) -> Iterator[tuple[str, str]]:
        if self.expected_release is None:
            return
        if role != roles.CUSTODY_HEALTH and self.setting != "prison":
            yield "expected_release", "From prison only."
        if not this_day <= self.expected_release <= this_day + LONGEST_TERM:
            yield "expected_release", "A date from today on."

    def identity(self, person: Person, now: datetime) -> dict[str, Any]:
        """What is sealed: the person, the urgent flags, notes, release date, and the record of consent (rule 7)."""
        release = self.expected_release
        consent = {name: value for name, value in asdict(self.consent).items() if value is not None}
        return {
            "name": (person.name or "").strip() or None,
            "contact": asdict(person.contact),
            "language": person.language,
            "gender": person.gender,
            "age_band": person.age_band,
            "preferences": person.preferences,
            "urgent": self.urgent,
            "notes": self.notes,
            "expected_release": None if release is None else release.isoformat(),
            "consent": {**consent, "at": now.isoformat()},
        }
