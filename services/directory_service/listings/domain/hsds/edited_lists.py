"""Rule of precedence between a field and the standard's list that came with it: what was typed here last is published.

An imported list (addresses, phones …) is kept word for word beside the field that was read from it. While it reads as
the field does it is published as it is. Whoever edits the field says something else, and then the field holds: in the
list of addresses and of phones the entry that the field was read from follows it, the others stay; of the other lists
nothing is kept (`outdated_lists`), since the field says all that was typed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.pin_codes import as_pin_code
from directory_service.listings.domain.records import District, Location, Organization, Service
from directory_service.listings.domain.text_kinds import PHONE

Json = dict[str, Any]
WHOLE_ADDRESS = ("address_1", "city", "postal_code")
"""What the standard requires of an address, beside the state and the country."""
_ADDRESS = ("address_1", "address_2", "city", "postal_code")
_LISTS = {
    each.name: each.hsds_list
    for each in SERVICE_FIELDS.fields
    if each.hsds_list and each.name not in {"phone", "places"}
}


def main_address(addresses: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The address that a place's fields are read from: the first physical one, else the first; {} where none is."""
    given = list(addresses)
    return next((each for each in given if each.get("address_type") == "physical"), given[0] if given else {})


def address_fields(address: Mapping[str, Any]) -> Json:
    """An address as far as a place has fields for it; a postal code that is no PIN code has none."""
    fields = {name: address[name] for name in _ADDRESS[:-1] if address.get(name)}
    if code := as_pin_code(str(address.get("postal_code", ""))):
        fields["postal_code"] = code
    return fields


def published_addresses(place: Location, own: Json | None) -> list[Any]:
    """The place's addresses; `own` is the one that its fields make, None where they do not make one."""
    given = place.hsds.get("addresses", [])
    if not isinstance(given, list) or not given:
        return [own] if own else []
    main = main_address(given)
    read, said = address_fields(main), {name: getattr(place, name) for name in _ADDRESS}
    typed = {name: value for name, value in said.items() if value != read.get(name)}
    edited = {name: value for name, value in {**main, **typed}.items() if value is not None}
    kept = {*edited} >= {*WHOLE_ADDRESS}
    return [edited if each is main else each for each in given if kept or each is not main]


def with_district(place: Location, district: District) -> Location:
    """The place whose district was edited, with the names of that district in the address that it is kept with."""
    given = place.hsds.get("addresses", [])
    if not isinstance(given, list) or not given:
        return place
    main = main_address(given)
    moved = {**main, "region": district.name, "state_province": district.state}
    return replace(place, hsds={**place.hsds, "addresses": [moved if each is main else each for each in given]})


def published_phones(record: Organization | Service) -> list[Any]:
    """The phones of a service or organisation."""
    given = record.hsds.get("phones")
    own = list(_phone_of_field(record))
    if not isinstance(given, list) or not given:
        return own
    read_from = given[:1] if isinstance(record, Service) else given
    read: Json = next((each for each in read_from if PHONE.takes(each.get("number"))), {})
    if read.get("number") == record.phone:
        return given
    others = [each for each in given if each is not read]
    kept = {name: value for name, value in read.items() if name != "extension"}
    return [*({**each, **kept, "number": record.phone} for each in own), *others]


def _phone_of_field(record: Organization | Service) -> Iterator[Json]:
    if record.phone is not None:
        column = "service_id" if isinstance(record, Service) else "organization_id"
        owner = {"id": nested_id(record.id, "phone"), column: str(record.id)}
        yield {**owner, "number": record.phone, "type": "voice"}


def outdated_lists(fields: Collection[str]) -> set[str]:
    """The lists that say what was said before, by the names of a service's fields that were edited."""
    return {_LISTS[name] for name in fields if name in _LISTS}


def with_edited_lists(before: Service, after: Service) -> Service:
    """The edited service, its lists saying what its fields say."""
    edited = [name for name in (*_LISTS, "phone") if getattr(before, name) != getattr(after, name)]
    kept = {name: value for name, value in after.hsds.items() if name not in outdated_lists(edited)}
    if "phone" in edited and "phones" in kept:
        kept["phones"] = published_phones(after)
    return replace(after, hsds={name: value for name, value in kept.items() if value != []})
