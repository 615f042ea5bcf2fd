"""Locate a PIN code: the middle of the directory's own public places that have it, else its point in the table."""

from directory_service.finding.store.pin_code_areas import PinCodeArea, area_of
from directory_service.finding.store.search.reader import Snapshot
from directory_service.listings.domain.pin_codes import beginnings


def locate_pin_code(snapshot: Snapshot, code: str) -> PinCodeArea | None:
    """The area of a PIN code of six digits, or None.

    A code that is younger than the table is where the directory's public places with its beginning are.
    """
    if middle := snapshot.middle_of(code):
        return PinCodeArea(code, middle)
    return area_of(code) or _own_area(snapshot, code)


def _own_area(snapshot: Snapshot, code: str) -> PinCodeArea | None:
    for beginning in beginnings(code):
        if middle := snapshot.middle_of(beginning):
            return PinCodeArea(beginning, middle)
    return None
