"""A service as people read it: names in the reader's language, opening hours and attributes in plain words.

Shared by the search page and the service page. Only what is public comes in here (record and snapshot of the row).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import flask_babel

from directory_service.domain.attributes import FLAGS, is_for_women
from directory_service.domain.confirmation import unconfirmed
from directory_service.domain.languages import english_name
from directory_service.domain.needs import BY_CODE
from directory_service.domain.records import Opening, Service
from directory_service.store.shown_services import Found, KnownDistrict
from directory_service.use_cases.opening_hours import INDIA, State, in_force, others, state_at, week_of
from directory_service.use_cases.stored_service import stored_service
from service_kit.web.i18n import gettext, language, number
from service_kit.web.words import clock_time


@dataclass(frozen=True)
class Text:
    """Words in a language; `lang` is None where it is the page's own."""

    text: str
    lang: str | None = None


@dataclass(frozen=True)
class Listing:
    """What the pages show of a service."""

    id: str
    name: Text
    provider: Text
    description: Text
    phone: str | None
    dial: str | None
    state: State
    hours: str
    for_women: str  # words, where it is for women alone or has hours for them
    taking: tuple[str, str] | None  # words and tone, where it is not simply open
    needs: tuple[str, ...]
    services: Service
    openings: tuple[Opening, ...]  # the hours that hold at present
    where: Mapping[str, Any]
    sample: bool
    unconfirmed: bool
    found: Found


def _for_women(service: Service) -> str:
    if is_for_women(service.genders):
        return gettext("Women only")
    return gettext("Hours or space for women only") if service.women_only else ""


def listing(found: Found, now: datetime) -> Listing:
    """Everything about one service, in the reader's language, as of `now`."""
    service = stored_service(found.record)
    state, today = state_at(service.schedules, now), now.astimezone(INDIA).date()
    phone = found.snapshot.get("phone")
    return Listing(
        id=str(found.id),
        name=in_reader_language(service.name, service.names),
        provider=in_reader_language(found.organization.get("name", ""), found.organization.get("names", {})),
        description=in_reader_language(service.description, service.descriptions),
        phone=phone,
        dial=dial(phone) if phone else None,
        state=state,
        hours=hours_words(state, service.schedules, now),
        for_women=_for_women(service),
        taking=_TAKING.get(service.accepting),
        needs=tuple(gettext(BY_CODE[code].name) for code in service.needs),
        services=service,
        openings=in_force(service.schedules, today),
        where={key: found.snapshot.get(key) for key in ("area", "address", "landmark", "confidential")},
        sample=service.sample,
        unconfirmed=unconfirmed(service.assured_date, today),
        found=found,
    )


_TAKING = {"waiting_list": ("waiting_list", "amber"), "closed": ("closed", "red")}


def in_reader_language(name: str, names: Mapping[str, str]) -> Text:
    """The translation if there is one; otherwise the name as given, marked with the language that it is in."""
    wanted = language().partition("-")[0]
    if wanted in names:
        return Text(names[wanted])
    given = next((code for code, text in names.items() if text == name), None)
    return Text(name, given or (None if wanted == "en" else "en"))


def district_name(district: KnownDistrict) -> str:
    """The district in the reader's language."""
    return district.names.get(language(), district.name)


def dial(phone: str) -> str:
    """A `tel:` address without spaces."""
    return "tel:" + "".join(symbol for symbol in phone if symbol.isdigit() or symbol == "+")


def hours_words(state: State, openings: tuple[Opening, ...], now: datetime) -> str:
    """One sentence about now and the next change."""
    if not openings:
        return gettext("Please ask for the opening hours.")
    if state.always:
        return gettext("Open day and night.")
    if state.is_open and state.until:
        return gettext("Open now, until %(time)s.", time=clock_time(state.until))
    return _closed_words(state.until, now)


def _closed_words(until: datetime | None, now: datetime) -> str:
    if until is None:
        return gettext("Closed now.")
    days = (until.date() - now.astimezone(INDIA).date()).days
    at = clock_time(until)
    if days == 0:
        return gettext("Closed now. Opens today at %(time)s.", time=at)
    if days == 1:
        return gettext("Closed now. Opens tomorrow at %(time)s.", time=at)
    day = flask_babel.format_date(until.date(), "EEEE" if days < 7 else "d MMMM")
    return gettext("Closed now. Opens %(day)s at %(time)s.", day=day, time=at)


def week_rows(openings: tuple[Opening, ...]) -> list[tuple[str, str]]:
    """Day and hours, Monday first; days with the same hours that follow each other stand in one row."""
    names = flask_babel.get_locale().days["stand-alone"]["wide"]
    spans = [", ".join(_span(*span) for span in day) or gettext("closed") for day in week_of(openings)]
    rows: list[tuple[str, str]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or spans[day] != spans[first]:
            last = day - 1
            label = (
                names[first]
                if first == last
                else gettext("%(first)s to %(last)s", first=names[first], last=names[last])
            )
            rows.append((label, spans[first]))
            first = day
    return rows + [(_rare(opening), _span_of(opening)) for opening in others(openings)]


def _span_of(opening: Opening) -> str:
    return _span(time.fromisoformat(opening.opens_at), time.fromisoformat(opening.closes_at))


def _span(opens: time, closes: time) -> str:
    if opens == time() and closes == time(23, 59):
        return gettext("day and night")
    return f"{_clock(opens)}–{_clock(closes)}"


def _clock(at: time) -> str:
    return clock_time(datetime(2024, 1, 1, at.hour, at.minute, tzinfo=INDIA))


def _rare(opening: Opening) -> str:
    """The next days of a rule that does not hold every week."""
    return opening.description or gettext("Some days of the month")


def statements(service: Service) -> Iterator[str]:
    """What the provider states, as short sentences; the most deciding ones first."""
    if service.minimum_age is not None and service.maximum_age is not None:
        yield gettext(
            "For people from %(low)s to %(high)s years old",
            low=number(service.minimum_age),
            high=number(service.maximum_age),
        )
    elif service.minimum_age is not None:
        yield gettext("For people from %(low)s years on", low=number(service.minimum_age))
    elif service.maximum_age is not None:
        yield gettext("For people up to %(high)s years old", high=number(service.maximum_age))
    if set(service.genders) <= {"woman", "transgender"}:
        yield gettext("For women and transgender people")
    elif service.genders == ("man",):
        yield gettext("For men")
    if service.admits_children_up_to is not None:
        yield gettext("Children up to %(age)s years may come along", age=number(service.admits_children_up_to))
    yield from (gettext(flag.name) for flag in FLAGS if getattr(service, flag.field))


def languages_words(codes: tuple[str, ...]) -> str:
    """Languages by name, in the reader's language."""
    known = flask_babel.get_locale().languages
    return ", ".join(known.get(code) or gettext(english_name(code)) for code in codes)


def next_days(openings: tuple[Opening, ...], now: datetime) -> list[datetime]:
    """The next openings of rules that do not hold every week, at most three."""
    found: list[datetime] = []
    moment = now
    rare = others(openings)
    while rare and len(found) < 3:
        state = state_at(rare, moment)
        if state.until is None:
            break
        if not state.is_open:
            found.append(state.until)
        moment = state.until + timedelta(minutes=1)
    return found
