"""A place or a provider's own document that a client sends, as our record; or 422 with every field at fault."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from directory_service.listings.domain import records
from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS
from directory_service.listings.domain.hsds.moments import moment_faults
from directory_service.listings.domain.hsds.objects import faults
from directory_service.listings.domain.hsds.own_documents import (
    OF_PLACES,
    location_from,
    organization_from,
    plain_address,
)
from directory_service.listings.domain.hsds.own_ids import with_missing_ids, with_own_ids
from directory_service.listings.domain.record_table import RecordTable
from directory_service.listings.domain.spreadsheet_cells import REFUSED, running_cells
from service_kit.errors import FieldError, Invalid

Json = dict[str, Any]
_OF_ADDRESS = frozenset({"address_1", "address_2", "city", "postal_code"})
#: Members of a provider's document that are not changed with it: as they were read they may stand there.
_COMPUTED = ("locations", "services", "metadata", "last_modified")
_OWNED = ("id", "kind", "district", "status", "whole_state", "sample")


def location_record(
    document: Json,
    location: UUID,
    owner: UUID,
    district: records.District | None,
    shown: Mapping[str, Any],
    *,
    hidden: bool = False,
) -> records.Location:
    """`district`: the one that the document names, if there is one; `shown`: the document so far, {} if it is new.

    `hidden`: the place is confidential so far. It stays so unless the document says `false`: programs that know only
    HSDS leave the member out.
    """
    usual = {"id": str(location), "organization_id": str(owner), "location_type": "physical"}
    whole = {**usual, **document}
    if hidden and whole.get("confidential") is None:
        whole["confidential"] = True
    plain = plain_address(whole, district)
    if plain is None:
        whole = with_missing_ids("location", whole, location)
    else:
        rest = {name: value for name, value in whole.items() if name != "addresses"}
        whole = {**with_missing_ids("location", rest, location), "addresses": whole["addresses"]}
    of_standard = {name: value for name, value in whole.items() if name not in OF_PLACES}
    if plain is not None:
        of_standard.pop("addresses")
    found = [*_faults("location", of_standard, whole, shown), *_wrong_ids(whole, usual)]
    if found:
        raise Invalid(*found)
    made = location_from(whole, district)
    read: records.Location = _read(LOCATION_FIELDS, _own_hsds(made, location, shown), _field_of_place)
    return read


def organization_record(
    document: Json, stored: records.Organization, shown: Mapping[str, Any], public: Mapping[str, Any]
) -> records.Organization:
    """`shown`: the document as its provider saw it; `public`: as everybody reads it, {} while nobody does."""
    kept = {name: value for name, value in document.items() if not _says_the_same(name, value, public)}
    refused = [FieldError(name, "This is not changed with the organisation.") for name in _COMPUTED if name in kept]
    whole = with_missing_ids("organization", {"id": str(stored.id), **kept}, stored.id)
    if found := [*refused, *_faults("organization", whole, whole, shown), *_wrong_ids(whole, {"id": str(stored.id)})]:
        raise Invalid(*found)
    owned = {name: value for name, value in ORGANIZATION_FIELDS.write(stored).items() if name in _OWNED}
    made = {**_own_hsds(organization_from(whole), stored.id, shown), **owned}
    read: records.Organization = _read(ORGANIZATION_FIELDS, made, _field)
    return read


def _says_the_same(name: str, value: Any, public: Mapping[str, Any]) -> bool:
    return name in _COMPUTED and public.get(name) == value


def _faults(kind: str, of_standard: Json, whole: Json, shown: Mapping[str, Any]) -> Iterator[FieldError]:
    wrong = list(faults(kind, of_standard)) or list(moment_faults(kind, of_standard))
    yield from (FieldError(fault.path, fault.detail) for fault in wrong)
    yield from (FieldError(path, f"{REFUSED}.") for path in running_cells(whole, shown))


def _wrong_ids(whole: Json, right: Mapping[str, str]) -> Iterator[FieldError]:
    for name in ("id", "organization_id"):
        if name in right and str(whole.get(name)).lower() != right[name]:
            yield FieldError(name, "Must be the one of the address and of your organisation.")


def _own_hsds(made: Json, resource: UUID, shown: Mapping[str, Any]) -> Json:
    return {**made, "hsds": with_own_ids(str(resource), made["hsds"], shown)} if "hsds" in made else made


def _read(table: RecordTable[Any], record: Json, named: Any) -> Any:
    try:
        return table.read(record)
    except InvalidFields as bad:
        raise Invalid(*_errors(bad.faults, named)) from None


def _errors(found: Iterable[FieldFault], named: Any) -> Iterator[FieldError]:
    for fault in found:
        yield FieldError(named(fault.path), fault.detail)


def _field(path: str) -> str:
    """The document's name of a record's field."""
    return path.removeprefix("hsds.")


def _field_of_place(path: str) -> str:
    return f"addresses.0.{path}" if path in _OF_ADDRESS else _field(path)
