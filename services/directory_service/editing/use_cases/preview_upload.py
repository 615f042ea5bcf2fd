"""What a provider's file would change, worked out without changing anything: services in, changed, out; rows left out.

Worked out anew whenever somebody looks, and once more when it is confirmed; `digest` says that both saw the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import is_new
from directory_service.editing.domain.sheets.cells import SheetReferences
from directory_service.editing.domain.sheets.columns import (
    COLUMNS,
    shown,
)
from directory_service.editing.domain.sheets.reading import (
    Draft,
    RejectedRow,
    Sender,
    read_sheet,
)
from directory_service.editing.domain.sheets.table import table_of
from directory_service.editing.store.tables import ListingUpload
from directory_service.editing.use_cases.own_services import (
    OwnService,
    own_services,
)
from directory_service.editing.use_cases.provider_sheet import known_to
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.records import Service
from directory_service.organizations.store.tables import Organization
from setu.india import day_in_india


@dataclass(frozen=True)
class CellChange:
    """A column, what stands there now and what would, as the sheet writes it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Planned:
    """A good row that would do something."""

    line: int
    record: Service
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class Preview:
    """`confirmed`: rows that only say that all is still right; `held`: what is new or other waits for a coordinator.

    `stays`: services that are in no row were to leave, but a row at fault may mean one of them, so that all stay.
    """

    added: Sequence[Planned]
    changed: Sequence[Planned]
    confirmed: Sequence[Planned]
    unchanged: int
    removed: Sequence[OwnService]
    stays: bool
    rejected: Sequence[RejectedRow]
    examples: Sequence[int]
    held: bool
    digest: str

    @property
    def is_empty(self) -> bool:
        """Whether confirming it would do nothing."""
        return not (self.added or self.changed or self.confirmed or self.removed)


def preview_upload(session: Session, upload: ListingUpload) -> Preview:
    """Raises BadSheet. The session's scope is the organisation's manager."""
    own = own_services(session, upload.organization_id)
    known = known_to(session, upload.organization_id)
    reading = read_sheet(table_of(upload.content), _sender(upload, own, known))
    good = reading.drafts
    added = [_planned(draft, known) for draft in good if draft.before is None]
    differing = [_planned(draft, known) for draft in good if draft.before not in (None, draft.record)]
    owner = session.get_one(Organization, upload.organization_id)
    missing = {record.id for record in reading.missing} if upload.takes_out else set()
    unclear = not {row.service for row in reading.rejected} <= {each.id for each in own}
    removed = [] if unclear else [each for each in own if each.id in missing]
    return Preview(
        added=added,
        changed=[each for each in differing if each.cells],
        confirmed=[each for each in differing if not each.cells],
        unchanged=len(good) - len(added) - len(differing),
        removed=removed,
        stays=bool(unclear and missing),
        rejected=reading.rejected,
        examples=reading.examples,
        held=is_new(owner.status, established=owner.established_at is not None),
        digest=_digest([*added, *differing], own, removed),
    )


def _sender(upload: ListingUpload, own: Sequence[OwnService], known: SheetReferences) -> Sender:
    return Sender(
        upload.organization_id,
        [each.record for each in own],
        known,
        lambda name: UUID(nested_id(upload.id, name)),
        upload.sent_at,
        day_in_india(upload.sent_at) if upload.confirms else None,
    )


def _planned(draft: Draft, known: SheetReferences) -> Planned:
    before = draft.before or Service(draft.record.id, draft.record.organization_id, "")
    cells = [CellChange(each.name, shown(each, before, known), shown(each, draft.record, known)) for each in COLUMNS]
    # of a new one also what an empty cell would keep: here there is nothing to keep, and the page says so
    always = {each.name for each in COLUMNS if each.keeps_when_empty} if draft.before is None else set[str]()
    changed = tuple(each for each in cells if each.before != each.after or each.column in always)
    return Planned(draft.line, draft.record, changed)


def _digest(planned: Sequence[Planned], own: Sequence[OwnService], removed: Sequence[OwnService]) -> str:
    tags = {str(each.id): each.tag for each in own}
    said = [
        [[tags.get(str(each.record.id), ""), SERVICE_FIELDS.write(each.record)] for each in planned],
        [[each.tag, str(each.id)] for each in removed],
    ]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
