"""A provider changes what is said of itself: names, description, how to reach it. Standing and district stay."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory_service.editing.domain.standing import waits
from directory_service.editing.use_cases.ask_for_change import ask_for_change
from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.edit_service import (
    LIVE,
    UNCHANGED,
    WAITING,
    Edited,
)
from directory_service.editing.use_cases.provider_service import (
    Editor,
    Stale,
    changes_of,
    lock_provider,
    tag_of,
    waiting_for,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.history import (
    Difference,
    applied,
    differences,
)
from directory_service.listings.store.history import (
    Author,
    add,
    record_changes,
)
from directory_service.listings.store.tables import ChangeRequest
from directory_service.listings.use_cases.listing_records import (
    read_organization,
    write_organization,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import fill_organization
from directory_service.organizations.store.tables import Organization


@dataclass(frozen=True)
class OwnOrganization:
    """`record` holds what waits; `live` is the record in force; `tag` as of a service."""

    row: Organization
    live: dict[str, Any]
    record: records.Organization
    tag: str
    waiting: ChangeRequest | None


def own_organization(session: Session, editor: Editor) -> OwnOrganization:
    """The provider itself, locked. Raises NotThere."""
    row = lock_provider(session, editor.organization)
    request = waiting_for(session, [row.id], "organization").get(row.id)
    record = read_organization(applied(row.record, changes_of(request)) if request else row.record)
    return OwnOrganization(row, row.record, record, tag_of(row.version, request), request)


def edit_own_organization(
    session: Session, record: records.Organization, editor: Editor, now: datetime, *, seen: str
) -> Edited:
    """Raises NotThere, Stale. A new provider's change waits; a further one joins what waits."""
    own = own_organization(session, editor)
    if seen != own.tag:
        raise Stale(own.tag)
    row, before = own.row, own.record
    record = replace(record, id=row.id, kind=row.kind, district=row.district_code, status=row.status)
    wanted = write_organization(replace(record, sample=before.sample))
    changes = differences(write_organization(own.record), wanted)
    if not changes:
        return Edited(UNCHANGED, own.tag)
    fields = {each.top for each in changes}
    if own.waiting is None and not waits(own.row.status, fields, established=own.row.established_at is not None):
        state = LIVE
        apply_organization_change(session, own.row, read_organization(wanted), changes, now)
    else:
        ask_for_change(session, own.row.id, ("organization", own.row.id), differences(own.live, wanted), now)
        state = WAITING
    changed = " ".join(sorted(fields))
    audit_editing(session, editor, f"organization.{state}", ("organization", own.row.id), now, fields=changed)
    return Edited(state, own_organization(session, editor).tag)


def apply_organization_change(
    session: Session, owner: Organization, record: records.Organization, changes: Iterable[Difference], now: datetime
) -> None:
    """The row, its history, and what the public and the other services are told; the caller holds the lock."""
    rows = record_changes(owner.id, ("organization", owner.id), changes, Author(owner.id, owner.name), now)
    add(session, rows)
    fill_organization(session, owner, record, now, owner.source)
    publish_listing(session, owner, now)
