"""Posted strength from a file: what it would write and leave, which words for ranks it asks about; and doing it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.organizations.domain.ranks import RANKS
from directory_service.organizations.store.strength import aliases_by_district, strength_of
from directory_service.organizations.store.tables import District
from directory_service.organizations.store.tables_strength import PostedStrength, RankAlias
from directory_service.registry.domain.strength_file import StrengthKnowledge, StrengthPlan, meanings, plan_strength
from directory_service.registry.domain.units import ALIVE
from directory_service.registry.store.units import units_of_districts
from service_kit.db import audit
from service_kit.errors import Stale
from service_kit.identity import Principal
from setu.india import day_in_india


def preview_strength(
    session: Session, who: Principal, content: bytes, now: datetime, answers: Mapping[str, str] | None = None
) -> StrengthPlan:
    """What the file would do as of now. Raises BadSheet where it cannot be used."""
    units = [unit for unit in units_of_districts(session, who.districts) if unit.standing in ALIVE]
    figures = {(row.unit, row.scope, row.rank): row for row in strength_of(session, [unit.id for unit in units])}
    by_code = {unit.code: unit for unit in units if unit.code}
    known = StrengthKnowledge(by_code, figures, aliases_by_district(session, who.districts))
    taken = {name: rank for name, rank in (answers or {}).items() if _fits(name, rank)}
    return plan_strength(content, known, taken, day_in_india(now))


def tag_of(plan: StrengthPlan) -> str:
    """The same for the same preview before anything is answered: what is written, asked and wrong."""
    written = [row for _line, _unit, row in plan.written]
    return sha256(repr((written, plan.unknown, plan.faults)).encode()).hexdigest()[:32]


def write_strength(
    session: Session, who: Principal, content: bytes, answers: Mapping[str, str], now: datetime, *, seen: str
) -> StrengthPlan:
    """Do it. Raises Stale where it is not what was seen, has a fault, or a word that nobody gave a meaning."""
    before = preview_strength(session, who, content, now)
    plan = preview_strength(session, who, content, now, answers)
    if tag_of(before) != seen or plan.faults or plan.unknown:
        raise Stale
    _keep_meanings(session, meanings(before.unknown, answers), plan)
    for _line, _unit, row in plan.written:
        values = {"organization_id": row.unit, "scope": row.scope, "rank": row.rank, "posted": row.posted}
        values |= {"as_of": row.as_of, "source": row.source, "entered_at": now}
        write = insert(PostedStrength).values(values)
        changes = {name: write.excluded[name] for name in ("posted", "as_of", "source", "entered_at")}
        key = ["organization_id", "scope", "rank"]
        session.execute(write.on_conflict_do_update(index_elements=key, set_=changes))
    for unit in {unit.id for _line, unit, _row in plan.written}:
        audit.record(session, "organization.strength", ("organization", unit), who, now)
    return plan


def _keep_meanings(session: Session, words: Mapping[str, str], plan: StrengthPlan) -> None:
    districts = {unit.district for _line, unit, _row in plan.written}
    states = session.scalars(select(District.state_code).where(District.code.in_(districts)).distinct()).all()
    rows = [{"state_code": state, "word": word, "rank": rank} for state in states for word, rank in words.items()]
    if rows:
        session.execute(insert(RankAlias).values(rows).on_conflict_do_nothing())


def _fits(field_name: str, rank: str) -> bool:
    """Whether the rank is one of the kind of unit in which the word stands."""
    return rank in RANKS and RANKS[rank].kind == field_name.split(".", 2)[1]
