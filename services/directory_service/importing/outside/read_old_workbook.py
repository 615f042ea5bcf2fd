"""Program that reads one .xls file for `old_workbook`: the sheets, then rows of each that is asked for, as JSON lines.

It may die of the file at any time; whoever started it takes silence for a fault. Not to be imported.
"""

import json
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from directory_service.importing.outside.cell_texts import cell_text

MEMORY = 1024**3  # bytes
SECONDS = 120  # of the processor


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def _read(path: str) -> None:
    with CalamineWorkbook.from_path(path) as book:
        _say(sheets=book.sheet_names)
        sys.stdout.flush()
        for line in sys.stdin:
            sheet = book.get_sheet_by_name(json.loads(line))
            _say(rows=sheet.total_height + 1, columns=sheet.total_width + 1)  # they count from 0
            for row in sheet.iter_rows():
                _say(cells=[cell_text(cell) for cell in row])
            _say(cells=None)
            sys.stdout.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _read(sys.argv[1])
    except PasswordError:
        _say(fault="it is locked by a password")
    except (CalamineError, OSError) as error:
        _say(fault=f"it is no spreadsheet, or damaged ({error})")
