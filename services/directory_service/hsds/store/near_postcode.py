"""Near a PIN code: places with that code, or within metres of where the code's known places lie on average.

Where the directory has no public place with the code, its point comes from the table of PIN codes. A confidential place
has neither code nor co-ordinates here, and one that is not public yet, or no longer, has no part in a centroid: so
nothing can be learned about either by asking for distances.
"""

from sqlalchemy import ColumnElement, Double, cast, func, select
from sqlalchemy.orm import aliased

from directory_service.finding.store.pin_code_areas import area_of
from directory_service.listings.store.tables import Location
from directory_service.organizations.store.tables import Organization

EARTH_METRES = 6_371_000.0


def near_postcode(postcode: str, proximity: float | None) -> ColumnElement[bool]:
    """A condition on `Location`; `proximity` in metres, None for exactly that PIN code."""
    if proximity is None:
        exactly: ColumnElement[bool] = Location.record["postal_code"].astext == postcode
        return exactly
    known = aliased(Location)
    centre = (
        select(
            func.avg(cast(known.record["latitude"].astext, Double)).label("latitude"),
            func.avg(cast(known.record["longitude"].astext, Double)).label("longitude"),
        )
        .join(Organization, Organization.id == known.organization_id)
        .where(known.record["postal_code"].astext == postcode, ~known.confidential, Organization.public)
        .cte("centre")
    )
    area = area_of(postcode)
    latitude = func.coalesce(select(centre.c.latitude).scalar_subquery(), area.middle.latitude if area else None)
    longitude = func.coalesce(select(centre.c.longitude).scalar_subquery(), area.middle.longitude if area else None)
    within: ColumnElement[bool] = ~Location.confidential & (_metres(latitude, longitude) <= proximity)
    return within


def _metres(latitude: ColumnElement[float], longitude: ColumnElement[float]) -> ColumnElement[float]:
    """Great-circle distance from a point to `Location` (haversine)."""
    here_latitude = func.radians(cast(Location.record["latitude"].astext, Double))
    here_longitude = func.radians(cast(Location.record["longitude"].astext, Double))
    there_latitude, there_longitude = func.radians(latitude), func.radians(longitude)
    half = func.power(func.sin((here_latitude - there_latitude) / 2), 2) + func.cos(here_latitude) * func.cos(
        there_latitude
    ) * func.power(func.sin((here_longitude - there_longitude) / 2), 2)
    # at the antipodes rounding may leave a little more than 1, of which there is no arc sine
    return 2 * EARTH_METRES * func.asin(func.sqrt(func.least(1.0, half)))
