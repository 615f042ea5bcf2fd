"""One meeting as a page for a guest of its table: to read, to print, to put into the own calendar."""

from uuid import UUID

from flask import Response

from directory_service.partnership.domain import meetings as rules
from directory_service.partnership.pages import meeting_words as words
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS
from directory_service.partnership.use_cases.show_guest_meeting import show_guest_meeting
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india


def guest_page(meeting: UUID, *, is_sheet: bool = False) -> Response:
    """Render it. Raises NotFound where the caller's organisation is no guest of the table."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        view = show_guest_meeting(session, who, meeting)
    return render(
        "partnership/guest_meeting.html",
        is_sheet=is_sheet,
        view=view,
        meeting=view.meeting,
        frame=rules.FRAME,
        parts=rules,
        words=words,
        agreement_words=AGREEMENT_WORDS,
        today=day_in_india(now),
        items_by_part={part.number: [i for i in view.items if i.part == part.number] for part in rules.FRAME},
    )
