"""Read what the search index holds of services: a few by id, or all of them a batch at a time."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from directory_service.domain.hsds.taxonomies import terms
from directory_service.store.search.entry import Area, ServiceRow, Surroundings
from directory_service.store.tables_changes import Change
from directory_service.store.tables_listings import District, Organization, Service, State, TaxonomyTerm
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
    stored = session.execute(select(TaxonomyTerm.id, TaxonomyTerm.taxonomy_id))
    return Surroundings(areas, ours | {row.id: row.taxonomy_id for row in stored})


def rows_of(session: Session, ids: Sequence[UUID]) -> list[ServiceRow]:
    """The public ones among these services."""
    return _rows(session, _public().where(Service.id.in_(ids)))


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
    columns += [Service.term_ids, func.coalesce(Change.number, 0), Service.modified_at]
    joined = select(*columns, Service.summary, Service.document).join(
        Organization, Organization.id == Service.organization_id
    )
    numbered = and_(Change.kind == "service", Change.object_id == Service.id)
    return joined.outerjoin(Change, numbered).where(Service.public)


def _rows(session: Session, wanted: Select[Any]) -> list[ServiceRow]:
    found = session.execute(wanted)
    return [ServiceRow(r.id, r.record, r.snapshot, r.owner, tuple(r.term_ids), *r[-4:]) for r in found]
