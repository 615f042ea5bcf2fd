"""Read model of a provider's case workers: who can own a referral, by name, for the own team.

Why: `directory.team.changed.v1` tells it; contact data stay with the notification service. Promises: whole snapshots,
applied only if newer; an ended membership stays as inactive, so that an older event cannot bring it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.store.inbox_version import note_inbox_change
from referral_service.store.tables_directory import team_member

_MEMBER = team_member.c


@dataclass(frozen=True)
class TeamMember:
    """A case worker of the own provider; not `active`: one who left."""

    account_id: UUID
    name: str
    active: bool = True


def put_team_member(session: Session, data: Mapping[str, Any]) -> None:
    """Apply the snapshot if it is newer than what is kept."""
    ids = {name: UUID(data[name]) for name in ("membership_id", "account_id", "organization_id")}
    rest = {name: data[name] for name in ("version", "active", "name")}
    statement = insert(team_member).values(**ids, **rest)
    values = {column.name: statement.excluded[column.name] for column in _MEMBER if not column.primary_key}
    newer = _MEMBER.version < statement.excluded.version
    session.execute(statement.on_conflict_do_update(index_elements=["membership_id"], set_=values, where=newer))
    note_inbox_change(session, ids["organization_id"])


def list_team(session: Session, organization: UUID) -> Sequence[TeamMember]:
    """The active case workers, by name."""
    query = select(_MEMBER.account_id, _MEMBER.name).where(_MEMBER.organization_id == organization, _MEMBER.active)
    return [TeamMember(*row) for row in session.execute(query.order_by(_MEMBER.name, _MEMBER.account_id))]


def list_everybody(session: Session, organization: UUID) -> Sequence[TeamMember]:
    """The case workers by name, those who left last: who is here again under another membership has not left."""
    here = func.bool_or(_MEMBER.active)
    columns = (_MEMBER.account_id, func.max(_MEMBER.name), here)
    query = select(*columns).where(_MEMBER.organization_id == organization).group_by(_MEMBER.account_id)
    return [TeamMember(*row) for row in session.execute(query.order_by(here.desc(), func.max(_MEMBER.name)))]


def is_on_team(session: Session, organization: UUID, account: UUID) -> bool:
    """Whether the account is an active case worker of the provider."""
    query = select(_MEMBER.account_id).where(
        _MEMBER.organization_id == organization, _MEMBER.account_id == account, _MEMBER.active
    )
    return session.execute(query.limit(1)).first() is not None
