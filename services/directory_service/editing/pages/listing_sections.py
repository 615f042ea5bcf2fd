"""Table of the form's sections in the order in which they are edited, and what goes on when one is saved."""

from collections.abc import Mapping
from datetime import datetime

from directory_service.editing.pages.form_rows import (
    Row,
    rows_of,
)
from directory_service.editing.pages.listing_contact import CONTACT
from directory_service.editing.pages.listing_section import (
    Errors,
    Form,
    Json,
    Section,
    read_typed,
    text_section,
    words_typed,
)
from directory_service.editing.pages.weekly_hours import HOURS
from directory_service.listings.domain import records
from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.hsds.edited_lists import outdated_lists
from service_kit.translations import N_

WORDS = ("lang_code", "lang_name", "lang_text")
STATUSES = ("active", "temporarily closed", "inactive")


def _shown_words(record: Json) -> Json:
    names, texts = record.get("names", {}), record.get("descriptions", {})
    codes = dict.fromkeys(["hi", "bn", *names, *texts])
    return {"words": [dict(zip(WORDS, (c, names.get(c, ""), texts.get(c, "")), strict=True)) for c in codes]}


def _typed_words(form: Form) -> Json:
    return {"words": rows_of(form, WORDS)}


def _change_words(record: Json, typed: Json, errors: Errors) -> Json:
    names, texts = words_typed(typed["words"], WORDS[1:], errors)
    return {**record, "names": names, "descriptions": texts}


SECTIONS: Mapping[str, Section] = {
    section.key: section
    for section in (
        text_section("today", N_("Today"), "accepting", "places_available"),
        HOURS,
        CONTACT,
        text_section("texts", N_("Name and description"), "name", "alternate_name", "description", "alert"),
        Section(
            "words",
            N_("In other languages"),
            ("names", "descriptions"),
            _shown_words,
            _typed_words,
            _change_words,
            ("words",),
        ),
        text_section("offers", N_("What it offers"), "needs"),
        text_section(
            "people",
            N_("Who it is for"),
            *("eligibility_description", "minimum_age", "maximum_age", "admits_children_up_to"),
            *("genders", "languages"),
            *(flag.field for flag in FLAGS),
        ),
        text_section("coming", N_("Cost, and how to come"), "cost", "fees_description", "application_process"),
        text_section("where", N_("Where"), "places", "districts"),
        text_section("status", N_("On or off"), "status"),
    )
}


def written_record(record: records.Service) -> Json:
    """The record's JSON with the answers that are usual, and so left out where it is stored."""
    return {**SERVICE_FIELDS.usual, **SERVICE_FIELDS.write(record)}


def changed_record(section: Section, record: records.Service, typed: Json, now: datetime) -> records.Service:
    """The record with what was typed; raises NotRight. `now` (aware) is the time of a figure that is typed."""
    errors: Errors = {}
    before = written_record(record)
    made = section.change(before, typed, errors)
    anew = outdated_lists(
        [name for name in {**before, **made} if _field_value(made, name) != _field_value(before, name)]
    )
    made["hsds"] = {name: value for name, value in made.get("hsds", {}).items() if name not in anew}
    if section.key == "today":
        made.pop("places_as_of", None)
        made |= {"places_as_of": now.isoformat()} if "places_available" in made else {}
    return read_typed(SERVICE_FIELDS, made, before, errors, lambda path: field_of(path, typed))


def _field_value(record: Json, name: str) -> object:
    """The field's value; an empty list says as much as none."""
    value = record.get(name)
    return None if value == [] else value


def field_of(path: str, typed: Json) -> str:
    """The form's field of a fault such as `names.hi` or `genders.0`."""
    top, _, rest = path.partition(".")
    if top in {"names", "descriptions"}:
        rows: list[Row] = typed.get("words", [])
        at = next((at for at, row in enumerate(rows) if row["lang_code"] == rest), 0)
        return f"{'lang_name' if top == 'names' else 'lang_text'}.{at}"
    return {"phone": "phone_number.0", "schedules": "days.0", "hsds": "contact_title.0"}.get(top, top)
