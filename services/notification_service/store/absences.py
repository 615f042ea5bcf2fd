"""Queries of absences: the own one and the colleagues' for the page, those of a batch's readers for planning."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from notification_service.domain.absences import Absence
from notification_service.store.tables_choices import AbsenceRow
from service_kit.identity import Principal


def absences_of(session: Session, accounts: Collection[UUID]) -> list[Absence]:
    """Return the absences of these accounts, in whichever role."""
    return _absences(session, AbsenceRow.account_id.in_(accounts))


def in_team_of(session: Session, who: Principal, today: date) -> list[Absence]:
    """Return what is not over yet of those who hold the reader's role in the same organisation, the own included."""
    team = (AbsenceRow.organization_id == who.organization, AbsenceRow.role == who.role)
    return _absences(session, *team, AbsenceRow.last_day >= today)


def replace_own(session: Session, who: Principal, days: tuple[date, date] | None) -> None:
    """Set the own absence in the present role to these days, without a stand-in; None ends it."""
    own = (AbsenceRow.account_id == who.account, AbsenceRow.organization_id == who.organization)
    session.execute(delete(AbsenceRow).where(*own, AbsenceRow.role == who.role))
    if days is not None:
        session.add(
            AbsenceRow(
                account_id=who.account,
                organization_id=who.organization,
                role=who.role,
                first_day=days[0],
                last_day=days[1],
                stand_in=None,
            )
        )
        session.flush()


def set_stand_in(session: Session, who: Principal, absent: UUID, *, stands_in: bool) -> bool:
    """Let the reader stand in for a colleague, or no longer; False where there is no such absence to take up."""
    free = or_(AbsenceRow.stand_in.is_(None), AbsenceRow.stand_in == who.account)
    team = (AbsenceRow.organization_id == who.organization, AbsenceRow.role == who.role)
    taken = (
        update(AbsenceRow)
        .where(AbsenceRow.account_id == absent, AbsenceRow.account_id != who.account, *team, free)
        .values(stand_in=who.account if stands_in else None)
        .returning(AbsenceRow.account_id)
    )
    return session.execute(taken).first() is not None


def delete_over(session: Session, today: date) -> None:
    """Delete absences whose last day has passed."""
    session.execute(delete(AbsenceRow).where(AbsenceRow.last_day < today))


def _absences(session: Session, *where: ColumnElement[bool]) -> list[Absence]:
    rows: Sequence[AbsenceRow] = session.scalars(
        select(AbsenceRow).where(*where).order_by(AbsenceRow.first_day, AbsenceRow.account_id)
    ).all()
    return [
        Absence(row.account_id, row.organization_id, row.role, row.first_day, row.last_day, row.stand_in)
        for row in rows
    ]
