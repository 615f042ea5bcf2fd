"""Read model of a receiver: a referral as a case worker, a candidate or a coordinator may know it, and nothing more.

Why: every answer to a provider is made from a `TaskView`, and every act behind the wall judges and changes one.
Promises: pure; it never holds the sender's account, nor a name or a way to reach the person. When not to use it: to
decide transitions (`lifecycle.py`), also those of a ghost (`on_ghost` in `transitions.py`); for what goes back to the
sender (`sent_referral.py`). Source: docs/privacy.md, rules 1, 5 and 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from referral_service.domain.clocks import NOTHING_DUE, Clock
from referral_service.domain.identity_access import may_open_identity
from referral_service.domain.lifecycle import allowed
from referral_service.domain.referrer_view import View
from referral_service.domain.status import CLOSED_ANSWER_ANYWAY, INFO_REQUESTED, Status, answer_is_due_anyway
from referral_service.domain.transition_guards import KnownFacts
from setu import roles


@dataclass(frozen=True)
class TaskView:
    """A referral as its receiver may know it; as a candidate or a coordinator, without needs where consent is gone.

    The fields are the columns of `task` but for the sender's account; the defaults are those of a task not yet asked.
    """

    id: UUID
    root_id: UUID
    reference: str
    sender_organization: UUID
    sender_role: str
    setting: str
    district: int
    needs: Sequence[str] | None
    priority: str
    another_service: bool
    submitted_at: datetime
    touched_at: datetime
    status: Status = Status.REQUESTED
    version: int = 1
    ended_as: Status | None = None
    ghost: bool = False
    business_status: str | None = None
    reason: str | None = None
    outcome: str | None = None
    organization_id: UUID | None = None
    service_id: UUID | None = None
    candidate_organizations: Sequence[UUID] = ()
    candidate_services: Sequence[UUID] = ()
    declined_organizations: Sequence[UUID] = ()
    unnamed: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    untouched_told_at: datetime | None = None
    first_contact: date | None = None
    clock: str = Clock.NONE
    due: datetime = NOTHING_DUE
    ack_due: datetime | None = None
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    expire_at: datetime | None = None
    decision_due: datetime | None = None
    paused_at: datetime | None = None
    contact_due: datetime | None = None
    review_on: date | None = None
    forward_asked_at: datetime | None = None
    forwarded_to: UUID | None = None
    forwarded_from: UUID | None = None
    assigned_to: UUID | None = None
    card_shown_at: datetime | None = None
    appointment_at: datetime | None = None
    prison_id: UUID | None = None
    release_on: date | None = None
    release_said_at: datetime | None = None
    urgent_otherwise: bool = False
    coordinator_due: datetime | None = None
    settled_at: datetime | None = None
    settled_as: str | None = None
    said_yes_on: date | None = None
    said_yes_by: str | None = None
    void_asked_at: datetime | None = None
    void_asked_for: str | None = None
    child_path: bool = False
    child_due: datetime | None = None
    child_told_at: datetime | None = None

    @property
    def told_status(self) -> Status:
        """The FHIR status as it is told: a ghost's is cancelled or entered-in-error."""
        return self.ended_as or self.status

    @property
    def told_business_status(self) -> str | None:
        """`closed-answer-anyway` for a ghost that still waits for an answer."""
        if self.ghost:
            return CLOSED_ANSWER_ANYWAY if self.answer_anyway else None
        return self.business_status

    @property
    def answer_anyway(self) -> bool:
        """Whether it was closed behind the wall and still waits for an answer (rule 1)."""
        return answer_is_due_anyway(self.status, ghost=self.ghost)

    @property
    def unclaimed(self) -> bool:
        """Whether candidates have it and none holds it."""
        return self.organization_id is None

    @property
    def receivers(self) -> tuple[UUID, ...]:
        """The organisations that hear of it: the holder, or every candidate that is left."""
        if self.organization_id is not None:
            return (self.organization_id,)
        return tuple(dict.fromkeys(self.candidate_organizations))

    @property
    def asked_organizations(self) -> frozenset[UUID]:
        """Every provider that has, or had, this record."""
        return frozenset({*self.candidate_organizations, *self.declined_organizations, *self.receivers})

    @property
    def opened(self) -> bool:
        """Whether a service has opened it, or answered it unopened."""
        return self.opened_at is not None or self.status not in {Status.REQUESTED, Status.CANCELLED}

    @property
    def identity_open(self) -> bool:
        """Whether its holder may open the identity."""
        return may_open_identity(
            self.status,
            is_held=not self.unclaimed,
            is_ghost=self.ghost,
            was_forwarded=self.forwarded_from is not None,
            opened=self.opened,
            card_shown=self.card_shown_at is not None,
        )

    def is_seen_by_candidate(self, role: str) -> bool:
        """Whether this role sees it as a candidate: district, needs and priority alone, until one has claimed it."""
        return role == roles.CASE_WORKER and self.unclaimed

    def tells_needs_to(self, role: str) -> bool:
        """Whether this role reads what the person needs: a coordinator never does."""
        return role == roles.CASE_WORKER

    def tells_reason_to(self, role: str) -> bool:
        """Whether this role reads why it ended: of what failed the provider's alone, since that is about the person."""
        return not self.ghost and (role == roles.CASE_WORKER or self.status is not Status.FAILED)

    def due_for(self, role: str) -> datetime:
        """When this role should act on it: a coordinator on what has ended and waits for a hand, too."""
        return self.due if role == roles.CASE_WORKER else self.coordinator_due or self.due

    def known_facts(self, organization: UUID, view: View | None) -> KnownFacts:
        """What a request of this organisation is judged by; `view` is the referrer's row where there still is one."""
        return KnownFacts(
            status=self.status,
            view=view,
            ghost=self.ghost,
            voided=self.ended_as is Status.ENTERED_IN_ERROR,
            unclaimed=self.unclaimed,
            others_left=any(other != organization for other in self.candidate_organizations),
            sender_role=self.sender_role,
            transferred=self.prison_id not in {None, self.sender_organization},
            question_open=self.business_status == INFO_REQUESTED,
            another_service=self.another_service and not self.ghost,
            forwarded=self.forwarded_to is not None,
            forward_asked=self.forward_asked_at is not None,
            reason=self.reason,
            opened=self.opened,
            identity_open=self.identity_open,
            contacted=self.first_contact is not None,
            settled=self.settled_at is not None,
            void_asked=self.void_asked_at is not None,
        )

    def actions(self, organization: UUID, role: str) -> tuple[str, ...]:
        """The events that this role of this organisation may do now."""
        return allowed(self.known_facts(organization, None), (role,))
