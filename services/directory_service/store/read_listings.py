"""Read the ready-made answers: one statement for an item, two for a page, whatever is in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from directory_service.domain.attributes import FLAGS
from directory_service.domain.hsds.taxonomies import ATTRIBUTES_TAXONOMY, NEEDS_TAXONOMY, taxonomies, terms
from directory_service.store.tables_listings import Organization, Service

FLAG_FIELDS = {flag.code: flag.field for flag in FLAGS}
#: Attributes that every service states; the others only where the record says so.
ALWAYS = frozenset({"accepting", "cost", "serves_gender"})


@dataclass(frozen=True)
class Item:
    """A ready-made answer; `gone` where the id was deleted."""

    version: int
    document: bytes
    modified_at: datetime
    gone: bool = False


@dataclass(frozen=True)
class Page:
    """One page of ready-made answers, and how many there are in all."""

    total: int
    rows: Sequence[bytes]


@dataclass(frozen=True)
class Wanted:
    """Which rows of a list: all conditions must hold (AND)."""

    search: str | None = None
    organization_id: UUID | None = None
    modified_after: datetime | None = None
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Self:
        """From query parameters; others (page, format …) are left alone."""
        return cls(**{each.name: query.get(each.name) for each in fields(cls)})


def service_item(session: Session, service: UUID) -> Item | None:
    """The whole document of a public service."""
    return _item(session, Service, service)


def organization_item(session: Session, organization: UUID) -> Item | None:
    """The whole document of a public provider."""
    return _item(session, Organization, organization)


def _item(session: Session, table: type[Organization | Service], wanted: UUID) -> Item | None:
    columns = (table.version, table.document, table.modified_at, table.deleted_at, table.public)
    row = session.execute(select(*columns).where(table.id == wanted)).one_or_none()
    if row is None or not (row.public or row.deleted_at):
        return None
    return Item(row.version, row.document or b"", row.modified_at, gone=row.deleted_at is not None)


def page_of(
    session: Session, wanted: Select[Any], column: InstrumentedAttribute[Any] | ColumnElement[Any], page: int, size: int
) -> Page:
    """The `page`-th `size` rows of a selection of rows; `column` holds the answers. Pages start at 1."""
    rows = wanted.subquery()
    total = session.scalar(select(func.count()).select_from(rows)) or 0
    cut = wanted.with_only_columns(column, maintain_column_froms=True).offset((page - 1) * size).limit(size)
    return Page(total, list(session.scalars(cut)))


def stream_of(session: Session, wanted: Select[Any], column: InstrumentedAttribute[Any]) -> Iterator[bytes]:
    """Every answer, a batch at a time: memory stays flat however many there are."""
    cut = wanted.with_only_columns(column, maintain_column_froms=True).execution_options(yield_per=200)
    yield from session.scalars(cut)


def services(wanted: Wanted) -> Select[Any]:
    """Ids of public services that fulfil every condition, in a stable order."""
    chosen = select(Service.id).where(Service.public).order_by(Service.id)
    for word in (wanted.search or "").lower().split():
        chosen = chosen.where(Service.search_text.contains(word, autoescape=True))
    if wanted.organization_id:
        chosen = chosen.where(Service.organization_id == wanted.organization_id)
    if wanted.modified_after:
        chosen = chosen.where(Service.modified_at >= wanted.modified_after)
    for condition in _terms(wanted):
        chosen = chosen.where(condition)
    return chosen


def organizations(wanted: Wanted) -> Select[Any]:
    """Ids of public providers; the taxonomy conditions hold for one of their services."""
    chosen = select(Organization.id).where(Organization.public).order_by(Organization.id)
    for word in (wanted.search or "").lower().split():
        chosen = chosen.where(func.lower(Organization.name).contains(word, autoescape=True))
    theirs = [Service.organization_id == Organization.id, Service.public]
    for condition in _terms(wanted):
        chosen = chosen.where(exists().where(*theirs, condition))
    return chosen


def _terms(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.taxonomy_term_id:
        yield _has_term(str(wanted.taxonomy_term_id))
    if wanted.taxonomy_id:
        yield _has_taxonomy(str(wanted.taxonomy_id))


def _has_taxonomy(taxonomy: str) -> ColumnElement[bool]:
    name = next((each["name"] for each in taxonomies() if each["id"] == taxonomy), None)
    if name == NEEDS_TAXONOMY:
        return func.cardinality(Service.needs) > 0
    return literal(name == ATTRIBUTES_TAXONOMY)


def _has_term(term_id: str) -> ColumnElement[bool]:
    term = next((each for each in terms() if each["id"] == term_id), None)
    if term is None:
        return literal(False)  # noqa: FBT003 # SQL's false
    code = str(term["code"])
    if term["taxonomy"] == NEEDS_TAXONOMY:
        return Service.needs.contains([code])
    if code in ALWAYS:
        return literal(True)  # noqa: FBT003 # SQL's true
    stored = {"translated_name": "names", "serves_district": "districts", **FLAG_FIELDS}
    return cast("ColumnElement[bool]", Service.record.op("?")(stored.get(code, code)))
