"""A month in an address, `2026-11`."""

from datetime import date

from flask import request


def typed_month(field: str) -> date | None:
    """Its first day; None where none is named, or what stands there is none."""
    try:
        return date.fromisoformat(f"{request.args.get(field, '')}-01")
    except ValueError:
        return None
