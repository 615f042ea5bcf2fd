"""Text of a spreadsheet's cell, as a person reads it: a whole number has no point, a day is ISO 8601."""

from datetime import date, datetime, time, timedelta

_MIDNIGHT = time(0)


def cell_text(cell: object) -> str:
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
