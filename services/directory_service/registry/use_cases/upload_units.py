"""Units from a file: what it would make, change and leave; and doing it, if it is what was seen.

Promises: all lines are checked; with one fault nothing can be done; all of it is one transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from directory_service.registry.domain.plan import LineFault, Plan
from directory_service.registry.domain.unit_file import read_unit_file
from directory_service.registry.use_cases.write_entries import plan_now, write_entries
from service_kit.errors import Stale
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.india import day_in_india


@dataclass(frozen=True)
class UnitsPreview:
    """What the file would do as of now."""

    plan: Plan
    faults: tuple[LineFault, ...]

    @property
    def tag(self) -> str:
        """The same for the same preview."""
        written = [(each.line, each.unit, each.changed) for each in (*self.plan.added, *self.plan.changed)]
        return sha256(repr((written, self.faults)).encode()).hexdigest()[:32]


def preview_units(
    session: Session, who: Principal, content: bytes, now: datetime, *, to_write: bool = False
) -> UnitsPreview:
    """Raises BadSheet where the file as a whole cannot be used."""
    entries, faults = read_unit_file(content, day_in_india(now))
    plan = plan_now(session, who, entries, to_write=to_write).without_lines({fault.line for fault in faults})
    return UnitsPreview(plan, tuple(sorted((*faults, *plan.faults), key=lambda each: each.line)))


def write_units(session: Session, who: Principal, content: bytes, ids: Ids, now: datetime, *, seen: str) -> Plan:
    """Do it. Raises Stale where it is not what was seen, or has a fault."""
    preview = preview_units(session, who, content, now, to_write=True)
    if preview.faults or preview.tag != seen:
        raise Stale
    write_entries(session, who, preview.plan, ids, now)
    return preview.plan
