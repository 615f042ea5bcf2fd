"""`/choices`: what is sent to the reader, when and in which language; days away, and colleagues to stand in for.

Plain forms: what is sent, the own absence, and one button for each colleague who is away. Referrers have the first.
"""

from datetime import date, time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from notification_service.domain.absences import MAY_BE_AWAY, Absence
from notification_service.domain.bad_choice import BadChoice
from notification_service.domain.choices import Choices, always_sent, kinds_by_channel
from notification_service.domain.notices import Channel
from notification_service.domain.quiet_hours import QuietHours
from notification_service.pages import notice_words
from notification_service.pages.choice_words import DONE, HINTS, REFUSALS, STANDS_IN_UNREACHED
from notification_service.pages.own_addresses import returned_words
from notification_service.store import absences, choices
from notification_service.store.own_addresses import has_no_address
from notification_service.use_cases.change_choices import change_absence, change_choices, stand_in
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render, see_other
from setu.india import day_in_india
from setu.languages import SCREEN_LANGUAGES

blueprint = Blueprint("choice_pages", __name__, url_prefix="/choices", template_folder="templates")


@blueprint.get("")
@require()
def show() -> ResponseReturnValue:
    """The page."""
    return _page()


@blueprint.post("")
@require()
def save() -> ResponseReturnValue:
    """Keep what is to be sent; a kind that is not ticked is switched off."""
    try:
        chosen = Choices(_switched_off(), _quiet_hours(), _language())
    except BadChoice as bad:
        return _page(bad)
    change_choices(context(), principal(), chosen)
    return _back("sent")


@blueprint.post("/absence")
@require(*MAY_BE_AWAY)
def be_away() -> ResponseReturnValue:
    """Be away on these days."""
    try:
        change_absence(context(), principal(), (_day("away_first"), _day("away_last")))
    except BadChoice as bad:
        return _page(bad)
    return _back("away")


@blueprint.post("/absence/end")
@require(*MAY_BE_AWAY)
def be_back() -> ResponseReturnValue:
    """Be there again, or not go."""
    change_absence(context(), principal(), None)
    return _back("back")


@blueprint.post("/stand-in")
@require(*MAY_BE_AWAY)
def take_up() -> ResponseReturnValue:
    """Stand in for a colleague."""
    stand_in(context(), principal(), _colleague())
    return _back("stand-in")


@blueprint.post("/stand-in/end")
@require(*MAY_BE_AWAY)
def give_back() -> ResponseReturnValue:
    """Stand in no longer."""
    stand_in(context(), principal(), _colleague(), stands_in=False)
    return _back("no-stand-in")


def _page(bad: BadChoice | None = None) -> ResponseReturnValue:
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        chosen, _version = choices.find(session, who.account)
        team = absences.in_team_of(session, who, day_in_india(now)) if who.role in MAY_BE_AWAY else []
        returned = returned_words(session, who)
        unreachable = has_no_address(session, who.account)
    return render(
        "notification/choices.html",
        status=422 if bad else 200,
        errors=form_errors({bad.field: _(REFUSALS[bad.word])} if bad else {}),
        typed=_typed(chosen) if bad is None else request.form,
        ticked=_ticked(chosen) if bad is None or "language" not in request.form else _sent_kinds(),
        kinds=kinds_by_channel(who.role),
        hints=HINTS,
        may_be_away=who.role in MAY_BE_AWAY,
        own=_own_absence(team),
        colleagues=[one for one in team if one.account != who.account],
        message_languages=SCREEN_LANGUAGES,
        always_sent=always_sent(who.role),
        done=_done(unreachable=unreachable),
        own_account=who.account,
        today=day_in_india(now),
        returned=returned,
        unreachable=unreachable,
        texts=notice_words,
    )


def _done(*, unreachable: bool) -> str | None:
    done = request.args.get("done", "")
    return STANDS_IN_UNREACHED if unreachable and done == "stand-in" else DONE.get(done)


def _own_absence(team: list[Absence]) -> Absence | None:
    return next((one for one in team if one.account == principal().account), None)


def _typed(chosen: Choices) -> dict[str, Any]:
    """What the fields show before anything is typed."""
    quiet = chosen.quiet
    hours = {"quiet_from": f"{quiet.starts:%H:%M}", "quiet_until": f"{quiet.ends:%H:%M}"} if quiet else {}
    return {"language": chosen.language or "", **hours}


def _ticked(chosen: Choices) -> dict[str, list[str]]:
    """Channel → the kinds that it carries to the reader."""
    return {
        channel.value: [kind for kind in kinds if (kind, channel) not in chosen.off]
        for channel, kinds in kinds_by_channel(principal().role).items()
    }


def _sent_kinds() -> dict[str, list[str]]:
    return {channel.value: request.form.getlist(channel.value) for channel in kinds_by_channel(principal().role)}


def _switched_off() -> frozenset[tuple[str, Channel]]:
    ticked = _sent_kinds()
    return frozenset(
        (kind, channel)
        for channel, kinds in kinds_by_channel(principal().role).items()
        for kind in kinds
        if kind not in ticked[channel.value]
    )


def _quiet_hours() -> QuietHours | None:
    if not request.form.get("quiet_from") and not request.form.get("quiet_until"):
        return None
    return QuietHours(_time("quiet_from"), _time("quiet_until"))


def _language() -> str | None:
    chosen = request.form.get("language", "")
    return chosen if chosen in SCREEN_LANGUAGES else None


def _time(name: str) -> time:
    try:
        found = time.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise BadChoice(name, "no_time") from None
    return found.replace(tzinfo=None, microsecond=0)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise BadChoice(name, "no_day") from None


def _colleague() -> UUID:
    try:
        return UUID(request.form.get("colleague", ""))
    except ValueError:
        raise NotFound from None


def _back(done: str) -> Response:
    return see_other(url_for(".show", done=done))
