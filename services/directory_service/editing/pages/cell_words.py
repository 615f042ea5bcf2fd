"""Cells of a sheet in words, for the page that shows what a file would change: the form's words, not the sheet's codes.

Promises: a text that is no code (a name, hours, a number) stays as it was written. When not to use it: for a fault in a
cell, which is looked for in the file and so is told by the column's own name.
"""

from directory_service.editing.domain.sheets.columns import BY_NAME
from directory_service.editing.pages.change_words import ReferenceNames, words_of
from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.history import Difference

_LISTS = frozenset({"needs", "genders", "languages"})
_CHOICES = frozenset({"status", "accepting", "cost"})
_FLAGS = {flag.field: {"yes": True, "no": False} for flag in FLAGS}


def cell_label(name: str) -> str:
    """What the form calls the column's field, in the reader's language."""
    column = BY_NAME[name]
    field = f"{column.field}.{column.key}" if column.key else column.field
    return words_of(Difference(field, None, None), ReferenceNames({}, {})).label


def cell_words(name: str, text: str) -> str:
    """What the cell says, in the reader's language."""
    field = BY_NAME[name].field
    if not text or text == "…":
        return text
    value = text.split("; ") if field in _LISTS else _FLAGS.get(field, {}).get(text, text)
    if field not in _LISTS | _CHOICES | _FLAGS.keys():
        return text
    return ", ".join(words_of(Difference(field, None, value), ReferenceNames({}, {})).after)
