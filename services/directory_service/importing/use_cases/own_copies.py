"""Read the copies of shared places that a package brings as the copies that this directory has.

A package of another directory, or of before the ids of copies were random, has them under other ids. Promises: what is
confidential or was taken out here is known again; no copy comes in under an id that was computed from public ones.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.importing.use_cases.directory_package import Package
from directory_service.importing.use_cases.import_group import renamed_place, with_renamed_places
from directory_service.listings.domain.location_copies import copy_key
from directory_service.listings.store.location_copies import find_copies, new_copy_id, remembered_copies


def take_own_copies(session: Session, package: Package) -> None:
    """Give the package's copies the ids that they have here; a new one keeps its own, if that was not computed."""
    keys = {
        place.id: copy_key(place.shared_id, place.organization_id)
        for place in package.places.values()
        if place.shared_id is not None
    }
    by_old_id = remembered_copies(session, {*package.places, *package.rejected_ids} - set(keys))
    keys |= {key: key for key in by_old_id}
    owners = {keys[place.id]: place.organization_id for place in package.places.values() if place.id in keys}
    known = find_copies(session, owners)
    new: dict[UUID, UUID] = {}
    for place, key in keys.items():
        copy = known.get(key) or by_old_id.get(key) or (new_copy_id() if key == place else place)
        if copy != place:
            new[place] = copy
    package.copies = {new.get(place, place): key for place, key in keys.items()}
    package.places = {new.get(key, key): renamed_place(place, new) for key, place in package.places.items()}
    package.services = {key: with_renamed_places(service, new) for key, service in package.services.items()}
    package.rejected_ids |= {new[each] for each in package.rejected_ids if each in new}
