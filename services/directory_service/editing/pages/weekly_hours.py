"""Opening hours as people say them, weekdays and times, and as the rules that the directory keeps.

A rule that weekdays cannot say (the first Monday of a month, hours that end on a day) is shown in words and kept as it
is until somebody unticks it.
"""

from collections.abc import Sequence

from directory_service.editing.pages.form_rows import MOST
from directory_service.editing.pages.listing_section import (
    FAULTS,
    Errors,
    Form,
    Json,
    Section,
)
from directory_service.listings.domain.hsds.schedules import EVERY_DAY
from directory_service.listings.domain.text_kinds import TIME
from service_kit.translations import N_

DAYS = tuple(EVERY_DAY.split(","))


def days_of(rule: Json) -> list[str] | None:
    """The weekdays of a plain weekly rule (a record's JSON); None where it says more than that."""
    if rule.keys() - {"rrule", "opens_at", "closes_at"}:
        return None
    parts = dict(part.split("=", 1) for part in rule["rrule"].split(";"))
    if parts == {"FREQ": "DAILY"}:
        return list(DAYS)
    if parts.keys() != {"FREQ", "BYDAY"} or parts["FREQ"] != "WEEKLY" or not set(parts["BYDAY"].split(",")) <= {*DAYS}:
        return None
    return [day for day in DAYS if day in parts["BYDAY"].split(",")]


def _shown(record: Json) -> Json:
    rules = record.get("schedules", [])
    rows = [{"days": days_of(rule), "opens": rule["opens_at"], "closes": rule["closes_at"]} for rule in rules]
    others = [at for at, row in enumerate(rows) if row["days"] is None]
    hours = [row for row in rows if row["days"] is not None]
    return {"hours": hours or [{"days": [], "opens": "", "closes": ""}], "kept": [str(at) for at in others]}


def _typed(form: Form) -> Json:
    found: list[Json] = []
    while len(found) < MOST and any(f"{name}.{len(found)}" in form for name in ("days", "opens", "closes")):
        at = len(found)
        days = [day for day in DAYS if day in form.getlist(f"days.{at}")]
        found.append({"days": days, **{name: form.get(f"{name}.{at}", "").strip() for name in ("opens", "closes")}})
    return {"hours": found, "kept": form.getlist("kept")}


def _change(record: Json, typed: Json, errors: Errors) -> Json:
    rules = [
        rule for at, rule in enumerate(record.get("schedules", [])) if days_of(rule) is None and _is_kept_row(at, typed)
    ]
    for at, row in enumerate(typed["hours"]):
        if not any(row.values()):
            continue
        if not row["days"]:
            errors[f"days.{at}"] = FAULTS["days"]
        wrong = {name for name in ("opens", "closes") if not TIME.takes(row[name])}
        errors.update({f"{name}.{at}": FAULTS[name] for name in wrong})
        rules.append({"rrule": _rule(row["days"]), "opens_at": row["opens"], "closes_at": row["closes"]})
    return {**record, "schedules": rules}


HOURS = Section("hours", N_("Opening hours"), ("schedules",), _shown, _typed, _change, ("hours",))


def _is_kept_row(at: int, typed: Json) -> bool:
    return str(at) in typed["kept"]


def _rule(days: Sequence[str]) -> str:
    return "FREQ=DAILY" if len(days) == len(DAYS) else f"FREQ=WEEKLY;BYDAY={','.join(days)}"
