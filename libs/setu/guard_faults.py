"""Words for what the guard of texts (`guard.py`) refuses; each service says for itself what to do about it."""

from collections.abc import Mapping

from setu.text import N_

FAULT_WORDS: Mapping[str, str] = {
    "digits": N_("a number of six digits or more"),
    "mail": N_("a mail address, or @"),
    "link": N_("a link"),
    "reference": N_("a reference or a card's code"),
    "case": N_("a case or FIR"),
    "vehicle": N_("a number plate"),
    "name": N_("a person's name"),
    "kin": N_("whose son, daughter or wife"),
    "alias": N_("an alias"),
    "place": N_("a place of use"),
    "time": N_("a time of day"),
}
"""Code of the guard → what must not stand in a text."""
