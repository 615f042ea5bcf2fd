"""The profile's attributes of a service as HSDS `attribute` objects, each with its taxonomy term inside."""

from collections.abc import Iterator
from dataclasses import dataclass

from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.hsds.ids import (
    nested_id,
    without_gaps,
)
from directory_service.listings.domain.hsds.taxonomies import (
    ATTRIBUTES_TAXONOMY,
    NEEDS_TAXONOMY,
    term,
)
from directory_service.listings.domain.records import (
    Location,
    Organization,
    Service,
)


@dataclass(frozen=True)
class Attribute:
    """One attribute: a term of the profile's attributes (or needs), its value, and a label (a language) beside it."""

    code: str
    value: str | None = None
    label: str | None = None
    taxonomy: str = ATTRIBUTES_TAXONOMY


def service_attributes(service: Service, *, confidential: bool) -> list[dict[str, object]]:
    """Needs first, then yes-no statements that are true, then facts with a value."""
    return [_to_document(service.id, "service", each) for each in _attributes_of(service, confidential=confidential)]


def _attributes_of(service: Service, *, confidential: bool) -> Iterator[Attribute]:
    yield from (Attribute(need, taxonomy=NEEDS_TAXONOMY) for need in service.needs)
    yield from (Attribute(flag.code, "true") for flag in FLAGS if getattr(service, flag.field))
    for code in ("accepting", "cost"):
        if value := getattr(service, code):
            yield Attribute(code, value)
    yield from (Attribute("serves_gender", gender) for gender in service.genders)
    if service.admits_children_up_to is not None:
        yield Attribute("admits_children_up_to", str(service.admits_children_up_to))
    yield from (Attribute("serves_district", str(district)) for district in service.districts)
    yield from (Attribute("translated_name", name, language) for language, name in sorted(service.names.items()))
    texts = sorted(service.descriptions.items())
    yield from (Attribute("translated_description", text, language) for language, text in texts)
    if confidential:
        yield Attribute("location_confidential", "true")
    if service.sample:
        yield Attribute("sample", "true")


def organization_attributes(organization: Organization) -> list[dict[str, object]]:
    """Translated names, and the mark of an invented provider."""
    found = [Attribute("translated_name", name, language) for language, name in sorted(organization.names.items())]
    if organization.sample:
        found.append(Attribute("sample", "true"))
    return [_to_document(organization.id, "organization", each) for each in found]


def place_attributes(place: Location) -> list[dict[str, object]]:
    """Nothing but the statement that the address is confidential, where it is."""
    if not place.confidential:
        return []
    return [_to_document(place.id, "location", Attribute("location_confidential", "true"))]


def _to_document(link_id: object, entity: str, attribute: Attribute) -> dict[str, object]:
    found = term(attribute.taxonomy, attribute.code)
    return without_gaps(
        {
            "id": nested_id(link_id, "attribute", attribute.taxonomy, attribute.code, attribute.value, attribute.label),
            "link_id": str(link_id),
            "taxonomy_term_id": found["id"],
            "link_type": "need" if attribute.taxonomy == NEEDS_TAXONOMY else "profile",
            "link_entity": entity,
            "value": attribute.value,
            "label": attribute.label,
            "taxonomy_term": found,
        }
    )
