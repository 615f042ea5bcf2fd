"""Read what the search index holds of services: a few by id, or all of them a batch at a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from directory_service.finding.store.search.entry import (
    Area,
    ServiceRow,
    Surroundings,
)
from directory_service.listings.domain.hsds.taxonomies import terms
from directory_service.listings.store.tables import (
    Service,
    TaxonomyTerm,
)
from directory_service.listings.store.tables_changes import Change
from directory_service.organizations.store.tables import (
    District,
    Organization,
    State,
)
from service_kit.db.engine import Database

_BATCH = 2_000


def surroundings(session: Session) -> Surroundings:
    """Districts and taxonomy terms: some thousand rows, read once a batch."""
    joined = select(District, State).join(State, State.code == District.state_code)
    areas = {
        district.code: Area(state.code, state.iso, (district.name, *district.names.values(), state.name))
        for district, state in session.execute(joined)
    }
    ours = {UUID(str(term["id"])): UUID(str(term["taxonomy_id"])) for term in terms()}
    stored = session.execute(select(TaxonomyTerm.id, TaxonomyTerm.taxonomy_id, TaxonomyTerm.document)).all()
    words = {row.id: "\n".join(_texts_of(row.document)) for row in stored if row.id not in ours}
    return Surroundings(areas, ours | {row.id: row.taxonomy_id for row in stored}, words)


def _texts_of(document: bytes) -> Iterator[str]:
    """Name and description of a term, in the language that it has; another language is another term."""
    term = json.loads(document)
    yield from (str(term[name]) for name in ("name", "description") if term.get(name))


def rows_of(session: Session, ids: Sequence[UUID], shown_at: datetime) -> list[ServiceRow]:
    """The public ones among these services, which every reader sees before `shown_at`."""
    return [replace(row, shown_at=shown_at) for row in _rows(session, _public().where(Service.id.in_(ids)))]


def every_row(db: Database) -> Iterator[list[ServiceRow]]:
    """All public services in batches, each in a transaction of its own: memory stays flat, and no lock is held long."""
    last: UUID | None = None
    while True:
        wanted = _public().order_by(Service.id).limit(_BATCH)
        with db.transaction() as session:
            rows = _rows(session, wanted if last is None else wanted.where(Service.id > last))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _public() -> Select[Any]:
    columns: list[Any] = [Service.id, Service.record, Service.snapshot, Organization.record.label("owner")]
    columns += [Service.term_ids, func.coalesce(Change.number, 0).label("number"), Service.modified_at]
    columns += [func.coalesce(Change.shown_at, Service.modified_at).label("shown_at")]
    joined = select(*columns, Service.summary, Service.document).join(
        Organization, Organization.id == Service.organization_id
    )
    numbered = and_(Change.kind == "service", Change.object_id == Service.id)
    return joined.outerjoin(Change, numbered).where(Service.public)


def _rows(session: Session, wanted: Select[Any]) -> list[ServiceRow]:
    return [_row(found) for found in session.execute(wanted)]


def _row(found: Row[Any]) -> ServiceRow:
    return ServiceRow(
        id=found.id,
        record=found.record,
        snapshot=found.snapshot,
        owner=found.owner,
        term_ids=tuple(found.term_ids),
        number=found.number,
        modified_at=found.modified_at,
        shown_at=found.shown_at,
        summary=found.summary,
        document=found.document,
    )
