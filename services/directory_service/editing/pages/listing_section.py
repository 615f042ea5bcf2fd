"""What a part of the edit form is: how it shows a record, how it reads what was typed, and what typing makes of it.

Records are the JSON of `listing_records.write_service`. A section names what cannot be right in its own rows; the rest
is checked where everything is checked, by `read_service`, whose faults come back to the field of the same name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from service_kit.translations import N_

Json = dict[str, Any]
Form = MultiDict[str, str]
Errors = dict[str, str]

FAULTS: Mapping[str, str] = {
    "name": N_("Enter the name, at most 200 characters."),
    "phone_number": N_("Enter a phone number with its area code, such as 98765 43210."),
    "contact_number": N_("Enter a phone number with its area code, such as 98765 43210."),
    "contact_title": N_("Say who answers, such as “night nurse”."),
    "contact_mail": N_("Enter a mail address such as name@example.org."),
    "email": N_("Enter a mail address such as name@example.org."),
    "url": N_("Enter a web address such as https://example.org."),
    "lang_code": N_("Choose a language, each once."),
    "minimum_age": N_("Enter an age in whole years."),
    "maximum_age": N_("Enter an age in whole years, not below the youngest."),
    "admits_children_up_to": N_("Enter an age from 0 to 18."),
    "places_available": N_("Enter a whole number, or leave it empty."),
    "days": N_("Choose at least one day."),
    "opens": N_("Enter a time such as 09:30."),
    "closes": N_("Enter a time such as 17:00."),
    "area": N_("Say which part of town, at most 100 characters."),
    "postal_code": N_("Enter a PIN code of six digits."),
    "latitude": N_("Enter degrees such as 22.5726, or leave both empty."),
    "longitude": N_("Enter degrees such as 88.3639, or leave both empty."),
    "district": N_("Choose the district."),
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


def plain(
    key: str,
    title: str,
    *,
    texts: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
    lists: Mapping[str, Callable[[str], Any]] | None = None,
    flags: tuple[str, ...] = (),
) -> Section:
    """A section of fields that have the same names in the form and in the record.

    `lists`: fields of which several answers are chosen, with what makes a value of an answer.
    """
    several = lists or {}

    def shown(record: Json) -> Json:
        made: Json = {name: "" if record.get(name) is None else str(record[name]) for name in (*texts, *numbers)}
        made |= {name: [str(value) for value in record.get(name, ())] for name in several}
        return made | {"flags": [name for name in flags if record.get(name)]}

    def typed(form: Form) -> Json:
        made: Json = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in (*texts, *numbers)}
        made |= {name: list(dict.fromkeys(filter(None, form.getlist(name)))) for name in several}
        return made | {"flags": [name for name in flags if name in form.getlist("flags")]}

    def change(record: Json, said: Json, errors: Errors) -> Json:
        made = {name: value for name, value in record.items() if name not in {*texts, *numbers, *several, *flags}}
        made |= {name: said[name] for name in texts if said[name]} | dict.fromkeys(said["flags"], True)
        for name in numbers:
            _number(name, said[name], made, errors)
        for name, make in several.items():
            _list(name, [str(each) for each in said[name]], make, made, errors)
        return made

    return Section(key, title, (*texts, *numbers, *several, *flags), shown, typed, change)


def _number(name: str, said: str, made: Json, errors: Errors) -> None:
    if said.isascii() and said.isdigit() and len(said) < 10:
        made[name] = int(said)
    elif said:
        errors[name] = FAULTS[name]


def _list(name: str, said: list[str], make: Callable[[str], Any], made: Json, errors: Errors) -> None:
    try:
        made[name] = [make(value) for value in said]
    except ValueError:
        errors[name] = OTHER_FAULT
