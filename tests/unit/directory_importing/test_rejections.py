"""What a file brings is kept out where it hangs on nothing or on another's, and changes its owner within one source."""

from dataclasses import replace
from uuid import UUID

import pytest

from directory_service.importing.domain.rejections import district_fault, may_change_owner, service_fault
from directory_service.listings.domain.records import Service

OWNER, OTHER, PLACE = UUID(int=1), UUID(int=2), UUID(int=3)
KNOWN = {315, 316}
SERVICE = Service(UUID(int=4), OWNER, "Counselling", places=(PLACE,), districts=(315,))


def test_a_district_is_known_or_not_said() -> None:
    assert district_fault(315, KNOWN) is None
    assert district_fault(0, KNOWN) is None
    assert district_fault(1, KNOWN) == "district: 1 is not known (setu directory districts import)"


def test_a_service_is_given_at_places_of_its_own_organisation() -> None:
    fault = f"places: {PLACE} is not a place of this organisation"

    assert service_fault(SERVICE, {PLACE: OWNER}, (), KNOWN) is None
    assert service_fault(SERVICE, {PLACE: OTHER}, (), KNOWN) == fault
    assert service_fault(SERVICE, {}, (), KNOWN) == fault


def test_a_place_that_its_provider_took_out_keeps_no_service_out() -> None:
    assert service_fault(SERVICE, {}, {PLACE}, KNOWN) is None
    assert service_fault(SERVICE, {PLACE: OTHER}, {PLACE}, KNOWN) is not None, "it is there, and another's"


def test_a_service_reaches_known_districts() -> None:
    far = replace(SERVICE, districts=(315, 1, 2))

    assert service_fault(far, {PLACE: OWNER}, (), KNOWN) == (
        "districts: 1 is not known (setu directory districts import)"
    )


@pytest.mark.parametrize(
    ("stored", "source", "confidential", "may"),
    [
        ("211", "211", False, True),
        ("211", "211", True, False),
        ("211", "ngo", False, False),
        ("", "211", False, False),
        ("211", "", False, False),
        ("", "", False, False),
    ],
)
def test_a_record_changes_its_owner_by_a_file_of_its_own_source(
    stored: str, source: str, confidential: bool, may: bool
) -> None:
    assert may_change_owner(stored, source, confidential=confidential) is may
