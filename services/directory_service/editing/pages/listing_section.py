"""What a part of the edit form is: how it shows a record, how it reads what was typed, and what typing makes of it.

Records are the JSON that the tables of fields write. A section names what cannot be right in its own rows; the rest is
checked where everything is checked, by the table, whose faults come back to the field of the same name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import (
    LOCATION_FIELDS,
    OPENING_FIELDS,
    ORGANIZATION_FIELDS,
    SERVICE_FIELDS,
)
from directory_service.listings.domain.kinds import Kind
from directory_service.listings.domain.record_table import RecordTable
from service_kit.translations import N_

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


def plain(key: str, title: str, *names: str, table: RecordTable[Any] = SERVICE_FIELDS) -> Section:
    """A section of fields that have the same names in the form and in the record; what is typed, the table says.

    Lists are fields of which several answers are chosen; what is true or false is chosen among the `flags`.
    """
    fields = [table[name] for name in names]
    several = [each for each in fields if each.kind.item]
    flags = [each.name for each in fields if each.kind.code == "yes-no"]
    single = [each for each in fields if each not in several and each.name not in flags]

    def shown(record: Json) -> Json:
        made: Json = {each.name: str(record.get(each.name, "")) for each in single}
        made |= {each.name: [str(value) for value in record.get(each.name, ())] for each in several}
        return made | {"flags": [name for name in flags if record.get(name)]}

    def typed(form: Form) -> Json:
        made: Json = {each.name: form.get(each.name, "").replace("\r\n", "\n").strip() for each in single}
        made |= {each.name: list(dict.fromkeys(filter(None, form.getlist(each.name)))) for each in several}
        return made | {"flags": [name for name in flags if name in form.getlist("flags")]}

    def change(record: Json, said: Json, errors: Errors) -> Json:
        made = {name: value for name, value in record.items() if name not in names} | dict.fromkeys(said["flags"], True)
        for each in fields:
            if each.name in flags or not said[each.name]:
                continue
            try:
                made[each.name] = _meant(each.kind, said[each.name])
            except InvalidFields:
                errors[each.name] = FAULTS.get(each.name, OTHER_FAULT)
        return made

    return Section(key, title, names, shown, typed, change)


def _meant(kind: Kind, said: Any) -> Any:
    return [kind.item.typed(str(each)) for each in said] if kind.item else kind.typed(said)
