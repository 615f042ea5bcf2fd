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
DONE_WORDS: Mapping[str, str] = {
    "drafted": N_("The agreement is drafted. Now both sides sign, and each names two focal points."),
    "signed": N_("The signature is noted."),
    "in_force": N_("The signature is noted, and everything is there: both sides have agreed."),
    "reviewed": N_("The review is noted."),
    "renewed": N_("The renewal is drafted: this page is the new version."),
    "kept": N_("The paper is kept."),
    "named": N_("The focal point is named."),
    "taken_back": N_("It is taken back."),
    "handed_over": N_("The successor is named and told, and takes it over on a page of their own."),
}
"""What was done → the words of the agreement's page after it."""
SIDE_WORDS: Mapping[str, str] = {"unit": N_("Unit or prison"), "provider": N_("Provider")}
