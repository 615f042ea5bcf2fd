"""Three-way merge of a record: what was edited here since its source was last imported stays, and is told.

`base` is what the last import wrote, `ours` what stands here now, `theirs` what the file makes of it, each as stored
JSON. Fields that only make sense together (a number and what the standard says of it, the parts of an address) are
kept or taken together. Not for a record that has no base yet: there the file decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory_service.listings.domain.fields import LOCATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.history import Difference, applied, differences

Json = dict[str, Any]
_TOGETHER = {field.name: field.hsds_list for field in SERVICE_FIELDS.fields if field.hsds_list}
_ADDRESS = frozenset(field.name for field in LOCATION_FIELDS.fields if field.exact and field.name != "hsds")
_ADDRESS_OF_HSDS = frozenset({"addresses", "latitude", "longitude", "location_type", "description"})
_ALONE = frozenset({"name", "transportation", "shared_id"})
_MORE = {"places_as_of": "capacities", "fees_description": "cost_options", "area": "address", "district": "address"}
_NOBODY_EDITS = frozenset({"organization_id"})  # whose it is, files alone say: `transfer_ownership`
_MORE |= dict.fromkeys(("minimum_age", "maximum_age"), "ages")


@dataclass(frozen=True)
class EditConflict:
    """A field that was edited here and that the file says otherwise; JSON values, None where there is nothing."""

    field: str
    here: Any
    in_file: Any


@dataclass(frozen=True)
class MergedRecord:
    """The record to write, and what of the file it does not follow."""

    record: Json
    conflicts: tuple[EditConflict, ...] = ()


def keep_edits(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> MergedRecord:
    """The file's record, with the fields that were edited here as they stand here."""
    edited = {_unit(each.field) for each in differences(base, ours)} - _NOBODY_EDITS
    if not edited:
        return MergedRecord(dict(theirs))
    kept = [each for each in differences(theirs, ours) if _unit(each.field) in edited]
    return MergedRecord(applied(theirs, kept), tuple(_conflicts(kept, base)))


def _conflicts(kept: list[Difference], base: Mapping[str, Any]) -> Iterator[EditConflict]:
    """What the file never said is no conflict: it says nothing against what was typed here."""
    said = {each.field: each.after for each in differences({}, base)}
    for each in kept:
        if each.field == "shared_id":
            continue  # that it is a place of its own here follows from another edit, which is told
        if each.before is not None or said.get(each.field) is not None:
            yield EditConflict(each.field, each.after, each.before)


def _unit(field: str) -> str:
    """The name of what is kept or taken together."""
    top, _, inner = field.partition(".")
    if top == "hsds":
        return "address" if inner in _ADDRESS_OF_HSDS else f"hsds.{inner}"
    if top in _TOGETHER or top in _MORE:
        together = _TOGETHER.get(top) or _MORE[top]
        return together if together in {"address", "ages"} else f"hsds.{together}"
    return "address" if top in _ADDRESS - _ALONE else field
