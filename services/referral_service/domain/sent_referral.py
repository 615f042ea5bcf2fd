"""Read model of a referrer: a referral as its sender may know it, and no field for more.

Why: every answer to an officer, and to prison health staff, is made from a `SentReferral`, which is built from what was
sent and the small rows of the own side. Promises: pure; it has no field that an act of the person could change; after
90 days from submission there is none at all, whatever happened. When not to use it: to decide transitions
(`lifecycle.py`), or for how the view moves (`referrer_view.py`). Source: docs/privacy.md, rules 1, 2 and 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from referral_service.domain.lifecycle import allowed
from referral_service.domain.referrer_view import STATUS_BY_VIEW, View
from referral_service.domain.transition_guards import KnownFacts


class WhatFollows(StrEnum):
    """What becomes of a referral that nobody took, as its sender is told."""

    COORDINATOR_LOOKS = "coordinator_looks"
    COORDINATOR_HAS_IT = "coordinator_has_it"
    NOTHING_MORE = "nothing_more"


@dataclass(frozen=True)
class SentReferral:
    """A referral as its sender may know it. `version` is the ETag; `changed_at` is when the view moved.

    `shared_with_team`: the prison's health staff see it, too; `sent_by_reader` tells the sender from a colleague.
    `release_ticked`: leaves soon, on a day that nobody has said; `transferred`: to another prison.
    """

    id: UUID
    reference: str
    state: View
    reason: str | None
    version: int
    changed_at: datetime
    submitted_at: datetime
    setting: str
    district: int
    needs: Sequence[str]
    service_id: UUID | None
    candidates: Sequence[UUID]
    priority: str
    another_service: bool
    open_question: str | None = None
    appointment_at: datetime | None = None
    has_custody_row: bool = False
    release_on: date | None = None
    in_custody: bool = False
    release_ticked: bool = False
    transferred: bool = False
    shared_with_team: bool = False
    sent_by_reader: bool = True

    @property
    def known_facts(self) -> KnownFacts:
        """What its reader's requests are judged by: the own rows and nothing else (rule 1)."""
        return KnownFacts(
            STATUS_BY_VIEW[self.state],
            view=self.state,
            question_open=self.open_question is not None,
            in_custody=self.in_custody,
            sent_by_reader=self.sent_by_reader,
        )

    @property
    def asked_services(self) -> Sequence[UUID]:
        """The services that it was sent to, in the order given."""
        return self.candidates if self.service_id is None else [self.service_id]

    @property
    def has_ended_without_help(self) -> bool:
        """Whether nobody took it: then helplines stand beside it."""
        return self.state in {View.NOT_TAKEN, View.NOT_ANSWERED}

    @property
    def names_other_services(self) -> bool:
        """Whether those are named who may help instead: the service said that it cannot."""
        return self.state is View.NOT_TAKEN

    @property
    def what_follows(self) -> WhatFollows | None:
        """Where nobody took it: the coordinator's, if another service may be asked, else nothing; one or several asked.

        None of one that goes on, and of one that was declined where the person agreed to no other: others are named.
        """
        if not self.has_ended_without_help:
            return None
        is_declined = self.state is View.NOT_TAKEN
        if self.another_service:
            return WhatFollows.COORDINATOR_LOOKS if is_declined else WhatFollows.COORDINATOR_HAS_IT
        return None if is_declined else WhatFollows.NOTHING_MORE

    def actions(self, role: str) -> tuple[str, ...]:
        """The events that the reader may do now."""
        return allowed(self.known_facts, (role,))
