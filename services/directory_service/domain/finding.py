"""What somebody looking for a service may ask for, how answers may be ordered, and how far apart two points are.

Conditions combine as AND. Within one condition several values mean any of them, but for `needs`, where all are wanted.
Pure values: nothing here knows the index, the API or the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

EARTH_METRES = 6_371_000.0
#: `id`: an order that no edit changes. `best`: confirmed lately, taking new people, name. `relevance`: needs words.
SORTS = ("id", "best", "relevance", "distance", "name", "modified")
FACETS = ("needs", "district", "state", "gender", "language", "accepting", "cost", "statements")
UNCONFIRMED_DAYS = 180  # listings that nobody confirmed for longer stand last


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


def metres_between(one: Point, other: Point) -> float:
    """Great-circle distance (haversine)."""
    up, along = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    across = cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(along / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(min(1.0, sin(up / 2) ** 2 + across)))


def nearest(one: Point, others: Sequence[Point]) -> float:
    """Metres to the nearest of several points."""
    return min(metres_between(one, other) for other in others)


def box_around(centre: Point, radius: float) -> tuple[Point, Point]:
    """South-western and north-eastern corner of a box that holds the circle (`radius` in metres)."""
    up = radius / EARTH_METRES * 57.29578
    along = min(180.0, up / max(0.01, cos(radians(centre.latitude))))
    return Point(centre.latitude - up, centre.longitude - along), Point(centre.latitude + up, centre.longitude + along)
