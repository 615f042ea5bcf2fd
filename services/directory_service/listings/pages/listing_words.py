"""A service as people read it: names in the reader's language, opening hours and attributes in plain words.

Shared by the search page and the service page. Only what is public comes in here (record and snapshot of the row).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory_service.listings.domain.attributes import (
    FLAGS,
    is_for_women,
)
from directory_service.listings.domain.confirmation import unconfirmed
from directory_service.listings.domain.phones import given_phones
from directory_service.listings.domain.records import Service
from directory_service.listings.store.public_services import (
    KnownDistrict,
    ShownService,
)
from directory_service.listings.use_cases.load_stored_service import load_stored_service
from service_kit.web.html.hours_words import (
    hours_words,
    week_rows,
)
from service_kit.web.html.i18n import (
    gettext,
    language,
    number,
)
from setu.india import INDIA
from setu.languages import english_name
from setu.needs import BY_CODE
from setu.opening_hours import (
    Opening,
    OpenState,
    in_force,
    others,
    span_of,
    state_at,
    week_of,
)
from setu.phones import callable_number


@dataclass(frozen=True)
class Text:
    """Words in a language; `lang` is None where it is the page's own."""

    text: str
    lang: str | None = None


@dataclass(frozen=True)
class ServiceView:
    """What the pages show of a service."""

    id: str
    name: Text
    provider: Text
    description: Text
    phone: str | None
    dial: str | None  # None where it has no number that can be called
    more_phones: tuple[tuple[str, str | None], ...]  # each as it was given, with its address to dial
    state: OpenState
    hours: str
    for_women: str  # words, where it is for women alone or has hours for them
    taking: tuple[str, str] | None  # words and tone, where it is not simply open
    needs: tuple[str, ...]
    services: Service
    openings: tuple[Opening, ...]  # the hours that hold at present
    where: Mapping[str, Any]
    sample: bool
    unconfirmed: bool
    found: ShownService


def _for_women(service: Service) -> str:
    if is_for_women(service.genders):
        transgender_too = "transgender" in service.genders or service.trans_inclusive
        return gettext("For women and transgender people") if transgender_too else gettext("Women only")
    return gettext("Hours or space for women only") if service.women_only else ""


def listing(found: ShownService, now: datetime) -> ServiceView:
    """Everything about one service, in the reader's language, as of `now`."""
    service = load_stored_service(found.record)
    state, today = state_at(service.schedules, now), now.astimezone(INDIA).date()
    phone = found.snapshot.get("phone")
    return ServiceView(
        id=str(found.id),
        name=in_reader_language(service.name, service.names),
        provider=in_reader_language(found.organization.get("name", ""), found.organization.get("names", {})),
        description=in_reader_language(service.description, service.descriptions),
        phone=phone,
        dial=dial(phone) if phone else None,
        more_phones=tuple((each, dial(each)) for each in given_phones(service) if each != phone),
        state=state,
        hours=hours_said(service.schedules, state, now),
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


def dial(phone: str) -> str | None:
    """A `tel:` address; None where nothing of what was given can be called."""
    number = callable_number(phone)
    return f"tel:{number}" if number else None


def hours_said(openings: Sequence[Opening], state: OpenState, now: datetime) -> str:
    """One sentence about now and the next change."""
    return hours_words(known=bool(openings), is_open=state.is_open, until=state.until, now=now)


def rows_of_hours(openings: Sequence[Opening]) -> list[tuple[str, str]]:
    """Day and hours, Monday first, then what does not come every week; none where no hours were given."""
    if not openings:
        return []
    rare = [(each.description, span_of(each)) for each in others(openings)]
    return list(week_rows(week_of(openings), rare))


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
    if service.genders and set(service.genders) <= {"woman", "transgender"}:
        yield gettext("For women and transgender people")
    elif service.genders == ("man",):
        yield gettext("For men")
    if service.admits_children_up_to is not None:
        yield gettext("Children up to %(age)s years may come along", age=number(service.admits_children_up_to))
    yield from (gettext(flag.name) for flag in FLAGS if getattr(service, flag.field))


def languages_words(codes: tuple[str, ...]) -> str:
    """Languages by name, in the reader's language."""
    return ", ".join(gettext(english_name(code)) for code in codes)
