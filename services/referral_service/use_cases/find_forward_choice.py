"""Find who may be asked next: by all rules that exclude, over the services of the district and of its state.

Promises: providers that had a record of the chain are left out; without the referral's key nobody is found. Of other
districts a bounded number is read for naming, and for picking only what takes somebody for the need, where the own
district has nobody. When not to use it: to forward (`forward_referral.py` asks it again).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.forward_choice import MOST_NEARBY, POLICE_NEEDS, ForwardChoice, forward_choice, pick
from referral_service.domain.task_view import TaskView
from referral_service.store.directory import listed_for_needs, listed_in, listed_nearby
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.tasks import tasks_in_hand
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.read_matching_facts import read_matching_facts
from service_kit.identity import Principal
from setu.districts import districts_nearby


def find_forward_choice(
    session: Session, who: Principal, task: TaskView, *, dependencies: Dependencies, now: datetime
) -> ForwardChoice | None:
    """None where the person's key is gone. Holds the task until the transaction ends."""
    found = match_forward(session, who, task, dependencies=dependencies, now=now)
    return None if found is None else found[0]


def match_forward(
    session: Session, who: Principal, task: TaskView, *, dependencies: Dependencies, now: datetime
) -> tuple[ForwardChoice, frozenset[str]] | None:
    """The choice, and the needs that it was matched by, which no coordinator is told."""
    lock_for_update(session, task.root_id)
    asked = _asked(tasks_in_hand(session, task.root_id))
    facts = read_matching_facts(session, who, task, dependencies=dependencies, now=now)
    if facts is None:
        return None
    nearby = districts_nearby(task.district)
    wanted = facts.wanted(task.needs or (), task.district, task.setting, nearby)
    home = listed_in(session, task.district)
    others = listed_nearby(session, task.district, nearby, POLICE_NEEDS, MOST_NEARBY)
    picked = pick(home, wanted, now, asked=asked)
    if not picked:
        picked = pick(listed_for_needs(session, nearby, wanted.needs), wanted, now, asked=asked)
    return replace(forward_choice([*home, *others], wanted, now, asked=asked), picked=picked), wanted.needs


def _asked(chain: Sequence[TaskView]) -> frozenset[UUID]:
    return frozenset[UUID]().union(*(record.asked_organizations for record in chain))
