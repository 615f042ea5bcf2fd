"""Form rows that a person adds and removes without JavaScript: `phone_number.0`, then `phone_number.1`.

The buttons of the form send everything typed so far; `apply_row_button` does what the pressed one says, and the form
comes back with a row more or less and nothing stored. An empty row means nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, str]
MOST = 30


def rows_of(form: Mapping[str, str], names: Sequence[str]) -> list[Row]:
    """The rows as they were typed: a mapping of the names to texts without blanks around them."""
    found: list[Row] = []
    while len(found) < MOST and any(f"{name}.{len(found)}" in form for name in names):
        found.append({name: form.get(f"{name}.{len(found)}", "").strip() for name in names})
    return found


def filled_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows in which something was typed."""
    return [row for row in rows if any(row.values())]


def apply_row_button(form: Mapping[str, str], typed: dict[str, Any], names: Sequence[str]) -> bool:
    """Whether a button for rows was pressed; if so the rows (`typed` under these names) are changed."""
    if (name := form.get("add_row", "")) in names:
        if len(typed[name]) < MOST:
            typed[name].append({})
        return True
    name, _, at = form.get("take_row", "").rpartition(".")
    if name in names and at.isascii() and at.isdigit() and len(at) < 4 and int(at) < len(typed[name]):
        del typed[name][int(at)]
        return True
    return False
