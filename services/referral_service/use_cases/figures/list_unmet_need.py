"""List the unmet needs of a coordinator's districts and states, as they were frozen: what was found, what was settled.

Why: what nobody offers is what a district has to plan for. Promises: reads frozen figures only, so it tells nothing
more than they do. When not to use it: for police, prisons or the public, who never see what was settled.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral_service.domain.figures.behind_the_wall import SETTLED_NEED
from referral_service.domain.figures.cells import EVERYBODY, SERVICES, Figures
from referral_service.domain.figures.frozen_periods import frozen_quarter
from referral_service.store.frozen_figures import frozen_of_month
from setu.districts import STATE_CODES, STATE_OF_DISTRICT
from setu.figures import UNMET_NEED

Shown = Mapping[str, int | None]


@dataclass(frozen=True)
class UnmetNeeds:
    """Of a district, or of the other districts of a state where `district` is None (LGD codes): need → count.

    None is a count that is not told: fewer than ten, or of settled needs more than what is told to have been sent.
    """

    state: int
    district: int | None
    found: Shown
    settled: Shown


@dataclass(frozen=True)
class UnmetQuarter:
    """A frozen quarter: its first and last day, and the places that are told; none before it is frozen."""

    since: date
    until: date
    places: Sequence[UnmetNeeds]

    @property
    def told(self) -> int:
        """How many needs of places are told with a number."""
        return sum(count is not None for place in self.places for count in place.found.values())


def list_unmet_need(session: Session, districts: Collection[int], today: date) -> UnmetQuarter:
    """Of the latest frozen quarter; states last."""
    since, until = frozen_quarter(today)
    states = {STATE_CODES[STATE_OF_DISTRICT[code]] for code in districts if code in STATE_OF_DISTRICT}
    found, settled = (
        {
            (each.figures.state, each.figures.district): each.figures
            for each in frozen_of_month(session, audience=audience, month=until.replace(day=1), states=states)
        }
        for audience in (EVERYBODY, SERVICES)
    )
    mine = sorted((place for place in found if place[1] is None or place[1] in districts), key=_states_last)
    places = [
        UnmetNeeds(*place, _values(found[place], UNMET_NEED), _values(settled.get(place), SETTLED_NEED))
        for place in mine
    ]
    return UnmetQuarter(since, until, [place for place in places if place.found])


def _states_last(place: tuple[int, int | None]) -> tuple[bool, int, int]:
    state, district = place
    return district is None, state, district or 0


def _values(figures: Figures | None, table: str) -> Shown:
    return {cell.row: cell.value for cell in figures.cells if cell.table == table} if figures else {}
