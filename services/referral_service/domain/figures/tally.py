"""Tally of figures: what is counted of a submission, of a move of the referrer's row, and of a provider's act.

Why: figures are counted as things happen, so that neither a withdrawal, an erasure nor retention changes them later;
nothing is read back from a referral. Promises: pure; a tally has a month, a district and a word, never a referral, a
day or a unit; words about the person are bytes of one length, to be sealed. What is counted of a submission and of its
answers belongs to the month of submission, what a provider does to the month in which it is done. When not to use it:
for unmet needs where no person is named (`answer_rows` of `store/figure_tally.py`); nor for which needs those are:
`unmet` of `domain/matching/eligibility.py`, asked by `use_cases/figures/find_unmet_needs.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from referral_service.domain.child_path import UNDER_18
from referral_service.domain.priority import URGENT
from referral_service.domain.referrer_view import View
from referral_service.domain.status import Status
from referral_service.domain.submission import Person
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transitions import Transition
from setu.india import day_in_india
from setu.needs import BY_CODE, MOST_NEEDS

_CONSENT = {"card_only": "only_card", "no": "declined"}
_BY_THE_SERVICE = frozenset({View.OPENED, View.ACCEPTED, View.NOT_TAKEN})
_MOVES = {
    View.ACCEPTED: "accepted",
    View.NOT_TAKEN: "not_taken",
    View.NOT_ANSWERED: "not_answered",
    View.WITHDRAWN: "withdrawn",
}
_LENGTH = len("women children") + MOST_NEEDS * max(len(f" {code}") for code in BY_CODE)
_A_DAY, _FOUR_HOURS, _BEFORE_RELEASE = timedelta(days=1), timedelta(hours=4), timedelta(days=14)


@dataclass(frozen=True)
class Tallied:
    """One count. `minutes` from submission to the first answer, where it is one."""

    counted: str
    minutes: int | None = None


@dataclass(frozen=True)
class OfPerson:
    """Words that count one person, and codes of this person's unmet needs."""

    words: Sequence[str] = ()
    unmet: Sequence[str] = ()


def tally_answer(answer: str) -> Tallied:
    """Of a consent that was not a yes."""
    return Tallied(_CONSENT[answer])


def tally_submission(task: TaskView) -> Sequence[Tallied]:
    """Of a referral that was sent just now, of what stands open in it."""
    release_on = task.release_on if task.setting == "prison" else None
    counted = {
        "sent": True,
        "urgent": task.priority == URGENT,
        "prison_dated": release_on is not None,
        "prison_14_days": release_on is not None and release_on - day_in_india(task.submitted_at) >= _BEFORE_RELEASE,
    }
    return [Tallied(name) for name, holds in counted.items() if holds]


def tally_person(person: Person | None, unmet: Sequence[str]) -> bytes:
    """Of what is sealed in a referral, in UTF-8, padded, so that the length tells nothing.

    `unmet`: codes of needs that no service met, which may follow from gender or age; without a person, of a search.
    """
    counted = {"women": person.gender == "woman", "children": person.age_band == UNDER_18} if person else {}
    words = [*(name for name, holds in counted.items() if holds), *unmet]
    return " ".join(words).ljust(_LENGTH).encode()


def read_tally(told: bytes) -> OfPerson:
    """What `tally_person` told."""
    words = told.decode().split()
    return OfPerson([word for word in words if word not in BY_CODE], [word for word in words if word in BY_CODE])


def tally_view_move(state: View, *, first: bool, urgent: bool, waited: timedelta) -> Sequence[Tallied]:
    """Of the referrer's row that has moved; `first`: out of `sent`. `waited`: since submission."""
    counted = [Tallied(_MOVES[state])] if state in _MOVES else []
    if first and state in _BY_THE_SERVICE:
        counted.append(Tallied("opened", int(waited.total_seconds() // 60)))
        if waited <= _A_DAY:
            counted.append(Tallied("answered_24_hours"))
        if urgent and waited <= _FOUR_HOURS:
            counted.append(Tallied("urgent_4_hours"))
    return counted


def tally_work(row: Transition, before: TaskView, after: TaskView, body: TransitionBody) -> Sequence[Tallied]:
    """Of an act behind the wall. A person was reached once a referral, though it be told only by its closing."""
    reached = row.event == "start" or (row.event == "complete" and before.first_contact is None)
    counted = {
        "reached": reached,
        "failed": after.status is Status.FAILED and before.status is not Status.FAILED,
        "no_capacity": row.event == "decline" and body.reason == "no_capacity",
        "settled": row.event == "settle",
    }
    return [Tallied(name) for name, holds in counted.items() if holds]


OF_A_FORWARD = Tallied("forwarded")
