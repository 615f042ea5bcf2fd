"""Child process that reads the cells of a spreadsheet, under limits of memory and of time at the processor.

Why: the library keeps every cell between the first of a sheet and the last in memory, and what a file of a kilobyte may
ask for ends the process that reads it. Promises: it takes no more than its limits, whatever the file says, and ends
with its parent. It writes JSON lines: a sheet's name, to which the parent answers with a line of its own whether it
wants it; the rows of the sheet that have text; a fault; the end. When not to use it: by itself (`workbook_rows`).
"""

import json
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

MEGABYTES: Final = 1_024  # of addresses; seven million cells in a file of the largest size take 560
SECONDS: Final = 120  # at the processor; those take five
_CELLS_AT_ONCE: Final = 5_000
_LETTERS_AT_ONCE: Final = 1_000_000  # cells may share one long text, which is written out for each of them
_MIDNIGHT = time(0)


def read_cells(path: Path) -> Iterator[dict[str, Any]]:
    """What the parent is told, in its order; the parent's answers are read from the standard input."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            for sheet in book.sheet_names:
                yield {"sheet": sheet}
                if sys.stdin.readline().strip() == "wanted":
                    yield from ({"rows": rows} for rows in _batches(book.get_sheet_by_name(sheet).iter_rows()))
    except PasswordError:
        yield {"fault": "it is locked by a password"}
    except (CalamineError, OSError) as error:
        yield {"fault": f"it is no spreadsheet, or damaged ({error})"}
    yield {"end": True}


def _batches(rows: Iterable[Sequence[object]]) -> Iterator[list[tuple[int, list[str]]]]:
    batch: list[tuple[int, list[str]]] = []
    cells = letters = 0
    for line, row in enumerate(rows, start=1):
        said = [as_text(cell) for cell in row]
        if any(said):
            batch.append((line, said))
            cells += len(said)
            letters += sum(map(len, said))
        if cells >= _CELLS_AT_ONCE or letters >= _LETTERS_AT_ONCE:
            yield batch
            batch, cells, letters = [], 0, 0
    yield batch


def as_text(cell: object) -> str:
    """What a person reads in a cell."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == _MIDNIGHT else cell).isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def limit_resources() -> None:
    """For good: this process cannot raise them again."""
    with suppress(ValueError):  # macOS has no such limit: better read there without it than nowhere
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1024**2,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_resources()
    for each in read_cells(Path(sys.argv[1])):
        sys.stdout.write(json.dumps(each) + "\n")
        sys.stdout.flush()
