"""What the forms of a listing show of a record, and what typing makes of it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from werkzeug.datastructures import MultiDict

from directory_service.editing.pages.form_rows import apply_row_button
from directory_service.editing.pages.listing_section import NotRight
from directory_service.editing.pages.listing_sections import (
    SECTIONS,
    changed_record,
    written_record,
)
from directory_service.editing.pages.weekly_hours import DAYS
from directory_service.listings.domain.records import Service
from setu.opening_hours import Opening
from support.listings import (
    NOON,
    a_provider,
    a_service,
)

SERVICE = a_service(
    a_provider(),
    names={"hi": "दवा", "lus": "Damdawi"},
    descriptions={"hi": "आइए"},
    description="Come in.",
    minimum_age=18,
    women_only=True,
    places_available=3,
    places_as_of=NOON,
    hsds={
        "contacts": [{"id": "5c11a5f0-0000-5000-8000-000000000001", "name": "Desk", "department": "Ward"}],
        "phones": [{"id": "5c11a5f0-0000-5000-8000-000000000002", "number": "+91 00000 00001", "extension": 4}],
        "languages": [{"id": "5c11a5f0-0000-5000-8000-000000000004", "code": "bn", "note": "On Mondays"}],
        "funding": [{"id": "5c11a5f0-0000-5000-8000-000000000003", "source": "State"}],
    },
)
TIMES = some.times().map(lambda at: f"{at:%H:%M}")
WEEKS = some.lists(
    some.builds(
        lambda days, opens, closes: Opening(
            "FREQ=DAILY" if len(days) == 7 else f"FREQ=WEEKLY;BYDAY={','.join(sorted(days, key=DAYS.index))}",
            opens,
            closes,
        ),
        some.sets(some.sampled_from(DAYS), min_size=1),
        TIMES,
        TIMES,
    ),
    max_size=6,
)


def sent(typed: dict[str, Any]) -> MultiDict[str, str]:
    """What a browser sends of a form that shows this."""
    form: MultiDict[str, str] = MultiDict()
    for name, value in typed.items():
        if isinstance(value, str):
            form.add(name, value)
        for at, row in enumerate(value if isinstance(value, list) else []):
            if isinstance(row, str):
                form.add(name, row)
                continue
            for key, inner in row.items():
                for each in inner if isinstance(inner, list) else [inner]:
                    form.add(f"{key}.{at}", each)
    return form


def saved(key: str, service: Service, **typed: Any) -> Service:
    section = SECTIONS[key]
    shown = section.shown(written_record(service)) | typed
    return changed_record(section, service, section.typed(sent(shown)), NOON)


@pytest.mark.parametrize("key", SECTIONS)
def test_saving_a_form_as_it_was_shown_changes_nothing(key: str) -> None:
    assert saved(key, SERVICE) == SERVICE


@given(openings=WEEKS)
def test_weekly_hours_come_back_as_they_were(openings: list[Opening]) -> None:
    service = replace(SERVICE, schedules=tuple(openings))

    assert saved("hours", service) == service


def test_a_rule_that_weekdays_cannot_say_is_kept_until_it_is_unticked() -> None:
    rare = Opening("FREQ=MONTHLY;BYDAY=1MO", "09:00", "12:00")
    service = replace(SERVICE, schedules=(rare, Opening("FREQ=DAILY", "10:00", "16:00")))

    assert set(saved("hours", service).schedules) == set(service.schedules)
    assert saved("hours", service, kept=[]).schedules == service.schedules[1:]


def test_rows_come_and_go() -> None:
    rows = [{"phone_number": "1111", "phone_about": ""}, {"phone_number": "2222", "phone_about": "at night"}]
    typed: dict[str, Any] = {"phones": [dict(row) for row in rows]}

    assert apply_row_button({"add_row": "phones"}, typed, ("phones",))
    assert typed["phones"] == [*rows, {}]
    assert apply_row_button({"take_row": "phones.0"}, typed, ("phones",))
    assert typed["phones"] == [rows[1], {}]
    assert not apply_row_button({"take_row": "phones.9"}, typed, ("phones",))
    assert not apply_row_button({"add_row": "other"}, typed, ("phones",))


def test_who_says_something_anew_replaces_what_came_in_other_words() -> None:
    kept = saved("people", SERVICE, minimum_age="21")
    anew = saved("people", SERVICE, languages=["bn", "en"])

    assert kept.hsds == SERVICE.hsds
    assert anew.languages == ("bn", "en")
    assert anew.hsds == {name: value for name, value in SERVICE.hsds.items() if name != "languages"}


def test_two_numbers_are_phones_of_the_standard_and_one_is_the_records_own() -> None:
    two = [{"phone_number": "1111", "phone_about": ""}, {"phone_number": "2222", "phone_about": "at night"}]

    made = saved("contact", replace(SERVICE, hsds={}), phones=two)

    assert made.phone == "1111"
    phones = made.hsds["phones"]
    assert isinstance(phones, list)
    assert [(each["number"], each.get("description")) for each in phones] == [("1111", None), ("2222", "at night")]
    assert saved("contact", made, phones=two[:1]).hsds == {}


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        ("texts", {"name": ""}, "name"),
        ("texts", {"name": "x" * 201}, "name"),
        ("today", {"places_available": "many"}, "places_available"),
        ("today", {"accepting": "maybe"}, "accepting"),
        ("people", {"minimum_age": "40", "maximum_age": "20"}, "maximum_age"),
        ("people", {"admits_children_up_to": "19"}, "admits_children_up_to"),
        ("people", {"genders": ["nobody"]}, "genders"),
        ("offers", {"needs": ["PARKING"]}, "needs"),
        ("where", {"districts": ["Kolkata"]}, "districts"),
        ("where", {"places": ["here"]}, "places"),
        ("coming", {"cost": "dear"}, "cost"),
        ("contact", {"phones": [{"phone_number": "call me", "phone_about": ""}]}, "phone_number.0"),
        ("contact", {"contacts": [{"contact_title": "", "contact_mail": "x", "contact_number": ""}]}, "contact_mail.0"),
        ("words", {"words": [{"lang_code": "xx", "lang_name": "a", "lang_text": ""}]}, "lang_code.0"),
        ("words", {"words": [{"lang_code": "hi", "lang_name": "x" * 201, "lang_text": ""}]}, "lang_name.0"),
        ("hours", {"hours": [{"days": [], "opens": "09:00", "closes": "10:00"}]}, "days.0"),
        ("hours", {"hours": [{"days": ["MO"], "opens": "9", "closes": "10:00"}]}, "opens.0"),
    ],
)
def test_what_cannot_be_right_is_told_beside_its_field(key: str, typed: dict[str, Any], field: str) -> None:
    with pytest.raises(NotRight) as wrong:
        saved(key, SERVICE, **typed)

    assert field in wrong.value.errors
