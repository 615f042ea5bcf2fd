"""New referral: what a submission makes on each side of the wall, as values.

Why: one day and one set of flags make the priority on both sides. Promises: pure; days are days in India, times aware
and in UTC. When not to use it: for a forwarded record, which has no referrer's side (`use_cases/forward_referral.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.consent_texts import names_the_team
from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.effects import new_task
from referral_service.domain.listed_service import ListedService
from referral_service.domain.release_date import FOLLOW_THE_DATE, RELEASE_TODAY, priority_now, urgent_otherwise
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.submission import Person, Submission
from referral_service.domain.task_view import TaskView
from referral_service.domain.vocabulary import View
from setu.india import day_in_india
from setu.roles import CUSTODY_HEALTH


@dataclass(frozen=True)
class Sender:
    """Who sends: the unit, the role in it; `prison_id` is the unit where it is a prison."""

    organization: UUID
    role: str
    prison_id: UUID | None

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


@dataclass(frozen=True)
class _Release:
    """What the release date, or a flag that no date stands behind (`ticked`), makes of the priority."""

    day: date | None
    urgent_otherwise: bool
    ticked: bool
    priority: str


def both_sides(
    submission: Submission,
    person: Person,
    sender: Sender,
    receivers: Sequence[ListedService],
    *,
    new_id: UUID,
    reference: str,
    child_path: bool,
    at: Circumstances,
) -> BothSides:
    """The rows of a new referral that these services are asked to take."""
    release = _release(submission, person, day_in_india(at.now))
    sent = _sent(submission, sender, release, new_id=new_id, reference=reference, at=at)
    custody = _custody_row(release) if sender.is_health_staff else None
    unasked = _unasked(sent, sender, release, child_path=child_path)
    return BothSides(sent, new_task(unasked, receivers, direct=sent.service_id is not None, at=at), custody)


def _release(submission: Submission, person: Person, today: date) -> _Release:
    flags = set(submission.urgent)
    day = submission.expected_release or (today if RELEASE_TODAY in flags else None)
    otherwise = urgent_otherwise(flags, person.age_band)
    ticked = day is None and bool(flags & FOLLOW_THE_DATE)
    return _Release(day, otherwise, ticked, priority_now(otherwise or ticked, day, today))


def _sent(
    submission: Submission, sender: Sender, release: _Release, *, new_id: UUID, reference: str, at: Circumstances
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


def _custody_row(release: _Release) -> CustodyRow:
    return CustodyRow(
        open_question=None,
        appointment_at=None,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        release_ticked=release.ticked,
        ended_at=None,
        version=0,
    )


def _unasked(sent: SentReferral, sender: Sender, release: _Release, *, child_path: bool) -> TaskView:
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
