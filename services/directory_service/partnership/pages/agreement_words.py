"""Words of agreements on a page."""

from collections.abc import Mapping

from service_kit.translations import N_

AGREEMENT_WORDS: Mapping[str, tuple[str, str]] = {
    "draft": (N_("draft"), "quiet"),
    "upcoming": (N_("begins later"), "quiet"),
    "active": (N_("in force"), "green"),
    "resting": (N_("rests"), "amber"),
    "lapsing": (N_("lapses soon"), "amber"),
    "lapsed": (N_("lapsed"), "red"),
    "ended": (N_("ended"), "quiet"),
}
"""State of an agreement → its words, and the tone of the tag."""
SIDE_WORDS: Mapping[str, str] = {"unit": N_("Unit or prison"), "provider": N_("Provider")}
