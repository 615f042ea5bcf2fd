"""Version of a team's inbox: one number that grows with every commit that changes what the inbox shows.

Why: two hundred open inboxes ask every ten seconds, and nearly always nothing has changed. Promises: triggers on `task`
add a row for each organisation that is told of a referral, before or after the change; nobody waits for anybody, since
rows are only added; the worker moves what was added into a counted number, and the sum stays. A reader who takes the
number first and the list afterwards never holds an older list under a newer number. When not to use it: for what
depends on the clock alone.
"""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, insert, select, text
from sqlalchemy.orm import Session

from referral_service.store.tables import inbox_change, inbox_version

_COUNTED = select(inbox_version.c.changes).where(
    inbox_version.c.organization_id == bindparam("organization", type_=Uuid)
)
_SINCE = select(func.count()).where(inbox_change.c.organization_id == bindparam("organization", type_=Uuid))
_VERSION = select(func.coalesce(_COUNTED.scalar_subquery(), 0) + _SINCE.scalar_subquery())
_FOLD = text(
    "WITH gone AS (DELETE FROM inbox_change RETURNING organization_id)"
    " INSERT INTO inbox_version (organization_id, changes)"
    " SELECT organization_id, count(*) FROM gone GROUP BY organization_id ORDER BY organization_id"
    " ON CONFLICT (organization_id) DO UPDATE SET changes = inbox_version.changes + excluded.changes"
)


def read_inbox_version(session: Session, organization: UUID) -> int:
    """The number of changes so far; for a case worker of the organisation."""
    return session.scalar(_VERSION, {"organization": organization}) or 0


def note_inbox_change(session: Session, organization: UUID) -> None:
    """One change that no referral's row shows."""
    session.execute(insert(inbox_change).values(organization_id=organization))


def fold_inbox_changes(session: Session) -> None:
    """Put what was added since into the counted numbers; for the worker."""
    session.execute(_FOLD)
