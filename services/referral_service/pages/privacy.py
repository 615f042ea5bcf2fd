"""Public page that says what is kept about a person, who sees it, for how long, and how to take it back.

Why: a promise that nobody can read is none. Promises: no account, no script; each span is the one by which rows are
hidden and keys destroyed, so that the page cannot say another; neither title nor address tells what the help is for.
When not to use it: for the whole list, with the test of each promise (docs/privacy.md).
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.domain.key_rotation import KEPT_APART
from referral_service.domain.retention import PROVIDER_SEES, REFERRER_SEES
from referral_service.use_cases.dependencies import Dependencies
from service_kit.web.access.require import public
from service_kit.web.context import dependency
from service_kit.web.html.render import render

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")


@blueprint.get("")
@public
def show() -> ResponseReturnValue:
    """The page; spans in days."""
    return render(
        "referral/privacy.html",
        sender_sees=REFERRER_SEES.days,
        team_sees=PROVIDER_SEES.days,
        key_lives=dependency(Dependencies).times.terms.key_lives.days,
        copies_live=KEPT_APART.days,
    )
