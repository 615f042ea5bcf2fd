"""What somebody looking for a service may ask for, how answers may be ordered, and how far apart two points are.

Conditions combine as AND. Within one condition several values mean any of them, but for `needs`, where all are wanted.
Pure values: nothing here knows the index, the API or the pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, degrees, radians, sin, sqrt
from uuid import UUID

EARTH_METRES = 6_371_000.0
_ROUNDING = 1e-9  # degrees
#: `id`: an order that no edit changes. `best`: confirmed lately, taking new people, name. `relevance`: needs words.
SORTS = ("id", "best", "relevance", "distance", "name", "modified")
FACETS = ("needs", "district", "state", "gender", "language", "accepting", "cost", "statements")


@dataclass(frozen=True)
class Point:
    """WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Search:
    """The conditions. `statements` are fields of `attributes.FLAGS` that must be true; ages in years; codes are LGD."""

    words: str = ""
    needs: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()  # LGD code or ISO 3166-2
    genders: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    accepting: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    age: int | None = None
    child_of_age: int | None = None
    status: str | None = None
    organization_id: UUID | None = None
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    modified_after: datetime | None = None
    open_at: datetime | None = None
    near: Point | str | None = None  # a point or a PIN code
    radius: float = 25_000.0  # metres
    postcode: str | None = None  # a public address with exactly this PIN code
    not_closed: bool = False  # whoever says that nobody new is taken is left out; who says nothing is not
    unplaced: bool = False  # only what has no public co-ordinates, so that looking nearby cannot find it


@dataclass(frozen=True)
class SearchRequest:
    """A search and which part of its answer. `sort` None: by relevance if there are words, else distance, else id.

    `open_first`: within each tier of `best` or `relevance` first what is open at the moment of asking.
    `everybody_first`: within each of these what serves women and men before what serves some people alone.
    `taking_first`: who takes new people, or has a waiting list, before who does not say so, also by distance.
    `unconfirmed_last`: so in the order of distance too, which then has no cursors; the others are so anyway. `counted`
    False: the total is not wanted, and is zero from the second page on.
    """

    search: Search
    sort: str | None = None
    page: int = 1
    size: int = 25
    cursor: str | None = None
    facets: Sequence[str] = ()
    open_first: bool = False
    everybody_first: bool = False
    taking_first: bool = False
    unconfirmed_last: bool = False
    counted: bool = True

    @property
    def order(self) -> str:
        """The order that is meant."""
        if self.sort:
            return "best" if self.sort == "relevance" and not self.search.words.strip() else self.sort
        return "relevance" if self.search.words.strip() else "distance" if self.search.near else "id"


def metres_from(centre: Point) -> Callable[[float, float], float]:
    """Great-circle distance (haversine) from a point to a latitude and a longitude, for very many of them."""
    latitude, narrowing = radians(centre.latitude), cos(radians(centre.latitude))
    longitude = radians(centre.longitude)

    def metres(other_latitude: float, other_longitude: float) -> float:
        there = radians(other_latitude)
        up, along = sin((there - latitude) / 2), sin((radians(other_longitude) - longitude) / 2)
        return 2 * EARTH_METRES * asin(min(1.0, sqrt(up * up + narrowing * cos(there) * along * along)))

    return metres


def box_around(centre: Point, radius: float) -> tuple[Point, Point]:
    """South-western and north-eastern corner of a box that holds the circle (`radius` in metres)."""
    angle, narrowing = radius / EARTH_METRES, cos(radians(centre.latitude))
    up, along = degrees(angle), 180.0
    if sin(angle) < narrowing:
        along = degrees(asin(sin(angle) / narrowing))
    up, along = up + _ROUNDING, along + _ROUNDING
    return Point(centre.latitude - up, centre.longitude - along), Point(centre.latitude + up, centre.longitude + along)
