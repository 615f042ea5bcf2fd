"""Phones and contacts of a service as rows: one plain number is the record's own, more of them are HSDS objects."""

from typing import Any

from directory_service.editing.pages.form_rows import (
    Row,
    filled_rows,
    rows_of,
)
from directory_service.editing.pages.listing_section import (
    FAULTS,
    Errors,
    Form,
    Json,
    Section,
    text_section,
)
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.text_kinds import MAIL, PHONE
from service_kit.translations import N_

PHONES, CONTACTS = ("phone_number", "phone_about"), ("contact_title", "contact_mail", "contact_number")
_TEXTS = text_section("", "", "email", "url")


def _shown(record: Json) -> Json:
    kept = record.get("hsds", {})
    phones = [_row(PHONES, str(each["number"]), each.get("description", "")) for each in kept.get("phones", [])]
    contacts = [_row(CONTACTS, _title(c), c.get("email", ""), _number(c)) for c in kept.get("contacts", [])]
    return {
        **_TEXTS.shown(record),
        "phones": phones or [_row(PHONES, record.get("phone", ""), "")],
        "contacts": contacts or [_row(CONTACTS, "", "", "")],
    }


def _typed(form: Form) -> Json:
    return {**_TEXTS.typed(form), "phones": rows_of(form, PHONES), "contacts": rows_of(form, CONTACTS)}


def _change(record: Json, typed: Json, errors: Errors) -> Json:
    made = _TEXTS.change(record, typed, errors)
    made.pop("phone", None)
    before = made.pop("hsds", {})
    kept = {name: value for name, value in before.items() if name not in {"phones", "contacts"}}
    phones, contacts = filled_rows(typed["phones"]), filled_rows(typed["contacts"])
    _check(typed, errors)
    if phones:
        made["phone"] = phones[0]["phone_number"]
        objects = [_phone(record["id"], at, row, before.get("phones", [])) for at, row in enumerate(phones)]
        kept |= {"phones": objects} if len(objects) > 1 or not _is_plain(objects[0]) else {}
    if contacts:
        known = before.get("contacts", [])
        kept["contacts"] = [_contact(record["id"], at, row, known) for at, row in enumerate(contacts)]
    return {**made, "hsds": kept}


CONTACT = Section(
    "contact", N_("Phone and mail"), ("phone", "email", "url"), _shown, _typed, _change, ("phones", "contacts")
)


def _row(names: tuple[str, ...], *values: str) -> Row:
    return dict(zip(names, values, strict=True))


def _title(contact: Json) -> str:
    return str(contact.get("title") or contact.get("name") or "")


def _number(contact: Json) -> str:
    return str(next((each["number"] for each in contact.get("phones", [])), ""))


def _check(typed: Json, errors: Errors) -> None:
    for at, row in enumerate(typed["phones"]):
        if any(row.values()) and not PHONE.takes(row["phone_number"]):
            errors[f"phone_number.{at}"] = FAULTS["phone_number"]
    for at, row in enumerate(typed["contacts"]):
        if any(row.values()) and not row["contact_title"]:
            errors[f"contact_title.{at}"] = FAULTS["contact_title"]
        if row["contact_mail"] and not MAIL.takes(row["contact_mail"]):
            errors[f"contact_mail.{at}"] = FAULTS["contact_mail"]
        if row["contact_number"] and not PHONE.takes(row["contact_number"]):
            errors[f"contact_number.{at}"] = FAULTS["contact_number"]


def _known_row(rows: Any, name: str, value: str) -> Json:
    """The object that the row came from, so that what the form does not show stays."""
    return next((dict(each) for each in rows if str(each.get(name, "")) == value), {})


def _phone(service: str, at: int, row: Row, before: Any) -> Json:
    usual = {"id": nested_id(service, "phone", at, row["phone_number"]), "service_id": service, "type": "voice"}
    made = {**(_known_row(before, "number", row["phone_number"]) or usual), "number": row["phone_number"]}
    made.pop("description", None)
    return made | ({"description": row["phone_about"]} if row["phone_about"] else {})


def _is_plain(phone: Json) -> bool:
    """Whether a record's one number says as much."""
    return set(phone) <= {"id", "number", "type", "service_id"} and phone.get("type", "voice") == "voice"


def _contact(service: str, at: int, row: Row, before: Any) -> Json:
    said = "name" if _known_row(before, "name", row["contact_title"]) else "title"
    usual = {"id": nested_id(service, "contact", at, row["contact_title"]), "service_id": service}
    made = {**(_known_row(before, said, row["contact_title"]) or usual), said: row["contact_title"]}
    numbers = made.pop("phones", [])
    made.pop("email", None)
    if row["contact_mail"]:
        made["email"] = row["contact_mail"]
    if row["contact_number"]:
        first = {"id": nested_id(made["id"], "phone"), **(numbers[0] if numbers else {})}
        made["phones"] = [{**first, "number": row["contact_number"]}, *numbers[1:]]
    return made
