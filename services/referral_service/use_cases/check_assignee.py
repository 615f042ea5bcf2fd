"""Check to whom referrals are assigned: a case worker of the own provider who has not left, or nobody.

Why: this is 422 and comes before any look at the referral, so it reads the own team alone. When not to use it: for who
assigns, and which referrals (the row `assign` of `domain/transitions.py`).
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.store.team_members import is_on_team
from service_kit.errors import FieldError
from service_kit.identity import Principal


def check_assignee(
    session: Session, actor: Principal, assignee: UUID | None, *, owner: UUID | None = None
) -> Iterator[FieldError]:
    """What is wrong with it; `owner`: who holds the referrals now, and so gets none."""
    if assignee is not None and not is_on_team(session, actor.organization, assignee):
        yield FieldError("assignee", "Not a case worker of your organisation.")
    elif owner is not None and assignee == owner:
        yield FieldError("assignee", "Name another case worker, or nobody.")
