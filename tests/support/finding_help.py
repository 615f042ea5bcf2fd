"""A provider with places near and far, one of them confidential, and what a visitor finds of them."""

import re

from setu.opening_hours import Opening
from support.listings import (
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    an_id,
)

PROVIDER = a_provider()
FORM = {"Sec-Fetch-Site": "same-origin"}
NIGHT = (Opening("FREQ=DAILY", "19:00", "08:00"),)
HERE = a_place(PROVIDER, latitude=22.5726, longitude=88.3639)
WEST = a_place(PROVIDER, id=an_id("west"), latitude=22.5958, longitude=88.2636, postal_code="711101")
FAR = a_place(PROVIDER, id=an_id("far"), latitude=22.9, longitude=88.36, postal_code="712101")
HIDDEN = a_confidential_place(PROVIDER, id=an_id("hidden"))
NEAR = a_service(PROVIDER, "Near clinic", places=(HERE.id,), women_only=True, languages=("bn",))
ACROSS = a_service(PROVIDER, "Across the river", places=(WEST.id,), needs=("LEGAL",), schedules=NIGHT)
DISTANT = a_service(PROVIDER, "Upriver", places=(FAR.id,), needs=("DETOX",))
SAFE = a_service(PROVIDER, "Safe house", places=(HIDDEN.id,), women_only=True, admits_children_up_to=12)
VISITS = a_service(PROVIDER, "Visiting team", needs=("COUNS",), accepting="closed")
ALL = (PROVIDER, HERE, WEST, FAR, HIDDEN, NEAR, ACROSS, DISTANT, SAFE, VISITS)


def found(page: str) -> list[str]:
    """The names on the page, in order."""
    return re.findall(r"<h3><a[^>]*><span[^>]*>([^<]*)</span>", page)


def fields(form: str) -> dict[str, str]:
    """What the form sends unseen."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def buttons(page: str) -> dict[str, dict[str, str]]:
    """What the page offers instead: words → the fields that its form sends."""
    forms = re.findall(r'<form method="post" action="/results" class="no-print">.*?</form>', page, re.DOTALL)
    return {re.findall(r"<button[^>]*>([^<]*)", form)[0]: fields(form) for form in forms}
