"""Opening hours in words, in the language of the moment: "Mon–Fri 09:00–17:00", "open until 17:00".

Promises: nothing is guessed; a service without hours has no line. The rules are read by `setu.opening_hours` alone.
"""

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.ranking import Match
from service_kit.web.context import context
from service_kit.web.html.hours_words import (
    hours_words,
    week_rows,
)
from setu.india import day_in_india
from setu.opening_hours import (
    in_force,
    others,
    span_of,
    week_of,
)


def hours_lines(service: ListedService, *, short: bool = False) -> list[str]:
    """Days and times of the hours that hold at present, in the reader's language (`short`: for a card); may be none."""
    hours = in_force(service.hours, day_in_india(context().clock.now()))
    week, rare = week_of(hours), [(each.description, span_of(each)) for each in others(hours)]
    rows = week_rows(week, rare, closed_days=False, short=short)
    return [f"{days} {times}" for days, times in rows]


def hours_sentence(match: Match) -> str:
    """One sentence about the moment at which was looked, and the next change."""
    opens = match.opens
    return hours_words(known=bool(match.service.hours), is_open=opens.is_open, until=opens.until, now=match.at)
