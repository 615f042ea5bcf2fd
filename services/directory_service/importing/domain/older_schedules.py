"""Converter of the opening hours of HSDS 1.x and 2.x: days of the week, holidays and rules become rules of HSDS 3."""

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.hsds_rows import Row, Rows
from directory_service.listings.domain import older_words

_RULE = ("freq", "interval", "wkst", "byday", "byweekno", "bymonthday", "byyearday", "until", "count")


def schedule(stem: str, row: Row) -> Rows:
    """The row of version 3 for a row of the file `stem`. Raises BadValue."""
    if "weekday" in row:
        yield "schedule", _weekly(stem, row)
    elif "closed" in row or "start_date" in row:
        yield "schedule", _holiday(stem, row)
    else:
        yield "schedule", _of_two(row)


def _of_two(row: Row) -> Row:
    """A rule of version 2: daily ones are weeks of seven days; what version 3 has no frequency for stands in words."""
    if row.get("freq") == "DAILY" and row.get("interval", "1") == "1":
        return {**row, "freq": "WEEKLY", "byday": row.get("byday", ",".join(older_words.WEEK))}
    if row.get("freq") in {"DAILY", "YEARLY"}:
        parts = [f"{name.upper()}={row[name]}" for name in _RULE if name in row]
        said = filter(None, (row.get("notes"), f"RRULE:{';'.join(parts)}"))
        return {name: value for name, value in row.items() if name not in _RULE} | {"notes": " ".join(said)}
    return row


def _weekly(stem: str, row: Row) -> Row:
    days = older_words.weekdays_of(row.pop("weekday"))
    if days is None:
        raise BadValue("weekday: is not a day of the week")
    times: Row = {name: _time(row, name) for name in ("opens_at", "closes_at") if name in row}
    return {
        **row,
        **times,
        "id": f"{stem}/{row.get('id', '')}",
        "freq": "WEEKLY",
        "byday": ",".join(days),
        "merge": True,
    }


def _holiday(stem: str, row: Row) -> Row:
    made = {"id": f"{stem}/{row.get('id', '')}", "freq": "WEEKLY", "byday": ",".join(older_words.WEEK)}
    made |= {name: row[name] for name in ("service_id", "location_id", "service_at_location_id") if name in row}
    for old, new in (("start_date", "valid_from"), ("end_date", "valid_to")):
        if old in row:
            day = older_words.date_of(row[old])
            if day is None:
                raise BadValue(f"{old}: {row[old]!r} is not a date")
            made[new] = day
    closed = older_words.is_yes(row.get("closed", ""))
    made["description"] = "Closed" if closed else "Holiday hours"
    if closed:
        return {name: value for name, value in made.items() if name not in {"freq", "byday"}}
    return made | {name: _time(row, name) for name in ("opens_at", "closes_at") if name in row}


def _time(row: Row, name: str) -> str:
    found = older_words.time_of(row[name])
    if found is None:
        raise BadValue(f"{name}: {row[name]!r} is not a time of day")
    return f"{found}:00"
