"""Whom a focal point of any role rings at the partners."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.partnership.domain.agreements import LAPSING
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS
from directory_service.partnership.use_cases.focal_points.show_whom_to_ring import (
    count_partners_to_ring,
    show_whom_to_ring,
)
from service_kit.phone_numbers import in_groups
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.menu_counts import count_response
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import PEOPLE

blueprint = Blueprint("whom_to_ring", __name__, url_prefix="/whom-to-ring")


@blueprint.get("")
@require(*PEOPLE)
def show() -> ResponseReturnValue:
    """The partners of the own agreements, with their posts and phones."""
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        shown = show_whom_to_ring(session, who, today)
    lapsing = AGREEMENT_WORDS[LAPSING]
    return render("partnership/whom_to_ring.html", shown=shown, lapsing=lapsing, in_groups=in_groups)


@blueprint.get("/count")
@require(*PEOPLE)
@own_origins
def count() -> Response:
    """How many partners there are to ring, for the line on the home page."""
    with context().db.transaction(principal().scope) as session:
        return count_response(partners_to_ring(session))


def partners_to_ring(session: Session) -> int:
    """The same, for pages that lead here if there is anybody."""
    return count_partners_to_ring(session, principal(), day_in_india(context().clock.now()))
