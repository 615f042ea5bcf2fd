"""Meetings: the next one of each district, what is missing, and those that were."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.silence import WITHOUT_MEETING
from directory_service.partnership.pages.meeting_words import (
    DROP_WORDS,
    STATE_WORDS,
    action_words,
    district_name,
    when_words,
)
from directory_service.partnership.store.departed_owners import actions_of_departed
from directory_service.partnership.store.guest_meetings import readable_meetings
from directory_service.partnership.store.meetings import names_of, open_actions_of
from directory_service.partnership.use_cases.count_waiting_at_meetings import count_waiting_at_meetings
from directory_service.partnership.use_cases.list_guest_meetings import list_guest_meetings
from directory_service.partnership.use_cases.list_meetings import list_meetings
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import COORDINATOR, PARTNERSHIP_READERS

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")


def count_waiting() -> int:
    """The number beside "Meetings" in the menu of all three services: what waits for this person there."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_waiting_at_meetings(session, who, context().clock.now())


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show() -> ResponseReturnValue:
    """What the own organisation has promised to do, the meetings of each district, and those of others as a guest."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        districts, as_guest = list_meetings(session, who, now), list_guest_meetings(session, who, now)
        actions = open_actions_of(session, who.organization)
        departed = actions_of_departed(session, who.districts, day_in_india(now)) if who.role == COORDINATOR else []
        owners = names_of(session, {each.organization_id for each in departed})
        readable = {each.id for each in readable_meetings(session, who.scope, {each.meeting_id for each in actions})}
    return render(
        "partnership/meetings.html",
        districts=districts,
        as_guest=as_guest,
        actions=actions,
        done=request.args.get("done", ""),
        departed=departed,
        owners=owners,
        readable=readable,
        drop_words=DROP_WORDS,
        action_words=action_words,
        today=day_in_india(now),
        district_name=district_name,
        when_words=when_words,
        states=STATE_WORDS,
        overdue_days=WITHOUT_MEETING.days,
    )
