"""A value of a service is taken or refused alike by the API, a sheet, a form and an import: one table says which."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from directory_service.editing.domain.sheets.cells import SheetReferences
from directory_service.editing.domain.sheets.reading import Sender, read_sheet
from directory_service.editing.domain.sheets.table import table_of
from directory_service.editing.pages.listing_section import NotRight
from directory_service.editing.pages.listing_sections import SECTIONS, changed_record, written_record
from directory_service.hsds.api.service_body import record_from_body
from directory_service.importing.domain.cleaning import Faults, cleaned
from directory_service.importing.domain.records_from_documents import place_record, service_record
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import LOCATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.records import Service
from directory_service.listings.domain.spreadsheet_cells import would_run
from service_kit.errors import Invalid
from support.kit.examples import examples

OWNER, SERVICE, PART = (UUID(int=n, version=4) for n in range(1, 4))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
REFUSED = None
NUMBERS = ("minimum_age", "maximum_age")
WORDS = ("name", "description", "alert", "fees_description", "application_process", "eligibility_description")
TYPED = (*WORDS, *NUMBERS, "phone", "email", "url", "languages")


def meant(field: str, text: str) -> Any:
    """The text as JSON of the field: a program sends numbers as numbers."""
    if field in NUMBERS:
        return int(text) if text.isascii() and text.isdigit() else text
    return [text] if field == "languages" else text


def by_the_table(field: str, text: str) -> Any:
    kind = SERVICE_FIELDS[field].kind
    try:
        return REFUSED if would_run(text) else kind.check(meant(field, text))
    except InvalidFields:
        return REFUSED


def document(field: str, text: str) -> dict[str, Any]:
    """The standard's object that says this and little else."""
    said = {
        "phone": {"phones": [{"id": str(PART), "number": text}]},
        "languages": {"languages": [{"id": str(PART), "code": text}]},
    }
    whole = {"id": str(SERVICE), "organization_id": str(OWNER), "name": "Care", "status": "active"}
    return whole | said.get(field, {field: meant(field, text)})


def by_api(field: str, text: str) -> Any:
    try:
        record = record_from_body(document(field, text), SERVICE, OWNER, NOW, shown={}, stored=None)
    except Invalid:
        return REFUSED
    return SERVICE_FIELDS.write(record).get(field)


def by_sheet(field: str, text: str) -> Any:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["name", field], ["Care", text]] if field != "name" else [["id", "name"], ["", text]])
    known = SheetReferences({}, {})
    reading = read_sheet(table_of(out.getvalue().encode()), Sender(OWNER, (), known, lambda _: SERVICE, NOW))
    return SERVICE_FIELDS.write(reading.drafts[0].record).get(field) if reading.drafts else REFUSED


def by_form(field: str, text: str) -> Any:
    section = next(each for each in SECTIONS.values() if field in each.fields)
    service = Service(SERVICE, OWNER, "Care")
    form = MultiDict(section.shown(written_record(service)))
    form["phone_number.0" if field == "phone" else field] = text
    try:
        return SERVICE_FIELDS.write(changed_record(section, service, section.typed(form), NOW)).get(field)
    except NotRight:
        return REFUSED


def by_import(field: str, text: str) -> Any:
    kept = cleaned("service", document(field, text), Faults())
    try:
        record = SERVICE_FIELDS.read(service_record(kept or {}, str(OWNER), here=True)) if kept else None
    except InvalidFields:
        return REFUSED
    return SERVICE_FIELDS.write(record).get(field) if record else REFUSED


CORPUS = {
    "phone": (
        *("112", "+91 33 2222 0000", "(033) 2222-0000", "1-", "9" * 23, "+" + "9" * 23),
        *("9", "+9", "9" * 24, "call me", "033/2222", "=1", "+1;2", "०३३२२२२", "112\x07"),
    ),
    "email": (
        *("a@example.org", "first.last+tag@sub.example.org", "o'neil@example.org", "a@1.example", "x" * 64 + "@a.org"),
        *("nobody", "a@b", "a@localhost", "a b@example.org", "a@@example.org", "a@example.org,", "a..b@example.org"),
        *("a@-x.org", "a@x_y.org", "é@example.org", '"q"@example.org', "=a@example.org", "x" * 65 + "@a.org", "a@"),
        *("a@" + "b" * 64 + ".org", "a@" + ".".join(["b" * 63] * 4) + ".org"),
    ),
    "url": (
        *("https://example.org", "http://localhost:8000/a?b=c#d", "HTTPS://EXAMPLE.ORG", "https://[::1]/", "http://a"),
        *("https://example.org/'a", "https://example.org/" + "x" * 1980),
        *("ftp://example.org", "javascript:alert(1)", "https://", "https:///a", "https://a b", 'https://a.org/"x'),
        *("https://a_b.org", "https://a.org/<b>", "https://a..org", "mailto:a@example.org", "=https://a.org"),
        *("https://a.org:999999", "https://a.org/{x}", "https://example.org/" + "x" * 1981),
    ),
    "languages": ("hi", "lus", "zh-Hant", "sgn-IN", "h", "HI", "Bengali", "hi_IN", "zh-", "hi-" + "a" * 9, "hi" * 30),
    **dict.fromkeys(NUMBERS, ("0", "18", "120", "121", "-1", "18+", "18.5", "many")),
}
OF_WORDS = (
    *("Care", "কেন্দ্র", "Two\nlines", "Tab\tinside", "-5", "+91 33 2222 0000", "x" * 200),
    *("=1+1", "@SUM(1)", "- closed", "+cmd|' /C calc'!A0", "\uff1d1", "\u200b=1"),
    *("bell\x07", "del\x7f", "cut\x0boff", "a\rb"),
)


@pytest.mark.parametrize("field", TYPED)
def test_every_way_in_takes_and_refuses_the_same(field: str) -> None:
    longest = SERVICE_FIELDS.limits.get(field, 0)
    for text in CORPUS.get(field, (*OF_WORDS, "x" * longest, "x" * (longest + 1))):
        expected = by_the_table(field, text)

        found = {way.__name__: way(field, text) for way in (by_api, by_sheet, by_form, by_import)}

        assert found == dict.fromkeys(found, expected), (field, text)


TEXTS = st.text("aZ09 @.+-()/:'=_", min_size=1, max_size=12)


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(TYPED), TEXTS)
def test_so_does_any_text(field: str, typed: str) -> None:
    text = typed.strip(" '")  # blanks around are nobody's; an apostrophe is a cell's quotation mark
    text = f"https://{text}" if field == "url" else text
    assume(text and (field not in NUMBERS or text.isdigit()))
    expected = by_the_table(field, text)

    found = {way.__name__: way(field, text) for way in (by_api, by_sheet, by_form, by_import)}

    assert found == dict.fromkeys(found, expected)


def test_an_address_in_another_script_is_made_ascii_where_people_write_it_and_refused_where_a_program_does() -> None:
    typed, kept = "https://नमूना.example/पता", "https://xn--l2bar9dsa.example/%E0%A4%AA%E0%A4%A4%E0%A4%BE"

    assert [way("url", typed) for way in (by_sheet, by_form, by_import)] == [kept] * 3
    assert by_api("url", typed) is REFUSED


@pytest.mark.parametrize("way", [by_sheet, by_form])
def test_numbers_are_typed_in_the_digits_of_any_script(way: Any) -> None:
    assert [way("minimum_age", text) for text in ("18", "१८", "১৮")] == [18, 18, 18]
    assert way("minimum_age", "१२१") is REFUSED
    assert way("minimum_age", "0" * 10 + "7") == 7


@pytest.mark.parametrize("text", ["700001", "700 001", "৭০০০০১"])
def test_a_pin_code_is_kept_as_six_ascii_digits(text: str) -> None:
    address = {"id": str(PART), "address_1": "1 Street", "city": "Kolkata", "postal_code": text, "country": "IN"}
    address |= {"state_province": "West Bengal", "address_type": "physical"}
    imported = place_record({"id": str(PART), "addresses": [address]}, str(OWNER), lambda *_: 315)

    for record in (imported, {**imported, "postal_code": text}):
        assert LOCATION_FIELDS.read(record).postal_code == "700001"
    with pytest.raises(InvalidFields):
        LOCATION_FIELDS.check({**imported, "postal_code": "070001"})


def test_what_was_stored_under_another_rule_is_read_as_it_was_and_refused_when_it_comes_anew() -> None:
    stored = {"id": str(SERVICE), "organization_id": str(OWNER), "name": "Care", "email": "é@example.org"}

    assert SERVICE_FIELDS.write(SERVICE_FIELDS.load(stored)) == stored
    with pytest.raises(InvalidFields) as refused:
        SERVICE_FIELDS.read(stored)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("email", "mail")]


def test_every_fault_of_a_record_is_told_with_its_path() -> None:
    wrong = {
        "id": "1",
        "needs": ["OST", "MAGIC"],
        "names": {"hi": "x" * 201},
        "schedules": [{"rrule": "FREQ=NOW", "opens_at": "9", "closes_at": "10:00"}],
        "hsds": {"contacts": [{"id": str(PART), "email": "nobody"}]},
        "colour": "blue",
    }

    with pytest.raises(InvalidFields) as refused:
        SERVICE_FIELDS.read(wrong)

    assert {fault.path: fault.code for fault in refused.value.faults} == {
        "id": "uuid",
        "organization_id": "required",
        "name": "required",
        "needs.1": "not-one-of",
        "names.hi": "too-long",
        "schedules.0.rrule": "hours-form",
        "schedules.0.opens_at": "time",
        "hsds.contacts.0.email": "standard",
        "colour": "unknown",
    }
