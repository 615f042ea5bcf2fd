"""Words for faults of a file of services or of its cells, and what to do about them, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any

from directory_service.editing.domain.sheets.columns import Column
from directory_service.editing.domain.sheets.faults import (
    BadSheet,
    Fault,
)
from directory_service.listings.domain.attributes import FLAGS
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from setu.needs import NEEDS


def sheet_words(bad: BadSheet) -> str:
    """Why the file as a whole cannot be used."""
    return _SHEETS[bad.code](bad.figures)


def column_words(column: Column) -> str:
    """What belongs into the cells of a column."""
    if column.name == "needs":
        return "; ".join(f"{need.code} {_(need.name)}" for need in NEEDS)
    if column.kind.demand in _BELONGS:
        return _BELONGS[column.kind.demand]()
    flag = next((f"{_(flag.name)}. " for flag in FLAGS if flag.field == column.name), "")
    return flag + _CELLS[column.kind.demand](column.kind.figures)


def fault_words(fault: Fault) -> str:
    """Why a cell cannot be taken."""
    return _CELLS[fault.code](fault.figures)


def _columns(figures: Mapping[str, Any]) -> str:
    return " ".join(_column(name, meant) for name, meant in figures["unknown"])


def _column(name: str, meant: str) -> str:
    if meant:
        return _("“%(name)s” is none of our columns. Did you mean “%(meant)s”?", name=name, meant=meant)
    return _("“%(name)s” is none of our columns.", name=name)


_SHEETS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "empty": lambda _f: _(
        "The file has no rows. It needs a line with the names of the columns, and below it a line for each service."
    ),
    "too-large": lambda f: _("The file is larger than %(most)s megabytes.", most=number(f["most"])),
    "office": lambda _f: _(
        "This is a workbook. Save it in your spreadsheet program as “CSV UTF-8”, and choose that file."
    ),
    "encoding": lambda f: _(
        "The file is not in UTF-8: line %(line)s has a letter in another encoding (Latin-1?). Save it as “CSV UTF-8”.",
        line=number(f["line"]),
    ),
    "not-text": lambda _f: _("The file is not text in UTF-8. Save it in your spreadsheet program as “CSV UTF-8”."),
    "quotes": lambda f: _(
        "The file cannot be read from line %(line)s on: a quotation mark stands alone there.", line=number(f["line"])
    ),
    "long-cell": lambda f: _(
        "Line %(line)s has a cell of more than %(most)s characters. Shorten it.",
        line=number(f["line"]),
        most=number(f["most"]),
    ),
    "column-twice": lambda f: _("The column “%(name)s” is there twice.", name=f["column"][:40]),
    "no-name": lambda _f: _(
        "The first line has neither a column “name” nor “id”. It must hold the names of the columns."
    ),
    "columns": _columns,
    "too-many": lambda f: _(
        "The file has %(rows)s rows; at most %(most)s are taken at a time.",
        rows=number(f["rows"]),
        most=number(f["most"]),
    ),
}
_BELONGS: Mapping[str, Callable[[], str]] = {
    "district": lambda: _("Districts by name or by LGD code, such as Kolkata; 79."),
    "place": lambda: _("Your places by name, with | between them."),
}
_CELLS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "required": lambda _f: _("A service needs a name."),
    "too-long": lambda f: _("At most %(most)s characters.", most=number(f["most"])),
    "control": lambda _f: _("It has a character that cannot be seen. Type it anew."),
    "formula": lambda f: _(
        "Spreadsheets run what begins with “%(sign)s” as a formula. Begin with a letter or a figure.",
        sign=f["sign"],
    ),
    "not-one-of": lambda f: _("Only these are understood: %(codes)s.", codes=f["codes"]),
    "twice": lambda _f: _("It is there twice."),
    "number": lambda f: _(
        "A whole number from %(least)s to %(most)s.", least=number(f["least"]), most=number(f["most"])
    ),
    "yes-no": lambda _f: _("Write yes or no."),
    "phone": lambda _f: _("A phone number has digits, spaces and + ( ) - only."),
    "mail": lambda _f: _("A mail address looks like name@example.org."),
    "web": lambda _f: _("A web address begins with https:// or http://."),
    "language": lambda _f: _("Languages are told by their codes, such as bn; hi; en."),
    "district": lambda _f: _("No district is called so, or more than one is. The LGD code tells it surely."),
    "place": lambda _f: _("None of your places is called so."),
    "hours": lambda _f: _("Write opening hours like this: Mo-Fr 09:00-17:00 | Sa 10:00-13:00."),
    "hours_end": lambda _f: _(
        "The end is before the beginning. Write 17:00 or 5 pm; over midnight, write 20:00-06:00."
    ),
    "hours-form": lambda _f: _("Write opening hours like this: Mo-Fr 09:00-17:00 | Sa 10:00-13:00."),
    "hours-interval": lambda _f: _(
        "INTERVAL does not go with FREQ=DAILY. Say on which days of the week or of the month it is open."
    ),
    "hours-bymonthday": lambda _f: _("BYMONTHDAY goes with FREQ=MONTHLY only."),
    "hours-byday": lambda _f: _(
        "BYDAY with a number, such as 1MO, goes with FREQ=MONTHLY only, and without BYMONTHDAY."
    ),
    "ages": lambda _f: _("The highest age is below the lowest."),
    "not-yours": lambda _f: _("None of your services has this id. Leave it empty for a new service."),
    "several": lambda _f: _("Several of your services are called so. Say in the column “id” which one is meant."),
    "again": lambda f: _("The same service stands in line %(line)s already.", line=number(f["line"])),
    "cells": lambda _f: _("The line has more cells than there are columns."),
    "refused": lambda _f: _("This cannot be taken here."),
}
