"""List the unmet need of a coordinator's districts, as far as small numbers may be told.

Why: what nobody offers is what a district has to plan for. Promises: frozen months and quarters, one dimension a table,
counts below ten are not told apart; a total is rounded from the true total and stands beside no hidden cell.
When not to use it: for police, prisons or the public, who never see what was settled.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from referral_service.domain.suppression import frozen_month, frozen_quarter, shown_count
from referral_service.store.answers import SETTLED_UNMET, UNMET
from referral_service.store.unmet_need import unmet_by_district, unmet_by_need
from setu.districts import districts_nearby
from setu.needs import NEEDS

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class UnmetNeed(Generic[Key]):
    """A frozen table: its first and last day, and by district or need what was found at sending and what was settled.

    None stands for "fewer than 10". `total` is the month's, and None where it would stand beside a hidden cell.
    """

    since: date
    until: date
    found: Mapping[Key, int | None]
    settled: Mapping[Key, int | None]
    total: int | None = None


def unmet_of_month(session: Session, today: date, districts: Collection[int]) -> UnmetNeed[int]:
    """By district (LGD code), of the latest frozen month."""
    month, until = frozen_month(today)
    found, settled = (unmet_by_district(session, month, answer) for answer in (UNMET, SETTLED_UNMET))
    return UnmetNeed(month, until, _shown(found), _shown(settled), _total(found, districts))


def unmet_of_quarter(session: Session, today: date) -> UnmetNeed[str]:
    """By need, of the latest frozen quarter."""
    quarter, until = frozen_quarter(today)
    found, settled = (unmet_by_need(session, quarter, answer) for answer in (UNMET, SETTLED_UNMET))
    return UnmetNeed(quarter, until, _shown(found), _shown(settled))


def needs_told(districts: Collection[int]) -> Sequence[str]:
    """The needs of the quarter's table, in their order: children's only to whom whole states are, never by district."""
    of_states = all(districts_nearby(code) <= {*districts} for code in districts)
    return [need.code for need in NEEDS if of_states or need.code != "CHILD"]


def _total(counts: Mapping[int, int], districts: Collection[int]) -> int | None:
    """None where one of the districts is hidden: the total less the others would tell of it."""
    hides = any(shown_count(counts.get(code, 0)) is None for code in districts)
    return None if hides else shown_count(sum(counts.values()))


def _shown(counts: Mapping[Key, int]) -> Mapping[Key, int | None]:
    return {key: shown_count(count) for key, count in counts.items()}
