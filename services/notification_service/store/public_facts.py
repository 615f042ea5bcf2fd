"""Read model of public facts: the newest snapshot seen of each service and organisation."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.public_facts import PublicFact
from notification_service.store.tables_webhooks import PublicFactRow


def load(session: Session, subject: UUID) -> PublicFact | None:
    """Return what is known of a subject, its row locked until the transaction ends; None where it is new."""
    row = session.get(PublicFactRow, subject, with_for_update=True)
    return None if row is None else PublicFact(row.version, row.public, row.shown, row.internal)


def save(session: Session, subject: UUID, fact: PublicFact) -> None:
    """Remember a snapshot, unless a newer one is there."""
    wanted = insert(PublicFactRow).values(subject_id=subject, **asdict(fact))
    session.execute(
        wanted.on_conflict_do_update(
            index_elements=["subject_id"],
            set_={name: wanted.excluded[name] for name in asdict(fact)},
            where=PublicFactRow.version <= wanted.excluded.version,
        )
    )
