"""Agreements of a district: drafted and signed by its coordinator, focal points named by each side for itself."""

import re
from datetime import date, timedelta

from partnership_year.doors import Doors, Visitor
from partnership_year.shape import BODY, PRISON, PROVIDER, STATION, Person, Place, Shape

POSTS = ("station officer", "duty officer")


def sign_agreements(doors: Doors, shape: Shape, district: int, today: date) -> int:
    """Each station and prison with a provider of the district, in turn; how many."""
    coordinator = doors.visit(shape.person(shape.in_district(district, BODY)[0], "coordinator"))
    providers, units = shape.in_district(district, PROVIDER), shape.in_district(district, STATION, PRISON)
    visitors = {place: doors.visit(_head(shape, place)) for place in (*units, *providers)}
    for number, unit in enumerate(units):
        provider = providers[number % len(providers)]
        days = {"from_day": today, "to_day": today + timedelta(days=390), "review_on": today + timedelta(days=360)}
        parties = {"unit": visitors[unit].organization, "provider": visitors[provider].organization}
        at = coordinator.post("/partnerships", **parties, **days).location.partition("?")[0]
        for version, side in enumerate(("unit", "provider"), start=1):
            coordinator.post(f"{at}/sign", side=side, day=today, seen=version)
        for place in (unit, provider):
            _name_focal_points(visitors[place], at)
    return len(units)


def _head(shape: Shape, place: Place) -> Person:
    return shape.person(place, "provider_manager" if place.kind == PROVIDER else "unit_supervisor")


def _name_focal_points(visitor: Visitor, at: str) -> None:
    page = visitor.page(at)
    members = re.findall(r'<option value="([0-9a-f-]{36})">', page)
    for number, (member, post) in enumerate(zip(members, POSTS, strict=False)):
        visitor.post(f"{at}/focal-points", member=member, post=post, duty_phone=f"+91 98300 2000{number}")
