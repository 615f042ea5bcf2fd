"""Value object of an identity: what is sealed of a person at submission, and what a case worker reads after opening it.

Why: the seal, the JSON and the page read fields instead of keys. Promises: immutable; what `as_json` gives `from_json`
reads, and what an older release sealed, too. When not to use it: on the sender's side of the wall once it is sealed,
which cannot read it back (rule 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from referral_service.domain.child_path import is_child_path
from referral_service.domain.matching_facts import MatchingFacts
from referral_service.domain.submission import Contact, Person, Submission


@dataclass(frozen=True)
class Identity:
    """The person, the urgent flags as ticked, notes, and the record of consent (rule 7). Codes of `person_rules.py`.

    `expected_release` is shown, not sealed: it changes, and flags, priority and lists follow it (`task.release_on`);
    only an older release of Setu has sealed one.
    """

    name: str | None
    contact: Contact
    language: str
    gender: str | None
    age_band: str
    preferences: Sequence[str]
    urgent: Sequence[str]
    notes: str | None
    consent: Mapping[str, Any]
    expected_release: date | None = None

    @classmethod
    def of_submission(cls, submission: Submission, person: Person, now: datetime) -> Self:
        """What is sealed of a submission."""
        said = submission.consent
        if not is_child_path(submission.needs, person.age_band):  # a program may say for everybody who would agree
            said = replace(said, authority=None)
        consent = {name: value for name, value in asdict(said).items() if value is not None}
        return cls(
            name=(person.name or "").strip() or None,
            contact=person.contact,
            language=person.language,
            gender=person.gender,
            age_band=person.age_band,
            preferences=person.preferences,
            urgent=submission.urgent,
            notes=submission.notes,
            consent={**consent, "at": now.isoformat()},
        )

    @classmethod
    def from_json(cls, opened: Mapping[str, Any]) -> Self:
        """Read what `as_json` gave."""
        known = {name: opened[name] for name in cls.__dataclass_fields__ if name in opened}
        day = known.get("expected_release")
        read = {"contact": Contact(**opened["contact"]), "expected_release": date.fromisoformat(day) if day else None}
        return cls(**{**known, **read})

    def as_json(self) -> dict[str, Any]:
        """The fields, a day as ISO 8601 has it."""
        return {**asdict(self), "expected_release": self.expected_release and self.expected_release.isoformat()}

    def says_the_same_as(self, other: Self) -> bool:
        """Whether nothing differs but the order in which hours or preferences were given."""
        return self._in_one_order() == other._in_one_order()

    def _in_one_order(self) -> Self:
        contact = replace(self.contact, hours=tuple(sorted(self.contact.hours)))
        return replace(self, contact=contact, preferences=tuple(sorted(self.preferences)))

    def matching_facts(self) -> MatchingFacts:
        """What decides which services fit this person."""
        return MatchingFacts.of_answers(
            gender=self.gender,
            age_band=self.age_band,
            language=self.language,
            preferences=self.preferences,
            contact_method=self.contact.method,
            urgent=self.urgent,
        )
