"""Tell a person what is kept, and correct it: in person, spoken, by a case worker who met that person before.

Why: rule 13; DPDP Act 2023 s.11 and 12. Promises: the same rule opens it as on the referral's page; each is a line on
the data officers' list, with its day alone and nothing that leads to the referral or to a line of the log; a correction
replaces what was sealed under the same key, so nothing of before is left, names what it saw, so that none is lost and
none done twice, also where another team of the chain puts something right, and is what later forwards are matched by.
Nothing of the referrer's side is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import DeskRequest, Kind
from referral_service.domain.desk.in_person import met_before, needs_to_correct
from referral_service.domain.identity import Identity
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.submission import Contact
from referral_service.domain.task_view import TaskView
from referral_service.domain.trial import person_faults
from referral_service.outside.codes import new_desk_number
from referral_service.store import task_history, tasks
from referral_service.store.desk import desk_requests
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.sealed_identities import (
    Sealed,
    find_sealed,
    lock_chain_and_find_last_sealed,
    replace_identity,
)
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.read_identity import find_open_task
from referral_service.use_cases.seal_identity import reseal_identity, unseal
from service_kit.db import audit
from service_kit.errors import FieldError, Gone, Invalid, Stale
from service_kit.identity import Principal
from setu.districts import STATE_OF_DISTRICT, districts_of_region, region_of_state
from setu.india import day_in_india, midnight_in_india

GIVEN = {Kind.ACCESS: "spoken", Kind.CORRECTION: "corrected"}
NOBODY = UUID(int=0)
"""Who wrote the line down: the worker's account and the day would find its line in the log, too."""


@dataclass(frozen=True)
class Correction:
    """What the person says is right. A language of None: as it was; of `person_rules.py` and `setu.needs` the codes."""

    name: str | None
    contact: Contact
    language: str | None
    gender: str | None
    preferences: Sequence[str]
    needs: Sequence[str]

    def of(self, identity: Identity) -> Identity:
        """The identity, put right."""
        return replace(
            identity,
            name=self.name,
            contact=self.contact,
            language=self.language or identity.language,
            gender=self.gender,
            preferences=tuple(self.preferences),
        )


def check_met(session: Session, worker: Principal, referral_id: UUID, now: datetime) -> TaskView:
    """The referral of a person whom this case worker met before. Raises NotFound, NotOpened, Gone, NotAllowed."""
    task = find_open_task(session, worker, referral_id, now)
    if not met_before(task_history.attempts(session, referral_id), worker.account, now):
        raise NotAllowed("Only a case worker who met this person on an earlier day.")
    return task


@dataclass(frozen=True)
class SealedCopies:
    """What is sealed of this record, and the newest of its chain, which another team may have put right since."""

    own: Sealed
    newest: Sealed

    @property
    def version(self) -> str:
        """Another after each correction, whichever record of the chain it was made on; before the first it is empty."""
        return "" if self.newest.corrected_at is None else self.newest.corrected_at.isoformat()

    @property
    def is_behind(self) -> bool:
        """Whether another team put something right that does not stand here."""
        return self.own.right_since < self.newest.right_since


def find_copies(session: Session, task: TaskView) -> SealedCopies:
    """Takes the chain's records in hand in turn, this one last. Raises Gone."""
    last = lock_chain_and_find_last_sealed(session, task.root_id)
    lock_for_update(session, task.id)
    own = find_sealed(session, task.id)
    if last is None or own is None:
        raise Gone
    return SealedCopies(own, last[1])


def record_access(
    session: Session, worker: Principal, referral_id: UUID, *, line_id: UUID, dependencies: Dependencies, now: datetime
) -> None:
    """The person was told what is kept. Raises as `check_met` does."""
    task = _in_hand(session, worker, referral_id, now)
    _record(session, worker, task, Kind.ACCESS, line_id, dependencies, now)


def correct_identity(
    session: Session,
    worker: Principal,
    referral_id: UUID,
    right: Correction,
    *,
    seen: str,
    line_id: UUID,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """Put right what the person says is wrong; what is so already is no correction, as at a double press.

    `seen` is the version of what is put right. Raises as `check_met` does, Stale, Gone, Invalid, CannotOpen.
    """
    task = _in_hand(session, worker, referral_id, now)
    copies = find_copies(session, task)
    found = copies.own
    identity = unseal(dependencies.keyring, found.key, referral_id, found.sealed)
    _check_may_stand(task, right, dependencies)
    corrected, same_needs = right.of(identity), set(right.needs) == set(task.needs or ())
    if same_needs and corrected.says_the_same_as(identity):
        return
    if seen != copies.version:
        raise Stale
    sealed = reseal_identity(found, referral_id, corrected, right.needs, dependencies, now)
    replace_identity(session, referral_id, sealed)
    if not same_needs:
        tasks.change_task(session, task, replace(task, needs=tuple(right.needs), version=task.version + 1))
    _record(session, worker, task, Kind.CORRECTION, line_id, dependencies, now)


def _check_may_stand(task: TaskView, right: Correction, dependencies: Dependencies) -> None:
    if not set(right.needs) <= set(needs_to_correct(child_path=task.child_path)):
        raise Invalid(FieldError("needs", "One of these cannot be chosen here."))
    if dependencies.trial and (faults := [*person_faults(right.name, right.contact.value)]):
        raise Invalid(*(FieldError(field, wrong) for field, wrong in faults))


def _in_hand(session: Session, worker: Principal, referral_id: UUID, now: datetime) -> TaskView:
    """Ordered after whoever takes the consent back."""
    task = check_met(session, worker, referral_id, now)
    if task.root_id != referral_id:
        lock_for_update(session, task.root_id)
    lock_for_update(session, referral_id)
    return check_met(session, worker, referral_id, now)


def _record(
    session: Session,
    worker: Principal,
    task: TaskView,
    kind: Kind,
    line_id: UUID,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    ids, state = dependencies.ids, STATE_OF_DISTRICT[task.district]
    day = midnight_in_india(day_in_india(now))  # a moment, or an id made of one, would find its line
    line = DeskRequest(
        line_id, new_desk_number(ids), kind, state, day, NOBODY, None, given=[GIVEN[kind]], closed_at=day
    )
    desk_requests.add_request(session, line, districts_of_region(region_of_state(state)))
    task_history.note_event(session, task.id, str(kind), now)
    audit.record(session, f"referral.{kind}", ("referral", task.id), worker, now)
