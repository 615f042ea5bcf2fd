"""Candidates of a referral: who is named as "any suitable service", the first to claim it has it, who declines leaves.

Why: names are read aloud before consent, so there are few; and one referral is never worked on by two teams. Promises:
pure. Who has not claimed it, once another has, finds it no more (404): it is looked up by the holder alone then
(`disjoint_relations` of `store/tasks.py`), again under the lock (`use_cases/act_on_task.py`). When not to use it: for
which acts claim or leave (`claims`, `drops` of `transitions.py`), or what a candidate sees before (`task_view.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from referral_service.domain.matching.eligibility import Wanted, for_women_alone
from referral_service.domain.matching.ranking import Match
from referral_service.domain.task_view import TaskView

MOST_CANDIDATES = 5
"""How many services may be asked at once, of which the first that takes it has it."""


def candidates(matches: Iterable[Match], wanted: Wanted) -> Sequence[Match]:
    """The best of each organisation, at most five, since names are read aloud.

    A service for women alone is among them only where a woman is meant: the gender is asked after the choice, and a
    man would have to choose again.
    """
    best: dict[object, Match] = {}
    for match in matches:
        if wanted.tells_gender or not for_women_alone(match.service):
            best.setdefault(match.service.organization, match)
    return list(best.values())[:MOST_CANDIDATES]


def claimed_by(task: TaskView, organization: UUID) -> TaskView:
    """The task of this candidate alone, which holds it with the service that was asked."""
    pairs = zip(task.candidate_organizations, task.candidate_services, strict=True)
    service_id = next((service for candidate, service in pairs if candidate == organization), None)
    return replace(task, organization_id=organization, service_id=service_id)


def without_candidate(task: TaskView, organization: UUID) -> TaskView:
    """The task of the candidates that are left, which nobody holds and nobody has opened."""
    pairs = zip(task.candidate_organizations, task.candidate_services, strict=True)
    left = [pair for pair in pairs if pair[0] != organization]
    return replace(
        task,
        organization_id=None,
        service_id=None,
        opened_at=None,
        assigned_to=None,
        card_shown_at=None,
        void_asked_at=None,
        void_asked_for=None,
        candidate_organizations=[organization for organization, _ in left],
        candidate_services=[service for _, service in left],
        declined_organizations=[*task.declined_organizations, organization],
    )
