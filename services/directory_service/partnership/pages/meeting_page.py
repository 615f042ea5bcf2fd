"""One meeting as a page of its district: shown again with what is wrong wherever a form of it is refused."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response

from directory_service.organizations.domain.ranks import GROUPS
from directory_service.partnership.domain import meetings as rules
from directory_service.partnership.pages import meeting_words as words
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS
from directory_service.partnership.pages.plots import plots_of
from directory_service.partnership.pages.service_words import service_words, words_of_services
from directory_service.partnership.pages.state_words import accepting_words
from directory_service.partnership.pages.training_words import coverage_words
from directory_service.partnership.use_cases.show_meeting import MeetingView, show_meeting
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render
from setu.figures import UNMET_NEED
from setu.india import day_in_india


def meeting_page(
    meeting: UUID,
    template: str = "partnership/meeting.html",
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """Render a page of the meeting. Raises NotFound for another district's, also where the caller is a guest there."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        view = show_meeting(session, who, meeting, now)
    return render(template, status=status, **meeting_values(view, now), errors=errors or {}, **more)


def meeting_values(view: MeetingView, now: datetime) -> dict[str, Any]:
    """What templates of a meeting show of it."""
    figures, needs = view.month_figures, view.needs_figures
    return {
        "view": view,
        "meeting": view.meeting,
        "frame": rules.FRAME,
        "parts": rules,
        "words": words,
        "accepting_words": accepting_words,
        "service_words": service_words,
        "coverage_words": coverage_words,
        "rank_groups": GROUPS,
        "agreement_words": AGREEMENT_WORDS,
        "plots": [plot for plot in plots_of(figures, view.figures) if plot.key != UNMET_NEED] if figures else [],
        "needs_plots": [plot for plot in plots_of(needs, view.figures) if plot.key == UNMET_NEED] if needs else [],
        "needs_months": words.quarter_words(needs.month) if needs else "",
        "services": words_of_services(view.visits.services) if view.visits else {},
        "today": day_in_india(now),
        "begun": view.meeting.starts_at <= now,
        "agenda_open": rules.agenda_is_open(view.meeting.state, view.meeting.starts_at, now),
        "items_by_part": {part.number: [i for i in view.items if i.part == part.number] for part in rules.FRAME},
        "lines_by_part": {part.number: [i for i in view.lines if i.part == part.number] for part in rules.FRAME},
        "part_choices": [(part.number, f"{number(part.number)}. {_(part.title)}") for part in rules.FRAME],
        "part_titles": json.dumps({str(part.number): _(part.title) for part in rules.FRAME}, ensure_ascii=False),
        "owner_choices": [(each.id, each.name) for each in view.table],
        "new_id": context().ids.uuid,
        "line_id": context().ids.uuid(),
    }
