"""A table with more columns than any spreadsheet has is refused at its header: each of its rows would be a mapping."""

import io
import re
from itertools import repeat

import pytest

from directory_service.importing.outside.csv_rows import CsvRow, csv_rows
from directory_service.importing.outside.unreadable import CannotRead

WIDEST = 16_384


class StaysOpen(io.BytesIO):
    """Also after whoever read it has gone, so that it says how far that was."""

    def close(self) -> None:
        pass


def a_table(columns: int, *rows: str) -> StaysOpen:
    header = ",".join(f"c{number}" for number in range(columns))
    return StaysOpen("\n".join([header, *rows, ""]).encode())


def test_one_column_too_many_is_told_with_the_line_and_both_numbers() -> None:
    words = "list.csv is not readable: line 1 names 16,385 columns, and no table has more than 16,384"

    with pytest.raises(CannotRead, match=re.escape(words)):
        list(csv_rows("list.csv", a_table(WIDEST + 1, "x")))


def test_a_million_columns_are_refused_before_the_first_row_is_read() -> None:
    file = a_table(10**6, *repeat(",".join(repeat("x", 10**6)), 20))
    rows = csv_rows("list.csv", file)

    with pytest.raises(CannotRead, match="line 1 names 1,000,000 columns"):
        next(rows)

    assert file.tell() < len(file.getvalue()) / 2


def test_the_widest_sheet_of_a_spreadsheet_is_taken() -> None:
    (row,) = csv_rows("list.csv", a_table(WIDEST, "x"))

    assert isinstance(row, CsvRow)
    assert (row.cells["c0"], len(row.cells)) == ("x", WIDEST)
