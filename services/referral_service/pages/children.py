"""The queue of the child path: a provider's referrals of people under 18, with the 24 hours of each.

When not to use it: to open one (`inbox.py`), or for the state's coordinator, who is told after a day.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.store.tasks import count_child_rows, list_child_rows
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import CASE_WORKER

blueprint = Blueprint("children", __name__, url_prefix="/children")
MOST = 100  # on the page; more open referrals of children than that no provider has


@blueprint.get("")
@require(CASE_WORKER)
def show_list() -> ResponseReturnValue:
    """Due first."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        tasks = list_child_rows(session, who, MOST)
    return render("referral/children.html", conditional=True, tasks=tasks)


def count_waiting() -> int:
    """The number beside its link in the menu."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_child_rows(session, who)
