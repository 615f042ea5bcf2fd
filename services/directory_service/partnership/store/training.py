"""Queries of training sessions, of what was counted at them, and of the units whose people are counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.organizations.domain.posted_strength import PostingUnit
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.coverage import HeldCount
from directory_service.partnership.domain.training import HELD, PLANNED, TRAINED_KINDS, RankCount
from directory_service.partnership.store.tables_training import TrainingCount, TrainingSession, TrainingTrainer
from service_kit.ids import Ids


@dataclass(frozen=True)
class TrainedUnit:
    """An active unit of a district whose people are trained. `code`: the state's own, '' where it has none."""

    id: UUID
    name: str
    kind: str
    code: str
    district: int
    whole_district: bool

    @property
    def posting(self) -> PostingUnit:
        """The unit as the rule of posted strength sees it."""
        return PostingUnit(self.id, self.kind, self.whole_district)


def trained_units(session: Session, districts: Collection[int]) -> list[TrainedUnit]:
    """Active police units, prisons and courts, by name."""
    wanted = select(Organization).where(
        Organization.district_code.in_(districts),
        Organization.kind.in_(TRAINED_KINDS),
        Organization.status == "active",
        Organization.deleted_at.is_(None),
    )
    return [
        TrainedUnit(row.id, row.name, row.kind, row.code or "", row.district_code, row.level == "district")
        for row in session.scalars(wanted.order_by(Organization.name, Organization.id))
    ]


def session_of(
    session: Session, training: UUID, districts: Collection[int], *, for_update: bool = False
) -> TrainingSession | None:
    """A session of one of these districts."""
    found = select(TrainingSession).where(TrainingSession.id == training, TrainingSession.district_code.in_(districts))
    return session.scalar(found.with_for_update() if for_update else found)


def sessions_of(
    session: Session, districts: Collection[int], limit: int = 100, after: tuple[date, UUID] | None = None
) -> Sequence[TrainingSession]:
    """Sessions of these districts, the latest first; `after`: day and id of the last one before."""
    wanted = select(TrainingSession).where(TrainingSession.district_code.in_(districts))
    if after is not None:
        wanted = wanted.where(tuple_(TrainingSession.day, TrainingSession.id) < after)
    return session.scalars(wanted.order_by(TrainingSession.day.desc(), TrainingSession.id.desc()).limit(limit)).all()


def planned_sessions(session: Session, districts: Collection[int]) -> Sequence[TrainingSession]:
    """Sessions of these districts that are neither held nor called off, ahead or not, the first first."""
    wanted = select(TrainingSession).where(TrainingSession.district_code.in_(districts))
    of_state = wanted.where(TrainingSession.state == PLANNED)
    return session.scalars(of_state.order_by(TrainingSession.day, TrainingSession.id)).all()


def past_sessions(
    session: Session, districts: Collection[int], limit: int
) -> Mapping[int, tuple[Sequence[TrainingSession], int]]:
    """District → its newest `limit` sessions that are held or called off, the latest first, and how many there are."""
    theirs = (TrainingSession.district_code.in_(districts), TrainingSession.state != PLANNED)
    district = TrainingSession.district_code
    place = func.row_number().over(
        partition_by=district, order_by=(TrainingSession.day.desc(), TrainingSession.id.desc())
    )
    of_all = func.count().over(partition_by=district)
    placed = select(TrainingSession.id, place.label("place"), of_all.label("of_all")).where(*theirs).subquery()
    wanted = select(TrainingSession, placed.c.of_all).join(placed, placed.c.id == TrainingSession.id)
    shown = wanted.where(placed.c.place <= limit).order_by(TrainingSession.day.desc(), TrainingSession.id.desc())
    found: dict[int, tuple[list[TrainingSession], int]] = {code: ([], 0) for code in districts}
    for row, count in session.execute(shown):
        newest, _ = found[row.district_code]
        newest.append(row)
        found[row.district_code] = newest, count
    return found


def trainers_of(session: Session, training: UUID) -> Sequence[UUID]:
    """The organisations whose people train."""
    wanted = select(TrainingTrainer.organization_id).where(TrainingTrainer.session_id == training)
    return session.scalars(wanted.order_by(TrainingTrainer.organization_id)).all()


def counts_of(session: Session, training: UUID) -> dict[UUID | None, dict[str, RankCount]]:
    """Unit (None: several together) → rank → what was counted."""
    found: dict[UUID | None, dict[str, RankCount]] = {}
    wanted = select(TrainingCount).where(TrainingCount.session_id == training)
    for row in session.scalars(wanted.order_by(TrainingCount.organization_id, TrainingCount.rank)):
        found.setdefault(row.organization_id, {})[row.rank] = RankCount(row.rank, row.attended, row.repeat)
    return found


def was_counted(*also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a planned session, or one that the clock holds, has numbers that the clock goes by (and that fit `also`).

    Those of before its coordinator took back that it was held are none, whoever entered them.
    """
    of_session = TrainingCount.session_id == TrainingSession.id
    is_since = or_(TrainingSession.said_at.is_(None), TrainingCount.entered_at > TrainingSession.said_at)
    return exists().where(of_session, is_since, *also).correlate(TrainingSession)


def clock_may_hold(session: Session, training: UUID) -> bool:
    """Whether a planned session has numbers that the clock goes by."""
    wanted = select(TrainingSession.id).where(TrainingSession.id == training, TrainingSession.state == PLANNED)
    return session.scalar(wanted.where(was_counted())) is not None


def held_counts(session: Session, districts: Collection[int], since: date) -> Mapping[int, Sequence[HeldCount]]:
    """What was counted after a day at sessions that were held, by district."""
    found: dict[int, list[HeldCount]] = {code: [] for code in districts}
    wanted = (
        select(TrainingSession.district_code, TrainingSession.day, TrainingCount)
        .join(TrainingCount, TrainingCount.session_id == TrainingSession.id)
        .where(TrainingSession.district_code.in_(districts))
        .where(TrainingSession.state == HELD, TrainingSession.day > since)
    )
    for district, day, row in session.execute(wanted):
        found[district].append(HeldCount(day, RankCount(row.rank, row.attended, row.repeat)))
    return found


def write_counts(
    session: Session,
    training: TrainingSession,
    unit: UUID | None,
    counts: Collection[RankCount],
    now: datetime,
    *,
    ids: Ids,
) -> None:
    """Store what was counted of a unit in place of what was there; a rank of which nobody came goes."""
    key = ["session_id", "organization_id", "rank"]
    for count in counts:
        values = {"session_id": training.id, "organization_id": unit, "rank": count.rank}
        if not count.attended:
            gone = delete(TrainingCount).where(TrainingCount.session_id == training.id)
            session.execute(gone.where(TrainingCount.rank == count.rank, TrainingCount.organization_id == unit))
            continue
        entered = {"attended": count.attended, "repeat": count.repeat, "entered_at": now}
        new = {"id": ids.uuid(), "district_code": training.district_code}
        write = insert(TrainingCount).values({**values, **new, **entered})
        session.execute(write.on_conflict_do_update(index_elements=key, set_=entered))
