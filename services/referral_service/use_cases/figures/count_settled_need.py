"""Count the needs of a referral that a coordinator settles since no service exists for them: each of them is unmet.

Why: who looked for a service by hand knows of a lack that no search shows. Promises: counted by need, district and
setting, nothing of a person; told behind the wall alone (`SETTLED_NEED` of `domain/figures/behind_the_wall.py`), and
the coordinator who settles learns no need of it. When not to use it: for what a search or a submission finds unmet
(`count_unmet_search.py`, `use_cases/submit_referral.py`).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.reasons_and_outcomes import NO_SERVICE_EXISTS
from referral_service.domain.task_view import TaskView
from referral_service.store.figure_tally import SETTLED_UNMET, answer_rows
from referral_service.store.rows import insert_rows
from setu.india import day_in_india


def count_settled_need(session: Session, task: TaskView, reason: str | None, now: datetime) -> None:
    """Nothing is counted of what is settled for another reason."""
    if reason != NO_SERVICE_EXISTS:
        return
    rows = answer_rows(
        day_in_india(now), SETTLED_UNMET, needs=task.needs or (), district=task.district, setting=task.setting
    )
    insert_rows(session, rows)
