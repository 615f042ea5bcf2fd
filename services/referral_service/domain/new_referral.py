"""New referral: what a submission makes on each side of the wall, as values.

Why: one day and one set of flags make the priority on both sides. Promises: pure; days are days in India, times aware
and in UTC. When not to use it: for a forwarded record, which has no referrer's side (`use_cases/forward_referral.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.consent.consent_texts import names_the_team
from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.effects import new_task
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import Wanted
from referral_service.domain.priority import Release, release_of
from referral_service.domain.referrer_view import View
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.submission import Submission
from referral_service.domain.task_view import TaskView
from setu.india import day_in_india
from setu.roles import CUSTODY_HEALTH, PRISON


@dataclass(frozen=True)
class Sender:
    """Who sends: the unit, its kind, and the role in it."""

    organization: UUID
    organization_kind: str
    role: str

    @property
    def prison_id(self) -> UUID | None:
        """The unit, where it is a prison."""
        return self.organization if self.organization_kind == PRISON else None

    @property
    def is_health_staff(self) -> bool:
        """Prison health staff have a row of their own, and may share it with their team."""
        return self.role == CUSTODY_HEALTH


@dataclass(frozen=True)
class BothSides:
    """The referrer's side, the provider's, and the row of prison health staff."""

    sent: SentReferral
    task: TaskView
    custody: CustodyRow | None


def both_sides(
    submission: Submission,
    wanted: Wanted,
    sender: Sender,
    receivers: Sequence[ListedService],
    *,
    new_id: UUID,
    reference: str,
    at: Circumstances,
) -> BothSides:
    """The rows of a new referral that these services are asked to take; `wanted` is by what they were judged."""
    release = release_of(submission.expected_release, submission.urgent, wanted.age_band, day_in_india(at.now))
    sent = _sent(submission, sender, release, new_id=new_id, reference=reference, at=at)
    custody = _custody_row(release) if sender.is_health_staff else None
    unasked = _unasked(sent, sender, release, child_path=wanted.child_path)
    return BothSides(sent, new_task(unasked, receivers, direct=sent.service_id is not None, at=at), custody)


def _sent(
    submission: Submission, sender: Sender, release: Release, *, new_id: UUID, reference: str, at: Circumstances
) -> SentReferral:
    return SentReferral(
        id=new_id,
        reference=reference,
        state=View.SENT,
        reason=None,
        version=1,
        changed_at=at.now,
        submitted_at=at.now,
        setting=submission.setting,
        district=submission.district,
        needs=submission.needs,
        service_id=submission.service_id,
        candidates=submission.candidates,
        priority=release.priority,
        another_service=submission.consent.another_service,
        has_custody_row=sender.is_health_staff,
        release_on=release.day if sender.is_health_staff else None,
        in_custody=sender.is_health_staff,
        shared_with_team=sender.is_health_staff and names_the_team(submission.consent.version),
    )


def _custody_row(release: Release) -> CustodyRow:
    return CustodyRow(
        open_question=None,
        appointment_at=None,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        release_ticked=release.ticked,
        ended_at=None,
        version=0,
    )


def _unasked(sent: SentReferral, sender: Sender, release: Release, *, child_path: bool) -> TaskView:
    return TaskView(
        id=sent.id,
        root_id=sent.id,
        reference=sent.reference,
        sender_organization=sender.organization,
        sender_role=sender.role,
        setting=sent.setting,
        district=sent.district,
        needs=sent.needs,
        priority=sent.priority,
        another_service=sent.another_service,
        submitted_at=sent.submitted_at,
        touched_at=sent.submitted_at,
        prison_id=sender.prison_id,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        child_path=child_path,
    )
