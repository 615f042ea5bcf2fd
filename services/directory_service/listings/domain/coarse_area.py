"""Coarse area of a confidential place: the part of town that everybody may read in place of its address.

Its own words stay where they tell nothing; where they repeat what the place keeps to itself, as an import makes them of
a name, its town stands there, and where that repeats it, too, nothing. Promises: pure; nothing is made up. When not to
use it: for what is left out beside it (`confidential_locations.py`), or for what counts as repeating
(`repeated_words.py`).
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from directory_service.listings.domain.records import UNKNOWN_AREA, Location
from directory_service.listings.domain.repeated_words import repeats_exact


def with_coarse_area(place: Location, *earlier: Location, named: Collection[str] = ()) -> Location:
    """The place with its town, or no part of town, where a confidential one's repeats what it keeps to itself.

    `earlier`: the same place as it was, with its exact fields. `named`: what its district is called.
    """
    states = (place, *earlier)
    if not place.confidential or place.area == UNKNOWN_AREA or not _is_repeated(place.area, states, named):
        return place
    town = place.city or ""
    return replace(place, area=UNKNOWN_AREA if not town or _is_repeated(town, states, named) else town)


def _is_repeated(area: str, states: Iterable[Location], named: Collection[str]) -> bool:
    return any(repeats_exact(each, area, named) for each in states)
