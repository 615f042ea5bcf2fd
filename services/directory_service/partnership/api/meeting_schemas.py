"""Schemas of meetings: what comes in, typed at once, and what goes out."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, post_load, validate

from directory_service.partnership.api.visits import VisitOut, visit_document
from directory_service.partnership.domain import meetings as rules
from directory_service.partnership.domain.actions import ACTION_STATES, DROP_REASONS
from directory_service.partnership.domain.capacity import OfferedService
from directory_service.partnership.store.tables import AgendaItem, Meeting, MeetingAction, MinutesLine
from directory_service.partnership.use_cases.list_visits import DistrictVisits, DueVisit
from directory_service.partnership.use_cases.show_guest_meeting import GuestMeetingView
from directory_service.partnership.use_cases.show_meeting import MeetingView
from directory_service.partnership.use_cases.write_minutes import NewLine
from service_kit.cursor import LARGEST_PAGE, USUAL_PAGE

_PART = validate.Range(1, rules.LAST_PART)
_TEXT = validate.Length(1, rules.LONGEST_TEXT)


class MeetingsQuery(Schema):
    """Which part of the list."""

    limit = fields.Integer(
        load_default=USUAL_PAGE,
        validate=validate.Range(1, LARGEST_PAGE),
        metadata={"description": "Meetings on a page."},
    )
    cursor = fields.String(validate=validate.Length(1, 200), metadata={"description": "From `next` of the page before"})


class MeetingOut(Schema):
    """A meeting of a district (LGD code)."""

    id = fields.UUID(required=True)
    district = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(rules.STATES))
    version = fields.Integer(required=True)
    minutes_confirmed = fields.Boolean(required=True)


class MeetingsOut(Schema):
    """A page of meetings, the latest first."""

    items = fields.List(fields.Nested(MeetingOut), required=True)
    next = fields.String(required=True, allow_none=True)


class LineOut(Schema):
    """A line of the minutes."""

    id = fields.UUID(required=True)
    part = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(rules.LINE_KINDS))
    text = fields.String(required=True)
    version = fields.Integer(required=True)


class OfferOut(Schema):
    """A service for the district, as the public directory has it now. Not said: `accepting` empty, `places` null."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    provider = fields.String(required=True)
    accepting = fields.String(required=True)
    places = fields.Integer(required=True, allow_none=True)
    for_women = fields.Boolean(required=True)
    for_children = fields.Boolean(required=True)


class ActionOut(Schema):
    """What an organisation does by a day. `post` is a post there, never a person."""

    id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True)
    post = fields.String(required=True)
    text = fields.String(required=True)
    due = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ACTION_STATES))
    reason = fields.String(allow_none=True, validate=validate.OneOf(DROP_REASONS))
    version = fields.Integer(required=True)


class ItemOut(Schema):
    """What was proposed to talk about."""

    id = fields.UUID(required=True)
    part = fields.Integer(required=True)
    text = fields.String(required=True)
    organization_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(rules.ITEM_STATES))


class AttendanceOut(Schema):
    """How many people an organisation sent."""

    organization_id = fields.UUID(required=True)
    number = fields.Integer(required=True)


class DueVisitOut(Schema):
    """An agreement in force whose yearly visit is due on the meeting's day. `last_held`: null where none was."""

    agreement_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    provider_id = fields.UUID(required=True)
    last_held = fields.Date(required=True, allow_none=True)


class DistrictVisitsOut(Schema):
    """Visits ahead, agreed or only asked for, and those due; a unit or provider reads its own.

    `unanswered`: agreed, their day is over, and nobody said whether they were held.
    """

    agreed = fields.List(fields.Nested(VisitOut), required=True)
    unanswered = fields.List(fields.Nested(VisitOut), required=True)
    asked = fields.List(fields.Nested(VisitOut), required=True)
    due = fields.List(fields.Nested(DueVisitOut), required=True)


class WholeMeetingOut(MeetingOut):
    """A meeting with its agenda, attendance, minutes and actions.

    `offers` and `visits` are as of now: null once the meeting's day is over. `as_guest`: it is another district's, and
    the own organisation sits at its table: the agenda that was set and own actions are told, and nothing else.
    """

    as_guest = fields.Boolean(required=True)
    agenda = fields.List(fields.Nested(ItemOut), required=True)
    due_actions = fields.List(fields.Nested(ActionOut), required=True)
    offers = fields.List(fields.Nested(OfferOut), required=True, allow_none=True)
    visits = fields.Nested(DistrictVisitsOut, required=True, allow_none=True)
    attendance = fields.List(fields.Nested(AttendanceOut), required=True)
    minutes = fields.List(fields.Nested(LineOut), required=True)
    actions = fields.List(fields.Nested(ActionOut), required=True)


class ItemIn(Schema):
    """Something to talk about. A side's items stand in part 7."""

    text = fields.String(required=True, validate=_TEXT)
    part = fields.Integer(load_default=rules.PROPOSALS_PART, validate=_PART)


class AttendanceIn(Schema):
    """How many people; 0 says that nobody came."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(0, rules.MOST_PEOPLE))


class LineIn(Schema):
    """A line of the minutes."""

    text = fields.String(required=True, validate=_TEXT)
    part = fields.Integer(load_default=rules.LAST_PART, validate=_PART)
    kind = fields.String(load_default=rules.NOTE, validate=validate.OneOf(rules.LINE_KINDS))

    @post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> NewLine:
        return NewLine(**data)


class ActionIn(Schema):
    """An action to agree. A side names its own organisation."""

    text = fields.String(required=True, validate=_TEXT)
    organization_id = fields.UUID(required=True)
    post = fields.String(required=True, validate=validate.Length(1, rules.LONGEST_POST))
    due = fields.Date(required=True)


class DropIn(Schema):
    """Why an action is dropped."""

    reason = fields.String(required=True, validate=validate.OneOf(DROP_REASONS))


def meeting_document(row: Meeting) -> dict[str, Any]:
    """A meeting without what is in it."""
    return {
        "id": str(row.id),
        "district": row.district_code,
        "starts_at": row.starts_at.isoformat(),
        "place": row.place,
        "state": row.state,
        "version": row.version,
        "minutes_confirmed": row.minutes_confirmed_at is not None,
    }


def readable_document(view: MeetingView | GuestMeetingView) -> dict[str, Any]:
    """A meeting with what whoever asked may read of it."""
    return _whole_document(view) if isinstance(view, MeetingView) else _guest_document(view)


def _whole_document(view: MeetingView) -> dict[str, Any]:
    """A meeting with what is in it."""
    return {
        **meeting_document(view.meeting),
        "as_guest": False,
        "agenda": [item_document(item) for item in view.items],
        "due_actions": [action_document(action) for action in view.due_actions],
        "offers": None if view.offers is None else [_offer_document(offer) for offer in view.offers],
        "visits": None if view.visits is None else _visits_document(view.visits),
        "attendance": [_attendance(organization, number) for organization, number in view.attendance.items()],
        "minutes": [line_document(line) for line in view.lines],
        "actions": [action_document(action) for action in view.agreed_actions],
    }


def _guest_document(view: GuestMeetingView) -> dict[str, Any]:
    """A meeting with what a guest of its table sees of it."""
    return {
        **meeting_document(view.meeting),
        "as_guest": True,
        "agenda": [item_document(item) for item in view.items],
        "due_actions": [action_document(action) for action in view.due_actions],
        "offers": None,
        "visits": None,
        "attendance": [],
        "minutes": [],
        "actions": [action_document(action) for action in view.agreed_actions],
    }


def _offer_document(offer: OfferedService) -> dict[str, Any]:
    names = ("provider", "accepting", "places", "for_women", "for_children")
    return {"id": str(offer.id), "name": offer.name.name} | {name: getattr(offer, name) for name in names}


def _visits_document(visits: DistrictVisits) -> dict[str, Any]:
    return {
        "agreed": [visit_document(row) for row in visits.agreed],
        "unanswered": [visit_document(row) for row in visits.unanswered],
        "asked": [visit_document(row) for row in visits.asked],
        "due": [_due_visit_document(due) for due in visits.due],
    }


def _due_visit_document(due: DueVisit) -> dict[str, Any]:
    return {
        "agreement_id": str(due.agreement.id),
        "unit_id": str(due.agreement.unit_id),
        "provider_id": str(due.agreement.provider_id),
        "last_held": due.last_held.isoformat() if due.last_held else None,
    }


def item_document(item: AgendaItem) -> dict[str, Any]:
    """An agenda item."""
    return {
        "id": str(item.id),
        "part": item.part,
        "text": item.text,
        "organization_id": str(item.organization_id),
        "state": item.state,
    }


def line_document(line: MinutesLine) -> dict[str, Any]:
    """A line of the minutes."""
    return {"id": str(line.id), "part": line.part, "kind": line.kind, "text": line.text, "version": line.version}


def action_document(action: MeetingAction) -> dict[str, Any]:
    """An action."""
    return {
        "id": str(action.id),
        "organization_id": str(action.organization_id),
        "post": action.post,
        "text": action.text,
        "due": action.due.isoformat(),
        "state": action.state,
        "reason": action.reason,
        "version": action.version,
    }


def _attendance(organization: UUID, number: int) -> dict[str, Any]:
    return {"organization_id": str(organization), "number": number}
