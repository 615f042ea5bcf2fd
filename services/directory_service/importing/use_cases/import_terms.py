"""Put the taxonomies and terms that came with a directory into the tables; the profile's own stay as they are."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.use_cases.import_report import (
    ORPHAN,
    ImportRemark,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.taxonomies import (
    taxonomies,
    terms,
)
from directory_service.listings.store.tables import (
    Taxonomy,
    TaxonomyTerm,
)
from directory_service.listings.use_cases.publish_listing import to_bytes

Json = dict[str, Any]
_CHUNK = 500


def known_terms(session: Session) -> dict[str, Json]:
    """Ids of the terms that the directory has, the profile's with their documents."""
    ours = {str(term["id"]): term for term in terms()}
    return {str(each): {} for each in session.scalars(select(TaxonomyTerm.id))} | ours


def import_terms(session: Session, stage: Stage, source: str, ledger: RowLedger) -> None:
    """Every taxonomy and term of the stage. A term that names no taxonomy belongs to one called like the source.

    The stage's terms know their taxonomy afterwards, so that services say it too.
    """
    ours = {str(each["id"]) for each in (*taxonomies(), *terms())}
    lists = {str(row["id"]): row for _, row in stage.parts("taxonomy") if row["id"] not in ours}
    by_name = {str(name): str(key) for key, name in session.execute(select(Taxonomy.id, Taxonomy.name))}
    for row in lists.values():
        _write_taxonomy(session, row, by_name)
    for chunk in _chunks(stage, ours):
        made = [_term(term, lists, by_name, source, session) for _, term in chunk]
        seen = {term["id"] for term in made} | ours
        for (where, given), term in zip(chunk, made, strict=True):
            parent = term.get("parent_id")
            if parent and parent not in seen and stage.part("taxonomy_term", parent) is None:
                term.pop("parent_id")
                reason = f"parent_id: there is no term {parent} in the file"
                ledger.note(ImportRemark(where, str(given.get("name", "")), (reason,), ORPHAN, str(given["id"])))
        _write_terms(session, made)
        for term in made:
            stage.update_part("taxonomy_term", term["id"], term)


def _chunks(stage: Stage, ours: set[str]) -> Iterator[list[tuple[str, Json]]]:
    chunk: list[tuple[str, Json]] = []
    for where, term in stage.parts("taxonomy_term"):
        if term["id"] in ours:
            continue
        chunk.append((where, term))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _term(term: Json, lists: dict[str, Json], by_name: dict[str, str], source: str, session: Session) -> Json:
    owner = str(term.get("taxonomy_id", ""))
    if owner not in lists and owner not in by_name.values():
        row = _unlisted_taxonomy(term, source, owner)
        if owner or row["name"] not in by_name:
            _write_taxonomy(session, row, by_name)
        owner = owner or by_name[row["name"]]
    names = {key: name for name, key in by_name.items()}
    return {"taxonomy": names[owner], **term, "taxonomy_id": owner}


def _unlisted_taxonomy(term: Json, source: str, owner: str) -> Json:
    """A taxonomy that only its terms tell of, under the id that they give it: documents say that one too."""
    told = term.get("taxonomy_detail") or {}
    name = str(term.get("taxonomy") or told.get("name") or source or "imported")
    usual = {"id": owner or nested_id("taxonomy", name), "description": f"Terms that came with {name}."}
    return {**usual, **told, "id": usual["id"], "name": name}


def _write_taxonomy(session: Session, row: Json, by_name: dict[str, str]) -> None:
    """Names are unique: a second list of the same name gets its id behind it."""
    name = str(row["name"])
    if by_name.get(name, row["id"]) != row["id"]:
        name = f"{name} ({row['id'][:8]})"
    by_name[name] = row["id"]
    statement = insert(Taxonomy).values(id=UUID(row["id"]), name=name, document=to_bytes(row))
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"document": to_bytes(row)}))


def _write_terms(session: Session, rows: list[Json]) -> None:
    values = {
        (row["taxonomy_id"], row.get("code") or row["id"]): {
            "id": UUID(row["id"]),
            "taxonomy_id": UUID(row["taxonomy_id"]),
            "code": row.get("code") or row["id"],
            "name": row["name"],
            "parent_id": UUID(row["parent_id"]) if row.get("parent_id") else None,
            "document": to_bytes(row),
        }
        for row in rows
    }
    known = select(TaxonomyTerm.taxonomy_id, TaxonomyTerm.code, TaxonomyTerm.id)
    taken = {
        (str(a), b): str(c)
        for a, b, c in session.execute(known.where(TaxonomyTerm.code.in_([row["code"] for row in values.values()])))
    }
    fresh = [row for key, row in values.items() if taken.get(key, str(row["id"])) == str(row["id"])]
    if fresh:
        statement = insert(TaxonomyTerm).values(fresh)
        renewed = {name: statement.excluded[name] for name in ("taxonomy_id", "name", "parent_id", "document")}
        session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=renewed))
