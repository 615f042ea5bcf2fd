"""Words for codes: what screens say for a setting, a flag, a state or a reason.

Why: codes travel, words are read. Each table maps a code to an English message key; `say` gives it in the reader's
language. Promises: every code that a screen can show is in one of the modules here (a test walks the tables and the
catalogues), and no word that wounds (`tests/architecture/test_words_that_wound.py`). When not to use it: for the
consent text, which is versioned.
"""

from collections.abc import Iterable, Mapping

from referral_service.pages.words import acts, answers, desk, outcomes, services, states, voices
from service_kit.web.html.i18n import gettext
from setu.languages import NAMES
from setu.needs import NEEDS

TABLES: Mapping[str, Mapping[str, str]] = {
    "NEED": {need.code: need.name for need in NEEDS},
    "NEED_HINT": {need.code: need.hint for need in NEEDS},
    "LANGUAGE": NAMES,
} | {
    name: table
    for module in (answers, states, acts, outcomes, voices, services, desk)
    for name, table in vars(module).items()
    if name.isupper() and isinstance(table, Mapping)
}
"""Every table by name; templates say `say('STATE', code)`."""


def say(table: str, code: str) -> str:
    """The words for a code in the reader's language; an unknown code (a newer event's) is shown as it is."""
    key = TABLES[table].get(code)
    return gettext(key) if key else code


def choices(table: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """(code, words) for these codes (all of the table where none are given), for radios and checkboxes."""
    return [(code, say(table, code)) for code in (TABLES[table] if codes is None else codes)]
