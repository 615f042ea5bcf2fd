"""Reader process of one spreadsheet file, with a limit of memory: `python -m …sheet_reader`, spoken to by pipes.

Why: the library lays a sheet out from its first to its last cell, so two cells of a file of some kilobytes fill any
memory, and where it gets none it ends the process that it runs in. That is this one, and `workbook_rows` tells.
Protocol, a JSON value a line: in comes the file; out go the names of its sheets; for each name that comes in the texts
of its rows go out, and null after the last. {"fault": …} where it cannot go on. Whoever is not answered reads an end.
"""

import json
import resource
import sys
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from directory_service.importing.outside.workbook_rows import TOO_FAR_APART, as_text

MOST_MEMORY = 2 * 1024**3  # bytes of addresses, the interpreter's with them
MOST_CELLS = 20_000_000  # of a sheet from A1 to its last cell; empty ones count


class _TooManyCells(Exception):
    """The sheet would have more cells than are read."""


def main() -> None:
    """Speak the protocol until there is nothing more to read."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        with CalamineWorkbook.from_path(json.loads(sys.stdin.readline())) as book:
            _tell(book.sheet_names)
            for name in iter(sys.stdin.readline, ""):
                for row in _cells(book.get_sheet_by_name(json.loads(name))):
                    _write([as_text(cell) for cell in row])
                _tell(None)
    except PasswordError:
        _tell({"fault": "it is locked by a password"})
    except (_TooManyCells, MemoryError):
        _tell({"fault": TOO_FAR_APART})
    except (CalamineError, OSError) as error:
        _tell({"fault": f"it is no spreadsheet, or damaged ({error})"})


def _cells(sheet: CalamineSheet) -> Iterator[list[object]]:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise _TooManyCells
    yield from sheet.to_python(skip_empty_area=False)


def _write(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")


def _tell(answer: object) -> None:
    """The last word before the other side speaks."""
    _write(answer)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
