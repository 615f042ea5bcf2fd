"""Unmet need of a coordinator's districts: by district of a month, by need of a quarter; small numbers are not told."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.use_cases.list_unmet_need import needs_told, unmet_of_month, unmet_of_quarter
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import COORDINATOR

blueprint = Blueprint("unmet_need", __name__, url_prefix="/unmet-need")


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """Two frozen tables."""
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        month, quarter = unmet_of_month(session, today, who.districts), unmet_of_quarter(session, today)
    return render(
        "referral/unmet_need.html",
        month=month,
        quarter=quarter,
        districts=sorted(who.districts),
        needs=needs_told(who.districts),
    )
