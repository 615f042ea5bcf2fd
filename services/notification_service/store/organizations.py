"""The read model of organisations: newer snapshots replace older ones, older ones change nothing."""

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.store.tables import OrganizationRow


def apply_snapshot(session: Session, values: Mapping[str, object]) -> bool:
    """Store an organisation's snapshot; return False when what is stored is as new or newer."""
    wanted = insert(OrganizationRow).values(**values)
    changed = session.execute(
        wanted.on_conflict_do_update(
            index_elements=["id"],
            set_={name: wanted.excluded[name] for name in values if name != "id"},
            where=OrganizationRow.version < wanted.excluded.version,
        ).returning(OrganizationRow.id)
    )
    return changed.first() is not None
