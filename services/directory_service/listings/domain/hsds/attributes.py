"""The profile's statements about a service as HSDS `attribute` objects, each with its taxonomy term inside."""

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
class Statement:
    """One thing said: a term of the profile's attributes (or needs), its value, and a label (a language) beside it."""

    code: str
    value: str | None = None
    label: str | None = None
    taxonomy: str = ATTRIBUTES_TAXONOMY


def service_attributes(service: Service, *, confidential: bool) -> list[dict[str, object]]:
    """Needs first, then yes-no statements that are true, then facts with a value."""
    return [_attribute(service.id, "service", said) for said in _statements(service, confidential=confidential)]


def _statements(service: Service, *, confidential: bool) -> Iterator[Statement]:
    yield from (Statement(need, taxonomy=NEEDS_TAXONOMY) for need in service.needs)
    yield from (Statement(flag.code, "true") for flag in FLAGS if getattr(service, flag.field))
    yield Statement("accepting", service.accepting)
    yield Statement("cost", service.cost)
    yield from (Statement("serves_gender", gender) for gender in service.genders)
    if service.admits_children_up_to is not None:
        yield Statement("admits_children_up_to", str(service.admits_children_up_to))
    yield from (Statement("serves_district", str(district)) for district in service.districts)
    yield from (Statement("translated_name", name, language) for language, name in sorted(service.names.items()))
    said = sorted(service.descriptions.items())
    yield from (Statement("translated_description", text, language) for language, text in said)
    if confidential:
        yield Statement("location_confidential", "true")
    if service.sample:
        yield Statement("sample", "true")


def organization_attributes(organization: Organization) -> list[dict[str, object]]:
    """Translated names, and the mark of an invented provider."""
    said = [Statement("translated_name", name, language) for language, name in sorted(organization.names.items())]
    if organization.sample:
        said.append(Statement("sample", "true"))
    return [_attribute(organization.id, "organization", each) for each in said]


def place_attributes(place: Location) -> list[dict[str, object]]:
    """Nothing but the statement that the address is confidential, where it is."""
    if not place.confidential:
        return []
    return [_attribute(place.id, "location", Statement("location_confidential", "true"))]


def _attribute(link_id: object, entity: str, said: Statement) -> dict[str, object]:
    found = term(said.taxonomy, said.code)
    return without_gaps(
        {
            "id": nested_id(link_id, "attribute", said.taxonomy, said.code, said.value, said.label),
            "link_id": str(link_id),
            "taxonomy_term_id": found["id"],
            "link_type": "need" if said.taxonomy == NEEDS_TAXONOMY else "profile",
            "link_entity": entity,
            "value": said.value,
            "label": said.label,
            "taxonomy_term": found,
        }
    )
