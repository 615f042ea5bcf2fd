"""Query about actions of a district's meetings whose owner has left the district: closed, merged into another, moved.

Nobody of such an owner comes to the district's next meeting, so its coordinator has to follow these. A guest of the
table has not left.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from directory_service.organizations.domain.standing import GONE
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.actions import ACTION_OPEN
from directory_service.partnership.domain.table_of_meeting import TABLE_KINDS
from directory_service.partnership.store.agreements_in_force import agreement_is_in_force
from directory_service.partnership.store.tables import MeetingAction
from directory_service.partnership.store.tables_agreements import Agreement


def actions_of_departed(session: Session, districts: Collection[int], today: date) -> Sequence[MeetingAction]:
    """Open actions of these districts' meetings whose owner has left, the first due first; `today`: India's."""
    is_party = or_(Agreement.unit_id == Organization.id, Agreement.provider_id == Organization.id)
    sits_here = exists().where(agreement_is_in_force(MeetingAction.district_code, today), is_party)
    has_moved = and_(Organization.district_code != MeetingAction.district_code, ~sits_here)
    has_left = or_(Organization.status.in_(GONE), Organization.deleted_at.is_not(None), has_moved)
    wanted = (
        select(MeetingAction)
        .join(Organization, Organization.id == MeetingAction.organization_id)
        .where(MeetingAction.district_code.in_(districts), MeetingAction.state == ACTION_OPEN)
        .where(Organization.kind.in_(TABLE_KINDS), has_left)
    )
    return session.scalars(wanted.order_by(MeetingAction.due, MeetingAction.id).limit(500)).all()
