"""What people said with their cards, counted: for coordinators and data officers, of their states, without a person.

Promises: below ten a year by state only, then by district and organisation, rounded
(`domain/figures/voice_figures.py`); "asked for money or sex" for data officers alone.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.store.directory import find_organization
from referral_service.use_cases.list_voices import list_voices
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import COORDINATOR, DATA_OFFICER

blueprint = Blueprint("voices_page", __name__, url_prefix="/voices")


@blueprint.get("")
@require(COORDINATOR, DATA_OFFICER)
def show() -> ResponseReturnValue:
    """This year's and last year's."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        tables = list_voices(session, who, now=context().clock.now())
        named = {each for table in tables for each in table.organizations}
        organizations = {each: find_organization(session, each) for each in named}
    return render("referral/voices.html", tables=tables, organizations=organizations)
