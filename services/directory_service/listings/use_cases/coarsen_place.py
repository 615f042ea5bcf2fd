"""Coarsen the part of town of one place, which may be called as its district is.

The rule is `domain/coarse_area.py`; here it is asked with the names of the district.
"""

from sqlalchemy.orm import Session

from directory_service.listings.domain.coarse_area import with_coarse_area
from directory_service.listings.domain.records import Location
from directory_service.organizations.store.tables import District


def coarsen_place(session: Session, place: Location, *earlier: Location) -> Location:
    """The place as it is where its part of town may be public. `earlier`: as in `with_coarse_area`."""
    if with_coarse_area(place, *earlier) is place:
        return place
    return with_coarse_area(place, *earlier, named=names_of_district(session, place.district))


def names_of_district(session: Session, code: int) -> tuple[str, ...]:
    """In every language; none where it is not known."""
    district = session.get(District, code)
    return () if district is None else (district.name, *district.names.values())
