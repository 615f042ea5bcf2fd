"""Unmet needs of a coordinator's districts and states, of the latest frozen quarter."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.pages import district_names
from referral_service.use_cases.figures.list_unmet_need import list_unmet_need
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import COORDINATOR

blueprint = Blueprint("unmet_need", __name__, url_prefix="/unmet-need")


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """A frozen table for each place."""
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        quarter = list_unmet_need(session, who.districts, today)
    return render("referral/coordinator/unmet_need.html", quarter=quarter, state_name_of=district_names.state_name_of)
