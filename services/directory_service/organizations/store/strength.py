"""Queries of posted strength and of a state's words for ranks."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.domain.posted_strength import StrengthRow
from directory_service.organizations.store.tables import District
from directory_service.organizations.store.tables_strength import PostedStrength, RankAlias


def strength_of(session: Session, units: Collection[UUID]) -> Sequence[StrengthRow]:
    """All figures of these units that the transaction may see."""
    wanted = select(PostedStrength).where(PostedStrength.organization_id.in_(units))
    ordered = wanted.order_by(PostedStrength.organization_id, PostedStrength.scope, PostedStrength.rank)
    return [
        StrengthRow(row.organization_id, row.scope, row.rank, row.posted, row.as_of, row.source)
        for row in session.scalars(ordered)
    ]


def aliases_by_district(session: Session, districts: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """The words for ranks that hold in each of the districts: folded word → code of the rank."""
    found: dict[int, dict[str, str]] = {code: {} for code in districts}
    rows = session.execute(
        select(District.code, RankAlias.word, RankAlias.rank)
        .join(RankAlias, RankAlias.state_code == District.state_code)
        .where(District.code.in_(districts))
    )
    for code, word, rank in rows:
        found[code][word] = rank
    return found
