"""Lookup of places of a file that are confidential here under another id, or for another organisation.

Why: of a place that several use, one organisation's row has the public id, the others have copies under ids of their
own. A later file may say that another one owns it, and then the id by which an organisation knows the place changes:
without this its listing would show what it had hidden. Promises: such a place is taken for the row that is hidden, or
that was taken out, which no file opens; the change of its owner has no effect for this organisation. Where the one with
the public id hides it, no copy of another stands under that id. The report says nothing of either, since a line that
names both tells where the hidden place is. Whoever the file gives a place to that another one hides does not get it
(`transfer_ownership`): an organisation that is only renamed would show it. A place whose id was renewed since is known
by the one of before, which the file has still; one that is shown again keeps the new one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.importing.use_cases.import_group import Group, Row
from directory_service.listings.domain import records
from directory_service.listings.domain.location_copies import copy_key
from directory_service.listings.store.location_copies import find_copies, remembered_copies
from directory_service.listings.store.removed_listings import removed_pairs
from directory_service.listings.store.tables import Location


def take_for_hidden(session: Session, groups: Collection[Group]) -> set[UUID]:
    """Rename the places of the groups, in place; the ids of the rows that they are taken for."""
    renewed = _renewed(session, groups)
    possible = [
        (group.id, place, renewed[place]) for group in groups for place in _places_of_own(group) if place in renewed
    ]
    possible += [*_copies_of_own(session, groups), *_shared(groups, renewed)]  # own copies before another's place
    ids = {each for _, _, each in possible} | {*renewed.values()}
    found = select(Location.id, Location.organization_id, Location.confidential).where(Location.id.in_(ids))
    standing = session.execute(found).all() if ids else []
    hidden = {(row.id, row.organization_id) for row in standing if row.confidential}
    shut = hidden | removed_pairs(session, "location", {(each, owner) for owner, _, each in possible})
    stand = {row.id for row in standing}
    others: dict[UUID, dict[UUID, UUID]] = {}
    for owner, place, each in possible:
        if (each, owner) in shut or (renewed.get(place) == each and each in stand):
            others.setdefault(owner, {})[place] = each
    hidden_ids = {each: each for each, _ in hidden}
    hidden_ids |= {place: each for place, each in renewed.items() if each in hidden_ids}
    shown = stand - hidden_ids.keys()
    for group in groups:
        if new := others.get(group.id):
            _rename(group, new, shown)
            group.copies = {place: key for place, key in group.copies.items() if place not in new.values()}
        _separate(group, hidden_ids)
    return {each for new in others.values() for each in new.values()}


def _renewed(session: Session, groups: Iterable[Group]) -> dict[UUID, UUID]:
    """Place of the file → its id here, where that was renewed, whosever it is: as it was before, it stands no more."""
    places = {place for group in groups for place in _places_of_own(group)}
    places |= {row.record.shared_id for group in groups for row in group.places if row.record.shared_id is not None}
    return {place: each for place, each in remembered_copies(session, places).items() if place != each}


def _places_of_own(group: Group) -> set[UUID]:
    """Places that are no copies of the file's, also where its services alone name them."""
    named = {place for row in group.services for place in row.record.places}
    return ({row.record.id for row in group.places} | named) - {*group.copies}


def _rename(group: Group, new: Mapping[UUID, UUID], shown: Collection[UUID]) -> None:
    """The file's id stays known as the shared one: reports name a row of the file by no other.

    But for a place that stands open: its documents would have that id, and no organisation.
    """
    group.places = [
        Row(replace(row.record, shared_id=row.record.shared_id or row.record.id), row.where)
        if row.record.id in new and new[row.record.id] not in shown
        else row
        for row in group.places
    ]
    group.rename_places(new)


def _copies_of_own(session: Session, groups: Iterable[Group]) -> Iterator[tuple[UUID, UUID, UUID]]:
    """Organisation, place that the file has for its own, and the copy of it that it has here."""
    keys = {
        copy_key(row.record.id, group.id): (group.id, row.record.id)
        for group in groups
        for row in group.places
        if row.record.id not in group.copies
    }
    found = find_copies(session, {key: owner for key, (owner, _) in keys.items()})
    yield from ((*keys[key], copy) for key, copy in found.items())


def _shared(groups: Iterable[Group], renewed: Mapping[UUID, UUID]) -> Iterator[tuple[UUID, UUID, UUID]]:
    """Organisation, copy that the file makes for it, and the place of which it is one."""
    for group in groups:
        for row in group.places:
            if row.record.id in group.copies and row.record.shared_id is not None:
                yield group.id, row.record.id, renewed.get(row.record.shared_id, row.record.shared_id)


def _separate(group: Group, hidden: Mapping[UUID, UUID]) -> None:
    """`hidden`: id in the file → id here, which differs where that was renewed."""
    group.places = [
        Row(replace(row.record, shared_id=None), row.where) if _is_under(row.record, hidden) else row
        for row in group.places
    ]


def _is_under(place: records.Location, hidden: Mapping[UUID, UUID]) -> bool:
    """Whether a place stands under the id of a hidden one, and is not this one itself under its new id."""
    if place.shared_id is None or place.shared_id not in hidden:
        return False
    return hidden[place.shared_id] != place.id or place.shared_id == place.id
