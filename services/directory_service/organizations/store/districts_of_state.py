"""The districts that a provider may choose from: all of the states in which it is, or serves somebody, already."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District


def districts_of_state(session: Session, codes: Iterable[int], language: str) -> list[tuple[int, str]]:
    """LGD code and name in the language, by name. `codes`: districts that are chosen, or the provider's own."""
    states = select(District.state_code).where(District.code.in_(set(codes)))
    rows = session.scalars(select(District).where(District.state_code.in_(states)))
    return sorted(((row.code, str(row.names.get(language, row.name))) for row in rows), key=lambda row: row[1])
