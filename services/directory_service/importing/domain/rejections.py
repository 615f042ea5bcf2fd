"""Rejections of an import: why a record of a file is kept out though it can be read; None: it goes in.

Promises: pure; each record is judged alone. Not for a value that cannot be read (`bad_value.py`), nor for what its
provider took out here, which is no fault and stays out.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from directory_service.listings.domain.records import Service

_UNKNOWN = "is not known (setu directory districts import)"


def district_fault(district: int, known: Collection[int]) -> str | None:
    """Why an organisation or a place of this district (LGD code) is kept out; 0, none said, is no fault."""
    return f"district: {district} {_UNKNOWN}" if district and district not in known else None


def service_fault(
    service: Service, owners: Mapping[UUID, UUID], removed: Collection[UUID], districts: Collection[int]
) -> str | None:
    """Why a service is kept out: it names a place of nobody's or of somebody else's, or a district that is not known.

    `owners`: place → organisation; a place that is there no more since its provider `removed` it is no fault.
    """
    for place in service.places:
        if place in removed and place not in owners:
            continue
        if owners.get(place) != service.organization_id:
            return f"places: {place} is not a place of this organisation"
    unknown = next((each for each in service.districts if each not in districts), None)
    return f"districts: {unknown} {_UNKNOWN}" if unknown is not None else None


def may_change_owner(stored_source: str, source: str, *, confidential: bool) -> bool:
    """Whether a file of `source` may give a stored record to another organisation.

    Within one source the publisher says whose a record is. From other sources, and from what was entered here, nothing
    is taken, and a confidential address never changes its owner by a file.
    """
    return bool(source) and stored_source == source and not confidential
