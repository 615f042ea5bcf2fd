"""The coordinator's list: referrals of the own districts that need a hand. Metadata only, never a person or a need.

What can be done with one of them: `one_unanswered.py`.
"""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from referral_service.domain.coordinator_list import Hand
from referral_service.pages.coordinator.one_unanswered import ACTS
from referral_service.store.tasks import count_task_hands
from referral_service.use_cases.list_tasks import count_tasks, list_tasks
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import COORDINATOR

blueprint = Blueprint("unanswered", __name__, url_prefix="/unanswered")


@blueprint.get("")
@require(COORDINATOR)
def show_list() -> ResponseReturnValue:
    """Due first; all of it, or one kind."""
    who = principal()
    after, kind = request.args.get("after"), _kind(request.args.get("show", ""))
    with context().db.transaction(who.scope) as session:
        now = context().clock.now()
        page = list_tasks(session, who, now=now, after=after, hand=kind)
        counts = count_task_hands(session, who, now)
        newest = count_tasks(session, who, now=now).newest
    just_done = request.args.get("done")
    return render(
        "referral/coordinator/unanswered.html",
        conditional=True,
        page=page,
        counts=counts,
        kind=kind or "",
        newest=newest,
        first=after is None,
        just_done=just_done if just_done in ACTS else "",
    )


def _kind(text: str) -> Hand | None:
    return Hand(text) if text in list(Hand) else None


def count_waiting() -> int:
    """The number beside its link in the menu."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_tasks(session, who, now=context().clock.now()).total
