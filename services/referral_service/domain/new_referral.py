"""New referral: the values that a submission makes on each side of the wall, before a service is asked.

Why: one day and one set of flags make the priority on both sides. Promises: pure; days are days in India, times aware
and in UTC. When not to use it: for a forwarded record, which has no referrer's side (`use_cases/forward_referral.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from referral_service.domain.consent_texts import names_the_team
from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.leaving import FOLLOW_THE_DATE, RELEASE_TODAY, priority_now, urgent_otherwise
from referral_service.domain.submission import Person, Submission
from referral_service.domain.vocabulary import View
from referral_service.domain.wall import SentReferral, TaskView
from setu.roles import CUSTODY_HEALTH


@dataclass(frozen=True)
class Release:
    """What the release date, or a flag that no date stands behind (`ticked`), makes of the priority."""

    day: date | None
    urgent_otherwise: bool
    ticked: bool
    priority: str


def release_of(submission: Submission, person: Person, today: date) -> Release:
    """The day that was said, or today where that was ticked."""
    flags = set(submission.urgent)
    day = submission.expected_release or (today if RELEASE_TODAY in flags else None)
    otherwise = urgent_otherwise(flags, person.age_band)
    ticked = day is None and bool(flags & FOLLOW_THE_DATE)
    return Release(day, otherwise, ticked, priority_now(otherwise or ticked, day, today))


def new_sent(
    submission: Submission, release: Release, *, new_id: UUID, reference: str, role: str, now: datetime
) -> SentReferral:
    """The referrer's side; `role` is the sender's, since prison health staff see more of their own."""
    from_health_staff = role == CUSTODY_HEALTH
    return SentReferral(
        id=new_id,
        reference=reference,
        state=View.SENT,
        reason=None,
        version=1,
        changed_at=now,
        submitted_at=now,
        setting=submission.setting,
        district=submission.district,
        needs=submission.needs,
        service_id=submission.service_id,
        candidates=submission.candidates,
        priority=release.priority,
        another_service=submission.consent.another_service,
        has_custody_row=from_health_staff,
        release_on=release.day if from_health_staff else None,
        in_custody=from_health_staff,
        shared_with_team=from_health_staff and names_the_team(submission.consent.version),
    )


def new_custody_row(release: Release) -> CustodyRow:
    """The row of prison health staff, on which nothing has been asked and nothing is agreed."""
    return CustodyRow(
        open_question=None,
        appointment_at=None,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        release_ticked=release.ticked,
        ended_at=None,
        version=0,
    )


def unasked_task(
    sent: SentReferral, release: Release, *, organization: UUID, role: str, prison_id: UUID | None, child_path: bool
) -> TaskView:
    """The provider's side of what `organization` sent in `role`; `effects.py: new_task` asks the services."""
    return TaskView(
        id=sent.id,
        root_id=sent.id,
        reference=sent.reference,
        sender_organization=organization,
        sender_role=role,
        setting=sent.setting,
        district=sent.district,
        needs=sent.needs,
        priority=sent.priority,
        another_service=sent.another_service,
        submitted_at=sent.submitted_at,
        touched_at=sent.submitted_at,
        prison_id=prison_id,
        release_on=release.day,
        urgent_otherwise=release.urgent_otherwise,
        child_path=child_path,
    )
