"""The read model of organisations: newer snapshots replace older ones, older ones change nothing.

One as new is applied where it tells who is home, or for which districts a body stands in or which are its state's, and
the row does not know: an event of an older release said nothing, and an upgrade in any order ends the same.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from notification_service.store.tables import OrganizationRow


@dataclass(frozen=True, slots=True)
class OrganizationSnapshot:
    """What planning needs of an organisation. Districts: LGD codes; `staffed`: roles that somebody home holds.

    `oversees`: every district of the state whose body it is.
    """

    id: UUID
    status: str
    district: int | None
    deleted: bool
    version: int
    staffed: Sequence[str] | None = None
    stands_in_for: Sequence[int] | None = None
    oversees: Sequence[int] | None = None


def apply_snapshot(session: Session, snapshot: OrganizationSnapshot) -> bool:
    """Store an organisation's snapshot; return False when what is stored is as new or newer."""
    values = asdict(snapshot)
    wanted = insert(OrganizationRow).values(**values)
    changed = session.execute(
        wanted.on_conflict_do_update(
            index_elements=["id"],
            set_={name: wanted.excluded[name] for name in values if name != "id"},
            where=or_(
                OrganizationRow.version < wanted.excluded.version,
                and_(
                    OrganizationRow.version == wanted.excluded.version,
                    or_(*(_is_news(wanted, name) for name in ("staffed", "stands_in_for", "oversees"))),
                ),
            ),
        ).returning(OrganizationRow.id)
    )
    return changed.first() is not None


def _is_news(wanted: Insert, name: str) -> ColumnElement[bool]:
    return and_(getattr(OrganizationRow, name).is_(None), wanted.excluded[name].is_not(None))


def stands_in_for(session: Session, organization: UUID) -> Sequence[int]:
    """The districts without a coordinator (LGD codes) that fall to this body; a session would outlive the answer."""
    query = select(OrganizationRow.stands_in_for).where(OrganizationRow.id == organization, ~OrganizationRow.deleted)
    return session.scalar(query) or ()


def districts_overseen(session: Session, organization: UUID) -> Sequence[int]:
    """Every district (LGD codes) of the state whose body it is; none of any other. Its data officers reach them all."""
    query = select(OrganizationRow.oversees).where(OrganizationRow.id == organization, ~OrganizationRow.deleted)
    return session.scalar(query) or ()
