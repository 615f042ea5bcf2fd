"""Read models of training: the districts' coverage, least covered first, and one session with what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.domain.ranks import RANKS
from directory_service.organizations.store.strength import strength_of
from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.coverage import (
    DistrictCoverage,
    cover_district,
    least_covered_first,
    window_start,
)
from directory_service.partnership.domain.months import months_before
from directory_service.partnership.domain.study_counts import StudyAnswers
from directory_service.partnership.domain.training import RankCount
from directory_service.partnership.store.meetings import names_of
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.store.training import (
    TrainedUnit,
    clock_may_hold,
    counts_of,
    held_counts,
    past_sessions,
    planned_sessions,
    trained_units,
    trainers_of,
)
from directory_service.partnership.use_cases.training.answer_study_card import count_study_answers
from directory_service.partnership.use_cases.training.find_training import find_training
from service_kit.identity import Principal
from setu.india import day_in_india

PAST_SHOWN = 12  # of each district


@dataclass(frozen=True)
class DistrictTraining:
    """One district: coverage, sessions; study cards answered in the last twelve whole months.

    `planned`: all that are not held yet, the first first; `past`: the newest, the latest first, of `past_count`.
    """

    district: District
    coverage: DistrictCoverage
    planned: Sequence[TrainingSession]
    past: Sequence[TrainingSession]
    past_count: int
    study: StudyAnswers


@dataclass(frozen=True)
class TrainingView:
    """One session. `counts`: by unit (None: several together) and rank, in the order of names and of ranks.

    `names`: organisations that are spoken of; `clock_may_hold`: it is planned, and the clock will take it for held.
    """

    training: TrainingSession
    district: District
    trainers: Sequence[UUID]
    counts: Mapping[UUID | None, Mapping[str, RankCount]]
    units: Sequence[TrainedUnit]
    names: Mapping[UUID, str]
    clock_may_hold: bool

    @property
    def totals(self) -> tuple[int, int]:
        """How many came, and how many of them again."""
        each = [count for ranks in self.counts.values() for count in ranks.values()]
        return sum(count.attended for count in each), sum(count.repeat for count in each)


def cover_districts(session: Session, districts: Sequence[int], now: datetime) -> Mapping[int, DistrictCoverage]:
    """The coverage of each district, least covered first."""
    today = day_in_india(now)
    units = trained_units(session, districts)
    rows, held = strength_of(session, [unit.id for unit in units]), held_counts(session, districts, window_start(today))
    found = {
        code: cover_district([unit.posting for unit in units if unit.district == code], rows, held[code], today)
        for code in districts
    }
    return {code: found[code] for code in least_covered_first(found)}


def list_training(session: Session, who: Principal, now: datetime) -> Sequence[DistrictTraining]:
    """The caller's districts, least covered first; equals by name."""
    rows = session.scalars(select(District).where(District.code.in_(who.districts)).order_by(District.name)).all()
    by_code, past = {row.code: row for row in rows}, past_sessions(session, who.districts, PAST_SHOWN)
    planned = planned_sessions(session, who.districts)
    month = day_in_india(now).replace(day=1)
    study = count_study_answers(session, list(by_code), months_before(month, 12), month)
    return [
        DistrictTraining(
            by_code[code],
            coverage,
            [each for each in planned if each.district_code == code],
            *past[code],
            study[code],
        )
        for code, coverage in cover_districts(session, list(by_code), now).items()
    ]


def show_training(session: Session, who: Principal, training: UUID) -> TrainingView:
    """Load it. Raises NotFound for another district's."""
    row = find_training(session, who, training)
    trainers, counts = trainers_of(session, row.id), counts_of(session, row.id)
    names = names_of(session, {*trainers, *(unit for unit in counts if unit)})
    return TrainingView(
        training=row,
        district=session.get_one(District, row.district_code),
        trainers=trainers,
        counts={
            unit: {rank: counts[unit][rank] for rank in RANKS if rank in counts[unit]}
            for unit in sorted(counts, key=lambda unit: names[unit] if unit else "")
        },
        units=trained_units(session, (row.district_code,)),
        names=names,
        clock_may_hold=clock_may_hold(session, row.id),
    )
