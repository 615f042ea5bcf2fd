"""Rules of focal points: how many each side of an agreement names, who names them, how long a handover is open.

Promises: pure. A focal point is a post with a duty phone; who holds it is nobody's to read but the own side's. When not
to use it: for what makes an agreement active (`agreements.py`). Source: docs/partnership.md.
"""

from collections.abc import Collection
from uuid import UUID

from setu.roles import COORDINATOR, SUPERVISING

FOCAL_POINTS = 2  # of each side
HANDOVER_DAYS = 7


def acts_for_party(role: str, organization: UUID, districts: Collection[int], *, party: UUID, district: int) -> bool:
    """Whether somebody names focal points and successors for a party of an agreement that lies in a district.

    A supervisor or manager for the own organisation; a coordinator for both parties in the own districts.
    """
    return district in districts if role == COORDINATOR else role in SUPERVISING and party == organization
