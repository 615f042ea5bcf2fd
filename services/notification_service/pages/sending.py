"""`/sending`: does each channel's provider take our messages, and how fast? Plots of the last two weeks by day.

Of the whole installation, without small numbers: what a manager or coordinator may see message by message stands in the
delivery log.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue

from notification_service.domain.notices import OUTGOING
from notification_service.domain.sending_figures import DAYS, ShownDay, shown_days
from notification_service.pages.notice_words import CHANNELS
from notification_service.store.sending_days import list_days
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.plots import BarValue, Plot, plot_of
from service_kit.web.html.relative_time import exact_date
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import COORDINATOR, DATA_OFFICER, PROVIDER_MANAGER

blueprint = Blueprint("sending", __name__, url_prefix="/sending", template_folder="templates")
_BRIEF = 10  # seconds, below which a tenth counts


@blueprint.get("")
@require(PROVIDER_MANAGER, COORDINATOR, DATA_OFFICER)
def show() -> ResponseReturnValue:
    """The plots."""
    today = day_in_india(context().clock.now())
    with context().db.transaction(principal().scope) as session:
        tallied = list_days(session, today - timedelta(days=DAYS))
    channels = [(_(CHANNELS[name]), _plots(name, days)) for name, days in shown_days(tallied, OUTGOING, today).items()]
    return render("notification/sending.html", conditional=True, channels=channels)


def _plots(channel: str, days: Sequence[ShownDay]) -> Sequence[Plot]:
    """The plots that have a number to show; what is hidden on every day is not listed day by day."""
    newest_first = list(reversed(days))
    plots = [
        _plot(f"{channel}-volume", _("Messages"), newest_first, lambda day: day.volume, _volume_words),
        _plot(f"{channel}-share", _("Taken, of 100"), newest_first, lambda day: day.share, _share_words, whole=100),
        _plot(
            f"{channel}-delay",
            _("Seconds until taken: half of them, and 95 of 100"),
            newest_first,
            _median,
            _delay_words,
        ),
    ]
    return [plot for plot in plots if any(bar.width is not None for bar in plot.bars)]


def _plot(
    key: str,
    title: str,
    days: Sequence[ShownDay],
    value: Callable[[ShownDay], float | None],
    words: Callable[[ShownDay], str],
    whole: float | None = None,
) -> Plot:
    return plot_of(key, title, [BarValue(exact_date(day.day), words(day), value(day)) for day in days], whole)


def _median(day: ShownDay) -> float | None:
    return day.delays[0] if day.delays else None


def _volume_words(day: ShownDay) -> str:
    return _("fewer than 10") if day.volume is None else number(day.volume)


def _share_words(day: ShownDay) -> str:
    return _("too few to say") if day.share is None else number(day.share)


def _delay_words(day: ShownDay) -> str:
    if day.delays is None:
        return _("too few to say")
    return " – ".join(map(_seconds, day.delays))


def _seconds(delay: float) -> str:
    return number(round(delay, 1) if delay < _BRIEF else round(delay))
