"""Providers of a coordinator's districts where nobody can take a referral: not offered until a case worker signs in.

What stands here is the public directory's, and that nobody is home; nothing of any referral.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.store.directory import providers_without_case_worker
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import COORDINATOR

blueprint = Blueprint("nobody_home", __name__, url_prefix="/nobody-home")
MOST = 200  # on the page; a number says how many there are


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """By name, each with the phone to ring."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        total, providers = providers_without_case_worker(session, who.districts, MOST)
    return render("referral/coordinator/nobody_home.html", total=total, providers=providers)
