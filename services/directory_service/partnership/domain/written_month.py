"""A month as it is written in an address and in JSON, `2026-11`. One parser for pages and API. Pure."""

import re
from datetime import date

WRITTEN_MONTH = re.compile(r"^20\d\d-(0[1-9]|1[0-2])\Z", re.ASCII)


def read_month(text: str, today: date) -> date | None:
    """Its first day; None where the text is no month of this century, or a month after that of `today`."""
    month = date.fromisoformat(f"{text}-01") if WRITTEN_MONTH.match(text) else None
    return month if month is not None and month <= today else None
