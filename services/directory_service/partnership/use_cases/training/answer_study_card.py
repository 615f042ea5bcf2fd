"""Answer a study card's check: judged at once, and added to the sum of card, district and month.

Promises: nothing is written that is about the account, its unit, rank or the time of day: no audit entry, no event, no
row of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.study_cards import StudyCard
from directory_service.partnership.domain.study_counts import StudyAnswers, counted_by
from directory_service.partnership.store.tables_study import StudyCount
from service_kit.identity import Principal
from setu.india import day_in_india


def answer_study_card(
    session: Session, who: Principal, card: StudyCard, answers: Sequence[bool], now: datetime
) -> list[bool]:
    """Whether each statement was rightly judged; counted in the member's first district. Raises ValueError."""
    judged = card.judge(answers)
    if who.districts:
        key = asdict(counted_by(card, judged, who.districts[0], day_in_india(now)))
        write = insert(StudyCount).values(**key, answered=1)
        more = {"answered": StudyCount.answered + 1}
        session.execute(write.on_conflict_do_update(index_elements=list(key), set_=more))
    return judged


def count_study_answers(
    session: Session, districts: Sequence[int], since: date, until: date
) -> Mapping[int, StudyAnswers]:
    """District → what is told of its answers from one month on and before another; both are a month's first day."""
    sums = select(StudyCount.district_code, StudyCount.passed, func.sum(StudyCount.answered))
    wanted = sums.where(StudyCount.district_code.in_(districts), StudyCount.month >= since, StudyCount.month < until)
    totals = dict.fromkeys(districts, (0, 0))
    for code, passed, answered in session.execute(wanted.group_by(StudyCount.district_code, StudyCount.passed)):
        answered_before, passed_before = totals[code]
        totals[code] = (answered_before + answered, passed_before + answered * passed)
    return {code: StudyAnswers.of(*counts) for code, counts in totals.items()}
