"""Read the change feed as the public may: each public object once, whole, or as gone. One statement, one moment.

Numbers, documents and the last number given are of the same instant, so "everything up to `last` has been seen" is true
of a page that was not full. What never was public is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Row, case, literal_column, null, select, true
from sqlalchemy.orm import Session

from directory_service.listings.store.change_feed import shown_since
from directory_service.listings.store.tables import (
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from directory_service.listings.store.tables_changes import (
    Change,
    ChangeFeed,
)
from directory_service.organizations.store.tables import Organization

_TABLES: Any = {
    "organization": Organization,
    "service": Service,
    "service_at_location": ServiceAtLocation,
    "taxonomy": Taxonomy,
    "taxonomy_term": TaxonomyTerm,
}


@dataclass(frozen=True)
class FeedFilter:
    """Which changes: after a number, of some kinds (none: of all), where asked only of what is gone since a moment."""

    after: int = 0
    kinds: tuple[str, ...] = ()
    only_gone: bool = False
    shown_since: datetime | None = None
    documents: bool = True


@dataclass(frozen=True)
class FeedEntry:
    """An object as the public sees it now. `document`: its whole answer; None where it is gone or was not wanted."""

    number: int
    kind: str
    object_id: UUID
    noted_at: datetime
    gone: bool
    document: bytes | None


@dataclass(frozen=True)
class FeedRows:
    """The feed's name, the last number given, and entries in the order of their numbers; `more` come after them."""

    feed: UUID
    last: int
    entries: Sequence[FeedEntry]
    more: bool


def read_public_changes(session: Session, wanted: FeedFilter, limit: int) -> FeedRows:
    """At most `limit` entries."""
    found = _chosen(wanted, limit + 1).subquery()
    joined = select(ChangeFeed.id, ChangeFeed.last, found).select_from(ChangeFeed).outerjoin(found, true())
    rows = session.execute(joined.order_by(found.c.number)).all()
    entries = [_entry(row) for row in rows if row.number is not None]
    return FeedRows(rows[0].id, rows[0].last, entries[:limit], len(entries) > limit)


def _chosen(wanted: FeedFilter, limit: int) -> Any:
    document = _document() if wanted.documents else null()
    columns: list[Any] = [Change.number, Change.kind, Change.object_id, Change.noted_at, Change.public]
    chosen = select(*columns, document.label("document")).where(Change.number > wanted.after)
    chosen = chosen.where(~Change.public if wanted.only_gone else Change.public.is_not(None))
    if wanted.kinds:
        chosen = chosen.where(Change.kind.in_(wanted.kinds))
    if wanted.shown_since:
        chosen = chosen.where(shown_since(wanted.shown_since) | (Change.noted_at >= wanted.shown_since))
    return chosen.order_by(Change.number).limit(limit)


def _document() -> ColumnElement[Any]:
    """The document of a public object, looked up in the table of its kind and in no other."""
    found = {
        kind: select(table.document).where(table.id == Change.object_id).correlate(Change).scalar_subquery()
        for kind, table in _TABLES.items()
    }
    nothing = literal_column("NULL", LargeBinary)
    return case((Change.public.is_(True), case(found, value=Change.kind)), else_=nothing)


def _entry(row: Row[Any]) -> FeedEntry:
    document = bytes(row.document) if row.document is not None else None
    return FeedEntry(row.number, row.kind, row.object_id, row.noted_at, not row.public, document)
