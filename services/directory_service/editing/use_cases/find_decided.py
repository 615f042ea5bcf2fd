"""Find what became of a pending organisation that was decided, for whoever still looks at it as pending.

Read without a lock: row-level security holds no row that this person may not change as it stands by now.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import NotThere
from directory_service.organizations.domain.standing import ACTIVE, PENDING
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal


class NotPending(Exception):
    """The organisation `name` is pending no more: it stands as `status` by now."""

    def __init__(self, name: str, status: str) -> None:
        super().__init__(status)
        self.name = name
        self.status = status


def not_pending_error(session: Session, who: Principal, organization: UUID) -> NotThere | NotPending:
    """Why this person does not approve it any more: somebody decided meanwhile, or it is none of the own districts."""
    row = session.get(Organization, organization)
    if row is None or row.status == PENDING or row.deleted_at is not None or row.district_code not in who.districts:
        return NotThere(str(organization))
    return NotPending(row.name, row.status)


def name_of_approved(session: Session, who: Principal, organization: UUID) -> str:
    """What an organisation of the own districts is called, '' where none of them is active under this id."""
    row = session.get(Organization, organization)
    return row.name if row is not None and row.status == ACTIVE and row.district_code in who.districts else ""
