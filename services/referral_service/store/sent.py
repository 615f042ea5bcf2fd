"""Queries of the referrer's own rows, and of no table of the provider's side.

Promises: every query names organisation and account (for prison health staff also what the team shares) and leaves out
what was sent more than 90 days ago, whether or not the worker has purged it yet, and what was sent before the reader's
last reset, whether or not its event has arrived; row-level security says the same again. When not to use it: for
anybody but the sender and the team.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.figures.tally import tally_view_move
from referral_service.domain.priority import URGENT
from referral_service.domain.referrer_view import View
from referral_service.domain.retention import sent_since
from referral_service.domain.sent_referral import SentReferral
from referral_service.store.figure_tally import add_tallies
from referral_service.store.rows import TableRow
from referral_service.store.tables import custody_view, referral_sent, referrer_view
from service_kit.cursor import Cursor
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.roles import CUSTODY_HEALTH

_SENT = referral_sent.c
_FIRST_MOVE = 2  # the version of a row that has moved once
_COLUMNS = select(
    referral_sent,
    referrer_view.c.state,
    referrer_view.c.reason,
    referrer_view.c.version,
    referrer_view.c.changed_at,
    custody_view.c.open_question,
    custody_view.c.appointment_at,
    custody_view.c.release_on,
    custody_view.c.urgent_otherwise,
    custody_view.c.release_ticked,
    custody_view.c.ended_at,
    custody_view.c.version.label("custody_version"),
)
_CUSTODY = (custody_view, custody_view.c.id == _SENT.id)
_QUERY = _COLUMNS.select_from(referral_sent.join(referrer_view).outerjoin(*_CUSTODY))


def get_sent(session: Session, reader: Principal, referral_id: UUID, *, now: datetime) -> SentReferral:
    """One referral of the reader's. Raises NotFound for what is another's, absent, or older than 90 days or a reset."""
    row = session.execute(readable_by(reader, now).where(_SENT.id == referral_id)).first()
    if row is None:
        raise NotFound
    return to_sent(row, reader, now)


def list_sent_rows(
    session: Session,
    reader: Principal,
    *,
    now: datetime,
    states: Sequence[View],
    after: Cursor | None,
    limit: int,
) -> tuple[Sequence[SentReferral], Cursor | None]:
    """Newest first, at most `limit`, only those after the sort key `after`; and the page's last key, if more follow."""
    newest = (_SENT.submitted_at.desc(), _SENT.id.desc())
    page = select(_SENT.id).where(_is_readable_by(reader, now)).order_by(*newest).limit(limit + 1)
    if states:
        page = page.join(referrer_view, referrer_view.c.id == _SENT.id).where(referrer_view.c.state.in_(states))
    if after is not None:
        page = page.where(tuple_(_SENT.submitted_at, _SENT.id) < after)
    # limit first: where the views are joined before it, the planner reads those of all that was sent
    ids = page.subquery()
    of_page = referral_sent.join(ids, ids.c.id == _SENT.id)
    # a row whose view is lost has its place on the page, and nothing of it is shown
    with_views = of_page.outerjoin(referrer_view, referrer_view.c.id == _SENT.id).outerjoin(*_CUSTODY)
    rows = session.execute(_COLUMNS.select_from(with_views).order_by(*newest)).all()
    shown = rows[:limit]
    last = Cursor(shown[-1].submitted_at, shown[-1].id) if len(rows) > limit else None
    return [to_sent(row, reader, now) for row in shown if row.state is not None], last


def count_sent_rows(session: Session, reader: Principal, *, now: datetime) -> int:
    """How many there are to list, on all pages."""
    theirs = select(func.count()).select_from(referral_sent).where(_is_readable_by(reader, now))
    return session.scalar(theirs) or 0  # without the views: each row has one, unless it was lost


def move_view(session: Session, referral_id: UUID, state: View, reason: str | None, now: datetime) -> Row[Any] | None:
    """Write the referrer's row, and count the move; returns its new version, account and organisation.

    None where it has vanished.
    """
    mine = referrer_view.c
    row = session.execute(
        update(referrer_view)
        .where(mine.id == referral_id)
        .values(state=state, reason=reason, version=mine.version + 1, changed_at=now)
        .returning(mine.version, mine.account_id, mine.organization_id, mine.submitted_at, mine.district, mine.urgent)
    ).first()
    if row is not None and row.submitted_at is not None:
        counted = tally_view_move(
            state, first=row.version == _FIRST_MOVE, urgent=row.urgent, waited=now - row.submitted_at
        )
        add_tallies(session, counted, at=row.submitted_at, district=row.district)
    return row


def view_state(session: Session, referral_id: UUID) -> View | None:
    """The state of the referrer's row of a referral in hand; None for a forwarded record or after 90 days."""
    state = session.scalar(select(referrer_view.c.state).where(referrer_view.c.id == referral_id))
    return None if state is None else View(state)


def sent_rows(sent: SentReferral, custody: CustodyRow | None, sender: Principal) -> Sequence[TableRow]:
    """The referrer's side of a new referral: what was sent, the view of it, and the row of prison health staff."""
    owner: dict[str, object] = {"id": sent.id, "account_id": sender.account, "organization_id": sender.organization}
    what_was_sent = {
        "reference": sent.reference,
        "submitted_at": sent.submitted_at,
        "setting": sent.setting,
        "district": sent.district,
        "needs": sent.needs,
        "service_id": sent.service_id,
        "candidates": sent.candidates,
        "priority": sent.priority,
        "another_service": sent.another_service,
    }
    if sent.shared_with_team:
        owner["shared_with_team"] = True
    view: dict[str, object] = {"state": sent.state, "version": sent.version, "changed_at": sent.changed_at}
    view |= {"submitted_at": sent.submitted_at, "district": sent.district, "urgent": sent.priority == URGENT}
    rows: list[TableRow] = [(referral_sent, owner | what_was_sent), (referrer_view, owner | view)]
    if custody is not None:
        rows.append((custody_view, owner | vars(custody)))
    return rows


def readable_by(reader: Principal, now: datetime) -> Select[Any]:
    """What the reader sent, and for prison health staff what the team of the same prison shares; rows for `to_sent`."""
    return _QUERY.where(_is_readable_by(reader, now))


def _is_readable_by(reader: Principal, now: datetime) -> ColumnElement[bool]:
    horizon = sent_since(now, reader.since)
    return and_(_SENT.organization_id == reader.organization, _sent_by_or_shared(reader), _SENT.submitted_at > horizon)


def _sent_by_or_shared(reader: Principal) -> ColumnElement[bool]:
    own = _SENT.account_id == reader.account
    return or_(own, _SENT.shared_with_team) if reader.role == CUSTODY_HEALTH else own


def to_sent(row: Row[Any], reader: Principal, now: datetime) -> SentReferral:
    """A row of `readable_by`, typed, as the days have made it by now."""
    custody = _custody_of(row)
    sent = SentReferral(
        id=row.id,
        reference=row.reference,
        state=View(row.state),
        reason=row.reason,
        version=row.version,
        changed_at=row.changed_at,
        submitted_at=row.submitted_at,
        setting=row.setting,
        district=row.district,
        needs=tuple(row.needs),
        service_id=row.service_id,
        candidates=tuple(row.candidates),
        priority=row.priority,
        another_service=row.another_service,
        shared_with_team=row.shared_with_team,
        sent_by_reader=row.account_id == reader.account,
    )
    return sent if custody is None else _with_custody(sent, custody, now)


def _custody_of(row: Row[Any]) -> CustodyRow | None:
    if row.custody_version is None:
        return None
    names = [field.name for field in fields(CustodyRow) if field.name != "version"]
    return CustodyRow(**{name: getattr(row, name) for name in names}, version=row.custody_version)


def _with_custody(sent: SentReferral, custody: CustodyRow, now: datetime) -> SentReferral:
    return replace(
        sent,
        version=sent.version + custody.shown_version(now),
        priority=custody.priority(now),
        open_question=custody.question(now),
        appointment_at=custody.appointment(now),
        has_custody_row=True,
        release_on=custody.release_on,
        in_custody=not custody.over(now),
        release_ticked=custody.release_ticked,
        transferred=custody.ended_at is not None,
    )
