"""Map of partners: a line between each unit and provider that have an agreement, drawn as SVG beside two lists.

It is a drawing of who works with whom and no map of places: no tiles, no coordinates. Rows of both lists are equally
high, so that a line's ends are computed from the order alone. The stylesheet (`.tie`) says which lines are dashed, and
`use_cases/show_partners.py` which unit stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from directory_service.partnership.use_cases.show_partners import DistrictPartners

ROW = 10  # height of a row in the drawing's own units


@dataclass(frozen=True)
class MapLine:
    """A line from a unit's row to a provider's; `state` is the agreement's, and how it is drawn."""

    start: float
    end: float
    state: str


@dataclass(frozen=True)
class PartnerMap:
    """The drawing: as high as the longer list."""

    rows: int
    lines: Sequence[MapLine]

    @property
    def height(self) -> int:
        """In the drawing's own units."""
        return self.rows * ROW


def partner_map(district: DistrictPartners) -> PartnerMap:
    """Draw a district."""
    units = {each.id: at for at, each in enumerate(district.units)}
    providers = {each.id: at for at, each in enumerate(district.providers)}
    lines = [
        MapLine(_middle(units[tie.agreement.unit_id]), _middle(providers[tie.agreement.provider_id]), tie.state)
        for tie in district.ties
        if tie.agreement.unit_id in units and tie.agreement.provider_id in providers
    ]
    return PartnerMap(max(len(units), len(providers), 1), lines)


def _middle(row: int) -> float:
    return (row + 0.5) * ROW
