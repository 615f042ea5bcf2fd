"""Value object of the facts of a person that matching reads: sealed beside the identity, opened for matching alone.

Why: a referral is forwarded when its identity is sealed, and gender and age still exclude services, wishes and a visit
in custody still order them; the form asks by the same facts before anything is sent. Promises: immutable; no name, no
number, no notes; nothing of it is shown to anybody.
When not to use it: to tell a case worker about the person (`use_cases/read_identity.py`); for what a listing is
judged by (`matching/eligibility.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from referral_service.domain.matching.eligibility import Wanted


@dataclass(frozen=True)
class MatchingFacts:
    """Codes of `person_rules.py`; the language is BCP 47. None or False where nothing was said.

    `needs`: as the record says them since somebody put the person right; empty where nobody did.
    """

    gender: str | None
    age_band: str | None
    language: str | None = None
    preferences: Sequence[str] = ()
    visit_in_custody: bool = False
    pregnant: bool = False
    needs: Sequence[str] = ()

    @classmethod
    def of_answers(
        cls,
        *,
        gender: str | None,
        age_band: str | None,
        language: str | None,
        preferences: Sequence[str],
        contact_method: str,
        urgent: Sequence[str],
    ) -> Self:
        """What follows from the answers about the person, as codes."""
        return cls(
            gender=gender,
            age_band=age_band,
            language=language,
            preferences=tuple(preferences),
            visit_in_custody=contact_method == "visit_in_custody",
            pregnant="PREGNANT" in urgent,
        )

    def as_json(self) -> dict[str, Any]:
        """The fields, as they are sealed; without what an older release could not read, where it says nothing."""
        return {name: value for name, value in asdict(self).items() if name != "needs" or value}

    def wanted(self, needs: Sequence[str], district: int, setting: str, nearby: frozenset[int] = frozenset()) -> Wanted:
        """The help that is asked for, as services are judged by it; `nearby` are further districts (LGD codes).

        `needs`: as they were sent.
        """
        return Wanted(
            needs=frozenset(self.needs or needs),
            district=district,
            setting=setting,
            gender=self.gender,
            age_band=self.age_band,
            language=self.language,
            woman_worker="woman_worker" in self.preferences,
            children_with_me="children_with_me" in self.preferences,
            visit_in_custody=self.visit_in_custody,
            pregnant=self.pregnant,
            nearby=nearby,
        )
