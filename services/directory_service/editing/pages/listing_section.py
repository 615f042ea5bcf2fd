"""Section of the edit form: how it shows a record, how it reads what was typed, and what typing makes of it.

Records are the JSON that the tables of fields write. A section names what cannot be right in its own rows; the rest is
checked where everything is checked, by the table, whose faults come back to the field of the same name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from directory_service.editing.pages.form_rows import Row
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import (
    LOCATION_FIELDS,
    OPENING_FIELDS,
    ORGANIZATION_FIELDS,
    SERVICE_FIELDS,
)
from directory_service.listings.domain.record_table import Field, Record, RecordTable
from directory_service.listings.domain.spreadsheet_cells import running_cells
from directory_service.listings.domain.value_kinds import Kind
from service_kit.translations import N_
from setu.languages import NAMES as LANGUAGES

Json = dict[str, Any]
Form = MultiDict[str, str]
Errors = dict[str, str]

_TABLES: tuple[RecordTable[Any], ...] = (ORGANIZATION_FIELDS, LOCATION_FIELDS, SERVICE_FIELDS)
#: What cannot be right, by field of a form: what the table of fields says, and the forms' own rows.
FAULTS: Mapping[str, str] = {
    **{field.name: field.fault for table in _TABLES for field in table.fields if field.fault},
    "phone_number": SERVICE_FIELDS["phone"].fault,
    "contact_number": SERVICE_FIELDS["phone"].fault,
    "contact_mail": SERVICE_FIELDS["email"].fault,
    "contact_title": N_("Say who answers, such as “night nurse”."),
    "lang_code": N_("Choose a language, each once."),
    "days": N_("Choose at least one day."),
    "opens": OPENING_FIELDS["opens_at"].fault,
    "closes": OPENING_FIELDS["closes_at"].fault,
}
RUNS = N_("Begin with a letter or a figure: spreadsheets run what begins with “=”, “+”, “-” or “@”.")
OTHER_FAULT = N_("This is too long, has a character that cannot be used here, or is none of the answers.")


class NotRight(Exception):
    """What cannot be right, by field of the form; the words are still to be translated."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def read_typed(
    table: RecordTable[Record], made: Json, before: Json, errors: Errors, field_of: Callable[[str], str] = str
) -> Record:
    """The record, checked where everything is; raises NotRight with what was found already and what is found here.

    `before`: what stood there; `field_of`: the form's field of a path such as `names.hi` or `genders.0`.
    """
    for path in running_cells(made, before):
        errors.setdefault(field_of(path), RUNS)
    try:
        record = table.read({name: value for name, value in made.items() if value not in ({}, [])})
    except InvalidFields as wrong:
        for fault in wrong.faults:
            field = field_of(fault.path)
            errors.setdefault(field, FAULTS.get(field.partition(".")[0], OTHER_FAULT))
    if errors:
        raise NotRight(errors)
    return record


def words_typed(rows: Iterable[Row], columns: Sequence[str], errors: Errors) -> list[dict[str, str]]:
    """What was typed in other languages: for each column, words by the code of the row's language."""
    made: list[dict[str, str]] = [{} for _ in columns]
    for at, row in enumerate(rows):
        code, said = row["lang_code"], [row[column].replace("\r\n", "\n") for column in columns]
        if any(said) and (code not in LANGUAGES or any(code in words for words in made)):
            errors[f"lang_code.{at}"] = FAULTS["lang_code"]
        for words, text in zip(made, said, strict=True):
            words.update({code: text} if text else {})
    return made


@dataclass(frozen=True)
class Section:
    """A part of the form. `fields` are the record's; `rows` are the lists in which rows come and go."""

    key: str
    title: str
    fields: tuple[str, ...]
    shown: Callable[[Json], Json]
    typed: Callable[[Form], Json]
    change: Callable[[Json, Json, Errors], Json]
    rows: tuple[str, ...] = ()


def text_section(key: str, title: str, *names: str, table: RecordTable[Any] = SERVICE_FIELDS) -> Section:
    """A section of fields that have the same names in the form and in the record; what is typed, the table says."""
    inputs = _Inputs(tuple(table[name] for name in names))
    return Section(key, title, names, inputs.shown, inputs.typed, inputs.change)


@dataclass(frozen=True)
class _Inputs:
    """Fields as inputs of a form: of a list several answers are chosen, what is true is chosen among the `flags`."""

    fields: tuple[Field, ...]

    @cached_property
    def flags(self) -> list[str]:
        return [each.name for each in self.fields if each.kind.code == "yes-no"]

    @cached_property
    def lists(self) -> list[str]:
        return [each.name for each in self.fields if each.kind.item]

    @cached_property
    def texts(self) -> list[str]:
        return [each.name for each in self.fields if each.name not in {*self.flags, *self.lists}]

    def shown(self, record: Json) -> Json:
        made: Json = {name: str(record.get(name, "")) for name in self.texts}
        made |= {name: [str(value) for value in record.get(name, ())] for name in self.lists}
        return made | {"flags": [name for name in self.flags if record.get(name)]}

    def typed(self, form: Form) -> Json:
        made: Json = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in self.texts}
        made |= {name: list(dict.fromkeys(filter(None, form.getlist(name)))) for name in self.lists}
        return made | {"flags": [name for name in self.flags if name in form.getlist("flags")]}

    def change(self, record: Json, said: Json, errors: Errors) -> Json:
        names = {each.name for each in self.fields}
        made = {name: value for name, value in record.items() if name not in names} | dict.fromkeys(said["flags"], True)
        for each in self.fields:
            if each.name in self.flags or not said[each.name]:
                continue
            try:
                made[each.name] = _meant(each.kind, said[each.name])
            except InvalidFields:
                errors[each.name] = FAULTS.get(each.name, OTHER_FAULT)
        return made


def _meant(kind: Kind, said: Any) -> Any:
    return [kind.item.typed(str(each)) for each in said] if kind.item else kind.typed(said)
