"""The read model of organisations: newer snapshots replace older ones, older ones change nothing."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.store.tables import OrganizationRow


@dataclass(frozen=True, slots=True)
class OrganizationSnapshot:
    """What planning needs of an organisation; `district` is an LGD code."""

    id: UUID
    status: str
    district: int | None
    deleted: bool
    version: int


def apply_snapshot(session: Session, snapshot: OrganizationSnapshot) -> bool:
    """Store an organisation's snapshot; return False when what is stored is as new or newer."""
    values = asdict(snapshot)
    wanted = insert(OrganizationRow).values(**values)
    changed = session.execute(
        wanted.on_conflict_do_update(
            index_elements=["id"],
            set_={name: wanted.excluded[name] for name in values if name != "id"},
            where=OrganizationRow.version < wanted.excluded.version,
        ).returning(OrganizationRow.id)
    )
    return changed.first() is not None
