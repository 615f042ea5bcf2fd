"""Rule of spreadsheet formulas: text that such a program would run, wherever text comes in or goes out.

A cell runs if it begins with `=`, `+`, `-` or `@`, also in full width and after blanks or characters that nobody sees,
or with a tab or a line break (OWASP, "CSV Injection"). A phone number and a negative number stay what they are. Such
text is refused where it is typed and kept out where it is imported, so it is in no file; what a database held before
gets an apostrophe on its way out.
"""

import re
from collections.abc import Iterator, Mapping

from directory_service.organizations.domain.invisible_characters import strip_invisible

REFUSED = "must not begin with = + - @, a tab or a line break: spreadsheets would run it"
_SIGNS = tuple("=+-@＝＋－＠")  # full width on purpose
_BREAKS = ("\t", "\r", "\n")
_BLANKS = re.compile(r"^[\s\u200c\u200d]+")  # the joiners are no invisible characters elsewhere
_PHONE = re.compile(r"\+[0-9(][0-9 ().,/-]{1,40}( ?(x|ext\.?|extension) ?[0-9]{1,8})?", re.IGNORECASE)
_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?")


def would_run(text: str) -> bool:
    """Whether a spreadsheet program would take this cell for a formula."""
    if text.startswith(_BREAKS):
        return True
    said = _BLANKS.sub("", strip_invisible(text)).rstrip()
    return said.startswith(_SIGNS) and not _PHONE.fullmatch(said) and not _NUMBER.fullmatch(said)


def safe_cell(value: object) -> object:
    """The value for a cell of a file: text that would run gets an apostrophe, as spreadsheets themselves write it."""
    return f"'{value}" if isinstance(value, str) and would_run(value) else value


def running_cells(value: object, before: object = None, path: str = "") -> Iterator[str]:
    """Paths such as `contacts.0.name` of all texts in a value that would run, but for those that stood there before."""
    if isinstance(value, str):
        if would_run(value) and value != before:
            yield path
    elif isinstance(value, Mapping):
        known = before if isinstance(before, Mapping) else {}
        for name, inner in value.items():
            yield from running_cells(inner, known.get(name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        rows = before if isinstance(before, list | tuple) else []
        for at, inner in enumerate(value):
            yield from running_cells(inner, rows[at] if at < len(rows) else None, f"{path}.{at}".lstrip("."))
