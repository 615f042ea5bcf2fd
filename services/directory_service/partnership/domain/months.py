"""Calendar arithmetic in months, for spans such as the last 24; pure. Not for the months of meetings."""

from datetime import date, timedelta


def months_before(day: date, months: int) -> date:
    """The same day so many months before; that month's last day where it has none."""
    month = day.year * 12 + day.month - 1 - months
    first_of_next = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(month // 12, month % 12 + 1, min(day.day, last))
