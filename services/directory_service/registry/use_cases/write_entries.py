"""Write what a plan says: new units, and the changed fields of those that are there. One transaction of the caller.

Promises: the whole plan or nothing; parents may come after their children; each unit has a line in the audit log; a new
provider waits until somebody else lets it in, and who entered it is noted for that.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.listings.domain.fields import ORGANIZATION_FIELDS
from directory_service.listings.domain.records import Organization
from directory_service.listings.use_cases.save_organization import save_organization
from directory_service.organizations.domain.standing import PENDING
from directory_service.organizations.store.state_locks import lock_states
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.registry.domain.plan import EntryLine, Plan, Planned, plan_entries
from directory_service.registry.domain.units import first_standing
from directory_service.registry.store.units import own_unit, units_of_states
from service_kit.db import audit
from service_kit.identity import Principal
from service_kit.ids import Ids


def plan_now(session: Session, who: Principal, entries: Sequence[EntryLine], *, to_write: bool = False) -> Plan:
    """The plan as of now; `to_write`: nobody else gives codes or names in these states until the transaction ends."""
    if to_write:
        lock_states(session, who.districts)
    own = own_unit(session, who)
    return plan_entries(entries, units_of_states(session, who.districts), who.districts, own)


def write_entries(session: Session, who: Principal, plan: Plan, ids: Ids, now: datetime) -> list[UUID]:
    """The ids of what was made and changed, in that order. `who` has the reach of the registry."""
    written = [(_make(session, who, each, ids, now), each) for each in plan.added]
    written += [(_change(session, who, each, now), each) for each in plan.changed]
    session.flush()
    by_code = {unit.code: unit.id for unit in units_of_states(session, who.districts) if unit.code}
    for row, each in written:
        parent = each.line.entry.parent_code
        row.parent_id = by_code[parent] if parent else row.parent_id if _keeps_parent(each) else None
    session.flush()
    return [row.id for row, _each in written]


def _keeps_parent(each: Planned) -> bool:
    """A parent without a code cannot be named, so it stays where nothing is said."""
    return "parent_code" not in each.changed


def _make(session: Session, who: Principal, each: Planned, ids: Ids, now: datetime) -> OrganizationRow:
    entry = each.line.entry
    standing = first_standing(entry.kind)
    made = Organization(ids.uuid(), entry.kind.kind, entry.district, standing, entry.name)
    save_organization(session, made, now)
    row = session.get_one(OrganizationRow, made.id)
    row.level, row.code, row.opened_on = entry.kind.level, entry.code, entry.opened_on
    row.made_by = who.account if standing == PENDING else None
    _audit(session, who, "organization.create", row, {"kind": entry.kind.code, "district": str(entry.district)}, now)
    return row


def _change(session: Session, who: Principal, each: Planned, now: datetime) -> OrganizationRow:
    entry, unit = each.line.entry, each.unit
    row = session.get_one(OrganizationRow, unit.id if unit else None, with_for_update=True, populate_existing=True)
    if row.name != entry.name:
        save_organization(session, replace(ORGANIZATION_FIELDS.load(row.record), name=entry.name), now)
    row.code, row.opened_on = entry.code, entry.opened_on
    _audit(session, who, "organization.change", row, {"fields": " ".join(each.changed)}, now)
    return row


def _audit(
    session: Session, who: Principal, action: str, row: OrganizationRow, detail: dict[str, str], now: datetime
) -> None:
    audit.record(session, action, ("organization", row.id), who, now, detail=detail)
