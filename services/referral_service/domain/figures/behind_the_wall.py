"""Tables of figures from behind the wall, which never leave providers and bodies: who reads them, titles and rows.

What everybody may see stands in `setu.figures`, which the directory reads too. Promises: nothing of a unit, an officer
or a person; no need of children, which is a state's, where nothing is told as a total. They are told by the quarter at
the finest, of each place that has a line of its own: `_behind_the_wall` of `freeze_month.py`.
"""

from collections.abc import Mapping

from setu.figures import PEOPLE, TABLES, UNMET_NEED, FigureTable
from setu.roles import CASE_WORKERS, COORDINATOR, DATA_OFFICER, PROVIDER_MANAGER
from setu.text import N_

SERVICE_READERS = (*CASE_WORKERS, PROVIDER_MANAGER, COORDINATOR, DATA_OFFICER)
"""The roles that read them; `FIGURE_POLICIES` of `store/policies.py` lets no other in."""
WORK, SETTLED_NEED = "work", "settled_need"
CHILDREN, CHILDRENS_NEED = "children", "CHILD"
"""A count, and a need, that are told of whole states only."""
SERVICE_TABLES: Mapping[str, FigureTable] = {
    WORK: FigureTable(
        N_("What became of referrals"),
        PEOPLE,
        {
            "reached": N_("reached by a service"),
            "failed": N_("ended without success"),
            "no_capacity": N_("refused for want of places"),
            "forwarded": N_("forwarded to another service"),
            "settled": N_("settled by a coordinator"),
        },
    ),
    SETTLED_NEED: FigureTable(
        N_("Needs for which a coordinator found no service"),
        PEOPLE,
        {code: name for code, name in TABLES[UNMET_NEED].rows.items() if code != CHILDRENS_NEED},
    ),
}
