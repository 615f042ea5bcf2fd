"""Frozen figures as a CSV file: a line a cell, with the codes of the JSON answer. Source: docs/figures.md."""

import csv
import io
from collections.abc import Sequence

from referral_service.domain.figures.cells import Figures

COLUMNS = ("month", "months", "state", "district", "table", "row", "value", "shown")


def csv_of(told: Sequence[Figures]) -> str:
    """The file; `value` is empty where it is hidden, `district` for a state's own."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in told:
        where = each.state, "" if each.district is None else each.district
        for cell in each.cells:
            value = "" if cell.value is None else cell.value
            writer.writerow([f"{each.month:%Y-%m}", cell.months, *where, cell.table, cell.row, value, cell.shown])
    return text.getvalue()
