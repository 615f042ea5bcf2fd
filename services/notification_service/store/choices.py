"""Queries of people's choices: the own ones for the page, those of a batch's readers for planning."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.choices import Choices
from notification_service.domain.notices import OUTGOING, Channel
from notification_service.domain.quiet_hours import QuietHours
from notification_service.store.tables import MemberRow
from notification_service.store.tables_choices import ChoicesRow


def choices_of(session: Session, accounts: Collection[UUID]) -> dict[UUID, Choices]:
    """Return what those of the accounts chose that chose anything."""
    rows = session.scalars(select(ChoicesRow).where(ChoicesRow.account_id.in_(accounts)))
    return {row.account_id: _choices(row) for row in rows}


def find(session: Session, account: UUID, *, lock: bool = False) -> tuple[Choices, int]:
    """Return what an account chose, and its version: 0 where nothing was ever chosen."""
    wanted = select(ChoicesRow).where(ChoicesRow.account_id == account)
    row = session.scalars(wanted.with_for_update() if lock else wanted).first()
    return (_choices(row), row.version) if row else (Choices(), 0)


def save(session: Session, account: UUID, chosen: Choices) -> None:
    """Store what an account chose; the version grows."""
    values = {
        "off": sorted(f"{channel.value}/{kind}" for kind, channel in chosen.off),
        "quiet_from": chosen.quiet.starts if chosen.quiet else None,
        "quiet_until": chosen.quiet.ends if chosen.quiet else None,
        "language": chosen.language,
    }
    wanted = insert(ChoicesRow).values(account_id=account, version=1, **values)
    session.execute(
        wanted.on_conflict_do_update(index_elements=["account_id"], set_={**values, "version": ChoicesRow.version + 1})
    )


def forget_gone(session: Session) -> None:
    """Delete what accounts chose whose memberships have all ended."""
    own = MemberRow.account_id == ChoicesRow.account_id
    gone = exists().where(own), ~exists().where(own, MemberRow.active)
    session.execute(delete(ChoicesRow).where(*gone))


def _choices(row: ChoicesRow) -> Choices:
    quiet = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet = QuietHours(row.quiet_from, row.quiet_until)
    pairs = (pair.partition("/") for pair in row.off)
    off = frozenset((kind, Channel(channel)) for channel, _, kind in pairs if channel in OUTGOING)
    return Choices(off, quiet, row.language)
