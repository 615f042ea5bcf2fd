"""One meeting as a page for a guest of its table: to read, to print, to put into the own calendar."""

from datetime import datetime

from flask import Response

from directory_service.partnership.domain import meetings as rules
from directory_service.partnership.pages import meeting_words as words
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS
from directory_service.partnership.use_cases.show_guest_meeting import GuestMeetingView
from service_kit.web.html.render import render
from setu.india import day_in_india


def guest_page(view: GuestMeetingView, now: datetime, *, is_sheet: bool = False) -> Response:
    """Render it."""
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
