"""Standing of an organisation as the directory's event tells it: who is offered, and who begins nothing new.

Why: a suspended or closing unit or provider finishes its own; it sends, claims, orders and uses up nothing more.
Promises: the event says `suspended` of suspended, closing and closed ones alike. When not to use it: for the acts that
lead to a standing, which the directory decides (`directory_service/organizations/domain/standing.py`).
"""

ACTIVE, SUSPENDED = "active", "suspended"


def begins_nothing(status: str) -> bool:
    """Whether it is suspended, closing or closed: it finishes its own and takes or sends nothing new."""
    return status == SUSPENDED
