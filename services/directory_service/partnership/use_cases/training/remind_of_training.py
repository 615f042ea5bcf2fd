"""Clock of training: once a month supervisors and coordinators of a district hear that training is due there.

Promises: one event a district and month, however often this runs; none where everybody posted is trained and nobody's
training runs out, nor in the month in which a new district's plan has its first training. The event names
organisations, a district and the month's last day. Needs the worker's role.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.training import TRAINED_KINDS
from directory_service.partnership.store.tables_visits import TrainingReminder
from directory_service.partnership.store.training import trained_units
from directory_service.partnership.use_cases.publish_partnership_notice import (
    PartnershipNotice,
    end_of_day,
    publish_partnership_notice,
)
from directory_service.partnership.use_cases.training.show_training import cover_districts
from service_kit.ids import SystemIds
from setu.india import day_in_india

TRAINING_DUE = "directory.training.due.v1"
FIRST_TRAINING = timedelta(days=12)
"""From a district's first day to the last on which its officers are trained. Source: docs/rollout.md, "The month"."""


def remind_of_training(session: Session, now: datetime) -> int:
    """How many districts are told; `now` is aware."""
    today = day_in_india(now)
    month, month_of_first_training = today.replace(day=1), (today + FIRST_TRAINING).replace(day=1)
    told = select(TrainingReminder.district_code).where(TrainingReminder.month >= month)
    theirs = (Organization.kind.in_(TRAINED_KINDS), Organization.status == "active", Organization.deleted_at.is_(None))
    waiting = (  # a unit may stand in a district that is not imported yet, and keeps no other from hearing
        select(Organization.district_code)
        .join(District, District.code == Organization.district_code)
        .where(*theirs, Organization.district_code.not_in(told))
        .distinct()
    )
    known = set(session.scalars(select(TrainingReminder.district_code)))
    districts = session.scalars(waiting).all()
    for district in set(districts) - known:
        _note(session, district, month_of_first_training)
    found = cover_districts(session, [code for code in districts if code in known], now)
    due = [code for code, each in found.items() if each.is_due]
    last_day = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    for district in due:
        receivers = [unit.id for unit in trained_units(session, (district,))]
        notice = PartnershipNotice(
            TRAINING_DUE, _note(session, district, month), district, receivers, end_of_day(last_day)
        )
        publish_partnership_notice(session, notice, now)
    return len(due)


def _note(session: Session, district: int, month: object) -> UUID:
    """The reminder's id, which is the event's subject: the same each month."""
    write = insert(TrainingReminder).values(district_code=district, id=SystemIds().uuid(), month=month)
    upsert = write.on_conflict_do_update(index_elements=["district_code"], set_={"month": write.excluded.month})
    return session.scalars(upsert.returning(TrainingReminder.id)).one()
