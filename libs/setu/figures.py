"""Tables of the monthly figures that everybody may see: titles, units and rows, in order, each with its words.

Why: the referral service freezes and shows them, the directory's meetings look at them, and the event between the two
(`contracts/events/referral.figures.frozen.v1.json`) has the same names. Promises: one dimension a table; texts are
English and marked. When not to use it: for what happened after a service accepted, which never leaves the referral
service. Source: docs/figures.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setu.needs import NEEDS
from setu.text import N_

PEOPLE, PERCENT, HOURS = "people", "percent", "hours"
ROUNDED, FEWER_THAN_10, EXACT, TOO_FEW = "rounded", "fewer_than_10", "exact", "too_few"
"""How a figure is told."""


@dataclass(frozen=True)
class FigureTable:
    """One table: what it is called, what it counts in, and its rows in order, each with its words."""

    title: str
    unit: str
    rows: Mapping[str, str]


CONSENT, VIEWS, UNMET_NEED, SHARE, FIRST_RESPONSE = "consent", "views", "unmet_need", "share", "first_response"
TABLES: Mapping[str, FigureTable] = {
    CONSENT: FigureTable(
        N_("What people answered"),
        PEOPLE,
        {"sent": N_("yes, sent"), "only_card": N_("only the card"), "declined": N_("no")},
    ),
    VIEWS: FigureTable(
        N_("What services answered"),
        PEOPLE,
        {
            "opened": N_("opened or answered"),
            "accepted": N_("accepted"),
            "not_taken": N_("could not take it"),
            "not_answered": N_("did not answer"),
            "withdrawn": N_("taken back by the sender"),
        },
    ),
    UNMET_NEED: FigureTable(
        N_("Needs that no open service met"),
        PEOPLE,
        {need.code: need.name for need in NEEDS},
    ),
    SHARE: FigureTable(
        N_("Shares"),
        PERCENT,
        {
            "women": N_("women"),
            "children": N_("under 18"),
            "prison_14_days_before": N_("from prison, sent 14 days before release"),
            "answered_24_hours": N_("answered within 24 hours"),
            "urgent_4_hours": N_("urgent, answered within 4 hours"),
        },
    ),
    FIRST_RESPONSE: FigureTable(N_("First answer"), HOURS, {"median_hours": N_("hours until half were answered")}),
}
