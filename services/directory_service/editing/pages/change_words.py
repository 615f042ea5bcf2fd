"""Words for a change: a field's name, how it was and how it is or will be. For the history and for approvals."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory_service.listings.domain.attributes import CHOICES
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.history import Difference
from directory_service.listings.domain.record_table import RecordTable
from directory_service.listings.pages.listing_words import (
    languages_words,
    rows_of_hours,
)
from service_kit.translations import N_
from service_kit.web.html.i18n import (
    gettext,
    number,
)
from service_kit.web.html.relative_time import exact_date
from setu.needs import BY_CODE
from setu.opening_hours import Opening
from setu.recurrence import is_rule

_TABLES: tuple[RecordTable[Any], ...] = (SERVICE_FIELDS, LOCATION_FIELDS, ORGANIZATION_FIELDS)
LABELS: Mapping[str, str] = {
    **{f"hsds.{field.hsds_list}": field.label for field in SERVICE_FIELDS.fields if field.hsds_list},
    "hsds.phones": N_("All phone numbers"),
    "hsds.contacts": N_("Who answers"),
    **{field.name: field.label for table in _TABLES for field in table.fields if field.label},
}

#: Ids, and when another field was typed. All else is shown: a coordinator answers for what becomes public.
_UNSAID = frozenset({"id", "organization_id", "places_as_of", "shared_id"})


@dataclass(frozen=True)
class ReferenceNames:
    """What codes and ids are called here: districts by LGD code, places by id."""

    districts: Mapping[int, str]
    places: Mapping[str, str]


@dataclass(frozen=True)
class ChangeWords:
    """One field: lines of text; none where there was or will be nothing."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def change_words(changes: Iterable[Difference], named: ReferenceNames) -> list[ChangeWords]:
    """Each change in the reader's language, in the order of the form."""
    order = {field: at for at, field in enumerate(LABELS)}
    told = [each for each in changes if each.top not in _UNSAID]
    return [words_of(each, named) for each in sorted(told, key=lambda each: order.get(each.top, len(order)))]


def words_of(change: Difference, named: ReferenceNames) -> ChangeWords:
    """One change."""
    top, _, key = change.field.partition(".")
    label = LABELS.get(change.field) or LABELS.get(top)
    said = gettext(label) if label else (key or top).replace("_", " ")
    if key and top in {"names", "descriptions"}:
        said = f"{said} ({languages_words((key,))})"
    before, after = (
        SERVICE_FIELDS.usual.get(top) if value is None else value for value in (change.before, change.after)
    )
    return ChangeWords(said, _lines(change.field, before, named), _lines(change.field, after, named))


def _lines(field: str, value: Any, named: ReferenceNames) -> tuple[str, ...]:
    if value is None or value in ("", []):
        return ()
    made = _MADE.get(field)
    if made is not None:
        return tuple(made(value, named))
    if isinstance(value, bool):
        return (gettext("Yes") if value else gettext("No"),)
    if isinstance(value, int | float):
        return (number(value) if isinstance(value, int) else str(value),)
    if isinstance(value, list):
        return tuple(_object(each) for each in value)
    return tuple(str(value).splitlines())


def _object(value: Any) -> str:
    """An HSDS object of a kind that has no words of its own: its texts, without ids."""
    if isinstance(value, list):
        return ", ".join(map(_object, value))
    if not isinstance(value, dict):
        return str(value)
    texts = [_object(inner) for name, inner in value.items() if not name.endswith("id") and inner not in (None, "")]
    return ", ".join(texts)


def _choice(field: str) -> Callable[[Any, ReferenceNames], Iterable[str]]:
    def made(value: Any, _: ReferenceNames) -> Iterable[str]:
        codes = value if isinstance(value, list) else [value]
        return [", ".join(gettext(CHOICES[field].get(code, code)) for code in codes)]

    return made


def _hours(value: Any, _: ReferenceNames) -> Iterable[str]:
    openings = tuple(Opening(each["rrule"], each["opens_at"], each["closes_at"]) for each in value if _has_rule(each))
    yield from (f"{each['rrule']}: {each['opens_at']}–{each['closes_at']}" for each in value if not _has_rule(each))
    yield from (f"{day}: {hours}" for day, hours in (rows_of_hours(openings) if openings else ()))
    for each in value:
        more = [each[name] for name in ("valid_from", "valid_to", "description") if each.get(name)]
        if more:
            yield ", ".join([f"{each['opens_at']}–{each['closes_at']}", *more])


def _has_rule(hours: Mapping[str, Any]) -> bool:
    return is_rule(hours["rrule"])


def _contacts(value: Any, named: ReferenceNames) -> Iterable[str]:
    for each in value:
        phones = _phones(each.get("phones", []), named)
        yield ", ".join(filter(None, [_first(each, ("title", "name", "email"), ("phones",)), *phones]))


def _phones(value: Any, _: ReferenceNames) -> Iterable[str]:
    usual = {"type": "voice"}
    for each in value:
        said = {name: inner for name, inner in each.items() if usual.get(name) != inner}
        yield _first(said, ("number", "description"), ())


def _first(value: Mapping[str, Any], names: tuple[str, ...], without: tuple[str, ...]) -> str:
    """All that the object says: these fields first, and some not at all."""
    rest = {name: inner for name, inner in value.items() if name not in {*names, *without}}
    return ", ".join(filter(None, [*(str(value.get(name) or "") for name in names), _object(rest)]))


_MADE: Mapping[str, Callable[[Any, ReferenceNames], Iterable[str]]] = {
    **{field: _choice(field) for field in CHOICES},
    "needs": lambda value, _: [gettext(BY_CODE[code].name) for code in value if code in BY_CODE],
    "languages": lambda value, _: [languages_words(tuple(value))],
    "districts": lambda value, named: [named.districts.get(code, str(code)) for code in value],
    "district": lambda value, named: [named.districts.get(value, str(value))],
    "places": lambda value, named: [named.places.get(place, place) for place in value],
    "schedules": _hours,
    "hsds.contacts": _contacts,
    "hsds.phones": _phones,
    "assured_date": lambda value, _: [exact_date(date.fromisoformat(value))],
}
