"""Response schemas of a referral: one function and one schema for each kind of reader, and no other writer.

Why: the wall shows in one place what an officer gets. `sent_shape` takes a `SentReferral` and can therefore say nothing
that an act of the person changed. Times are RFC 3339 in UTC.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from referral_service.api.card_shape import CardSchema
from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.status import CLOSED_ANSWER_ANYWAY
from referral_service.domain.task_view import TaskView
from referral_service.domain.team_referral import TeamReferral
from setu.roles import CASE_WORKER, CUSTODY_HEALTH


class ReferralSchema(Schema):
    """A referral as its reader may know it: the first fields for all, then referrers', then providers'."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    version = fields.Integer(required=True)
    submitted_at = fields.DateTime(required=True)
    district = fields.Integer(required=True)
    needs = fields.List(fields.String(), required=True, allow_none=True)
    priority = fields.String(required=True)
    reason = fields.String(allow_none=True)
    setting = fields.String(allow_none=True)
    service_id = fields.UUID(allow_none=True)
    state = fields.String(metadata={"description": "referrers: sent, opened, accepted, not_taken, …"})
    changed_at = fields.DateTime(metadata={"description": "referrers"})
    open_question = fields.String(allow_none=True, metadata={"description": "custody_health"})
    appointment_at = fields.DateTime(allow_none=True, metadata={"description": "custody_health, and the holder's next"})
    expected_release = fields.Date(allow_none=True, metadata={"description": "custody_health, and the holder"})
    in_custody = fields.Boolean(
        metadata={"description": "custody_health: neither transferred nor past the day of release"}
    )
    sent_by_me = fields.Boolean(
        metadata={"description": "custody_health: false for a colleague's, which the team shares"}
    )
    card = fields.Nested(
        CardSchema, allow_none=True, metadata={"description": "in the first answer to a submission: whom to call"}
    )
    card_code = fields.String(allow_none=True, metadata={"description": "in the first answer to a submission"})
    status = fields.String(metadata={"description": "providers: the FHIR R4 Task status"})
    business_status = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    another_service = fields.Boolean()
    unclaimed = fields.Boolean()
    ack_due = fields.DateTime(allow_none=True)
    decision_due = fields.DateTime(allow_none=True)
    contact_due = fields.DateTime(allow_none=True)
    review_on = fields.Date(allow_none=True)
    opened_at = fields.DateTime(allow_none=True)
    first_contact = fields.Date(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)
    forwarded = fields.Boolean()
    assigned_to = fields.UUID(allow_none=True, metadata={"description": "the account of the case worker who owns it"})
    due = fields.DateTime(allow_none=True, metadata={"description": "when the reader should act on it"})
    identity_open = fields.Boolean(metadata={"description": "the holder may look at the identity and the notes"})
    prison_id = fields.UUID(allow_none=True, metadata={"description": "the holder: where the person is, or was"})
    forward_asked = fields.Boolean(metadata={"description": "a case worker asks for another service"})
    void_asked_for = fields.String(allow_none=True, metadata={"description": "a case worker's word, as a reason"})
    settled_as = fields.String(allow_none=True)
    child_path = fields.Boolean(
        metadata={"description": "providers: under 18, or a service for children was asked for"}
    )
    possibly_same_as = fields.List(
        fields.String(),
        metadata={"description": "the holder's own references, same number; empty until the identity may be opened"},
    )


class ReferralPageSchema(Schema):
    """One page of a list; `next` is the address of the following page."""

    items = fields.List(fields.Nested(ReferralSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ActionsSchema(Schema):
    """The events that the reader may do now."""

    actions = fields.List(fields.String(), required=True)


class IdentitySchema(Schema):
    """What was sealed at submission."""

    name = fields.String(required=True, allow_none=True)
    contact = fields.Dict(required=True)
    language = fields.String(required=True)
    gender = fields.String(required=True, allow_none=True)
    age_band = fields.String(required=True)
    preferences = fields.List(fields.String(), required=True)
    urgent = fields.List(fields.String(), required=True)
    notes = fields.String(required=True, allow_none=True)
    expected_release = fields.Date(required=True, allow_none=True)
    consent = fields.Dict(required=True)


def sent_shape(sent: SentReferral, role: str) -> dict[str, Any]:
    """To an officer; prison health staff get their second row too."""
    shape = {
        "id": str(sent.id),
        "reference": sent.reference,
        "state": str(sent.state),
        "reason": sent.reason,
        "version": sent.version,
        "changed_at": moment(sent.changed_at),
        "submitted_at": moment(sent.submitted_at),
        "setting": sent.setting,
        "district": sent.district,
        "needs": list(sent.needs),
        "service_id": _id(sent.service_id),
        "priority": sent.priority,
    }
    if role == CUSTODY_HEALTH:
        shape |= {
            "open_question": sent.open_question,
            "appointment_at": moment(sent.appointment_at),
            "expected_release": _day(sent.release_on),
            "in_custody": sent.in_custody,
            "sent_by_me": sent.sent_by_reader,
        }
    return shape


def task_shape(task: TaskView, role: str) -> dict[str, Any]:
    """To a provider or a coordinator. A candidate sees district, needs and priority until it has claimed.

    A coordinating body learns that it ended, and a service's own reason; what the person needs, the service that was
    asked for it, and what became of it is the provider's.
    """
    candidate = task.is_seen_by_candidate(role)
    return {
        "id": str(task.id),
        "reference": task.reference,
        "status": str(task.told_status),
        "business_status": task.told_business_status,
        "version": task.version,
        "needs": list(task.needs) if task.needs is not None and task.tells_needs_to(role) else None,
        "district": task.district,
        "priority": task.priority,
        "submitted_at": moment(task.submitted_at),
        "ack_due": moment(task.ack_due),
        "decision_due": moment(task.decision_due),
        "contact_due": moment(task.contact_due),
        "review_on": _day(task.review_on),
        "setting": None if candidate else task.setting,
        "service_id": _id(task.service_id) if role == CASE_WORKER and not task.ghost else None,
        "reason": task.reason if task.tells_reason_to(role) else None,
        "outcome": task.outcome if role == CASE_WORKER else None,
        "another_service": task.another_service,
        "unclaimed": task.unclaimed,
        "opened_at": None if candidate else moment(task.opened_at),
        "first_contact": _day(task.first_contact) if role == CASE_WORKER else None,
        "closed_at": moment(task.closed_at),
        "forwarded": task.forwarded_to is not None,
        "due": _due(task.due_for(role)),
        "forward_asked": task.forward_asked_at is not None,
        "void_asked_for": task.void_asked_for,
        "settled_as": task.settled_as,
        **({"child_path": task.child_path and not task.ghost} if role == CASE_WORKER else {}),
        **(_for_the_holder(task) if role == CASE_WORKER and not candidate else {}),
    }


def _for_the_holder(task: TaskView) -> dict[str, Any]:
    """What belongs to the work with the person: gone with the consent, but for the team's own order."""
    return {
        "assigned_to": _id(task.assigned_to),
        "identity_open": task.identity_open,
        "appointment_at": moment(task.appointment_at),
        "expected_release": None if task.ghost else _day(task.release_on),
        "prison_id": None if task.ghost else _id(task.prison_id),
    }


def team_shape(referral: TeamReferral) -> dict[str, Any]:
    """To the provider's manager: reference, status, due time and owner."""
    return {
        "id": str(referral.id),
        "reference": referral.reference,
        "status": str(referral.told_status),
        "business_status": CLOSED_ANSWER_ANYWAY if referral.answer_anyway else None,
        "version": referral.version,
        "district": referral.district,
        "priority": referral.priority,
        "needs": None,
        "submitted_at": moment(referral.submitted_at),
        "opened_at": moment(referral.opened_at),
        "closed_at": moment(referral.closed_at),
        "due": _due(referral.due),
        "unclaimed": referral.unclaimed,
        "assigned_to": _id(referral.assigned_to),
    }


def shape_of(found: SentReferral | TaskView | TeamReferral, role: str) -> dict[str, Any]:
    """As the reader's side of the wall may know it."""
    if isinstance(found, SentReferral):
        return sent_shape(found, role)
    return team_shape(found) if isinstance(found, TeamReferral) else task_shape(found, role)


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _due(at: datetime) -> str | None:
    return None if at == NOTHING_DUE else moment(at)


def _id(key: UUID | None) -> str | None:
    return None if key is None else str(key)
