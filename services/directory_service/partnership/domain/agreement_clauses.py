"""Clauses of an agreement: what a unit and a provider sign, by version.

Promises: a version that was signed is never changed; a new wording is a new version. Counsel has to check the clauses
before they are signed: no unit can sign away a duty of law. When not to use it: for the spans that the clauses name,
which the rules keep (`HANDOVER_DAYS` of `focal_points.py`, `TAKE_DAYS` of `breaches.py`). Source: docs/partnership.md.
"""

from collections.abc import Mapping, Sequence

from setu.text import N_

CLAUSES: Mapping[str, Sequence[str]] = {
    "2026-1": (
        N_("Services are not used to find people."),
        N_(
            "No stop, search, watch or arrest within sight of a service, or on the way because of it; a warrant and"
            " danger to life excepted."
        ),
        N_("A service's card, a needle or medicine alone is no ground for a stop or an arrest."),
        N_("Going to a service is voluntary; nobody has targets."),
        N_("Nothing about a person is passed on but the form."),
        N_("The provider keeps its hours and answers in time."),
        N_("Each side names two focal points, and a successor within 7 days."),
        N_("Both sides train together, and visit the service once a year."),
        N_("A complaint goes to the coordinator within 3 working days, then to the state; remedies of law stay open."),
        N_("The crisis call is answered within 24 hours."),
        N_("The agreement is reviewed after 12 months; each side may leave with 30 days' notice."),
    )
}
"""Version → what both sides agree, in order. A version that was signed is never changed."""
CURRENT_CLAUSES = "2026-1"
