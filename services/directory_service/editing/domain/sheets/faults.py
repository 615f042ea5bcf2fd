"""What can be wrong with a sheet as a whole, or with one of its cells: codes, which pages put into words.

A code never holds what was typed; that stands beside it, shortened, for the person who typed it and nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SHOWN = 60
"""Characters of a cell that are shown again."""


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken: its column, why (a code), what stood there, and figures for the words."""

    column: str
    code: str
    value: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)


class BadCell(ValueError):
    """A cell cannot be read; the caller knows the column."""

    def __init__(self, code: str, value: str = "", **figures: object) -> None:
        super().__init__(code)
        self.code, self.value, self.figures = code, value, figures

    def at(self, column: str) -> Fault:
        """The fault in this column."""
        short = self.value if len(self.value) <= SHOWN else f"{self.value[:SHOWN]}…"
        return Fault(column, self.code, short, self.figures)


class BadSheet(ValueError):
    """The file as a whole cannot be used. `line` is a line of the file where it is about one, from 1."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code, self.figures = code, figures
