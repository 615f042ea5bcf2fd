"""Words of training on a page: states, faults of a file, what a column takes."""

from collections.abc import Callable, Mapping
from typing import Any

from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.organizations.domain.ranks import RANKS
from directory_service.partnership.domain.coverage import Coverage
from directory_service.partnership.domain.training import MOST_CAME, TOPICS
from service_kit.translations import N_
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number

STATE_WORDS: Mapping[str, tuple[str, str]] = {
    "planned": (N_("planned"), "amber"),
    "held": (N_("held"), "green"),
    "cancelled": (N_("called off"), "quiet"),
}
"""State of a session → its words, and the tone of the tag."""
RANK_TITLES: Mapping[str, str] = {code: rank.title for code, rank in RANKS.items()}
TOPIC_TITLES: Mapping[str, str] = {code: topic.title for code, topic in TOPICS.items()}
_FAULTS: Mapping[str, Callable[[], str]] = {
    "cells": lambda: _("The line has more cells than there are columns."),
    "no-session": lambda: _("No session of your districts has this id. Take the file of a session from its page."),
    "not-now": lambda: _("The session is still ahead, or was called off."),
    "no-unit": lambda: _("No unit of the session's district has this code."),
    "rank": lambda: _("Nobody has said what this rank is. Write one of the words below."),
    "rank-twice": lambda: _("This rank of the unit stands in the file twice."),
    "number": lambda: _("Write a whole number from 0 to %(most)s.", most=number(MOST_CAME)),
    "repeat": lambda: _("Write how many of those who came had been trained before; not more than came."),
}
_COLUMNS: Mapping[str, Callable[[], str]] = {
    "session": lambda: _("The session's id, as its own file has it."),
    "unit_code": lambda: _("The unit's code in the registry; empty where several units are counted together."),
    "rank": lambda: _("One of the words below, or what your state calls it."),
    "attended": lambda: _("How many of this rank came."),
    "repeat": lambda: _("How many of them were trained within the last 24 months already; empty for none."),
}


def count_fault_words(code: str) -> str:
    """What to do about a line of the file."""
    return _FAULTS[code]()


def count_column_words(column: str) -> str:
    """What belongs into a column."""
    return _COLUMNS[column]()


def file_words(bad: BadSheet) -> str:
    """Why the file as a whole cannot be used."""
    if bad.code == "columns":
        unknown: Any = bad.figures["unknown"]
        names = ", ".join(name for name, _meant in unknown)
        return _("“%(names)s” is none of the columns. The file holds numbers only, never a name.", names=names)
    if bad.code == "missing":
        return _("The first line lacks: %(columns)s.", columns=bad.figures["columns"])
    if bad.code == "empty":
        return _(
            "The file has no rows. It needs a line with the names of the columns, and a line for each entry below."
        )
    return _("The file cannot be read. Save it in your spreadsheet program as “CSV UTF-8”, with at most 500 rows.")


def coverage_words(coverage: Coverage) -> str:
    """`at most 67 %`, or what is missing."""
    posted = coverage.posted
    if posted.posted is None:
        return _("known for %(known)s of %(units)s units", known=number(posted.known), units=number(posted.units))
    if coverage.percent is None:
        return _("nobody is posted")
    return _("at most %(percent)s %%", percent=number(coverage.percent))
