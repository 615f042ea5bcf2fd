"""A provider changes one of its own services: at once, or, where it is new, once a coordinator has agreed.

One transaction of the caller. The record has passed `listing_records.read_service` like everything in the directory.
While something waits for a service, further changes of it join what waits; what is true only today never waits.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.editing.domain.standing import (
    DAILY,
    waits,
)
from directory_service.editing.use_cases.apply_change import apply_change
from directory_service.editing.use_cases.ask_for_change import ask_for_change
from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.provider_service import (
    Editor,
    OwnService,
    Stale,
    lock_provider,
    own_service,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.history import (
    applied,
    differences,
)
from directory_service.listings.use_cases.check_references import check_references
from directory_service.listings.use_cases.listing_records import (
    Json,
    read_service,
    write_service,
)
from directory_service.organizations.store.tables import Organization

UNCHANGED, LIVE, WAITING = "unchanged", "live", "waiting"


@dataclass(frozen=True)
class Edited:
    """`state`: unchanged, live or waiting; the tag that is in force now."""

    state: str
    tag: str


def edit_service(
    session: Session, record: records.Service, editor: Editor, now: datetime, *, seen: str | None, publish: bool = True
) -> Edited:
    """`seen`: the tag that the change was made from, None where the caller looked in this transaction.

    `publish` False: the caller changes several, and calls `publish_listing` once; until then the tag stays.

    Raises NotThere, Removed, Stale, NotYourPlace, UnknownDistrict. The session's scope is the organisation's.
    """
    owner = lock_provider(session, editor.organization)
    own = own_service(session, editor.organization, record.id)
    if seen is not None and seen != own.tag:
        raise Stale(own.tag)
    wanted = write_service(replace(record, organization_id=owner.id))
    changes = differences(write_service(own.record), wanted)
    if not changes:
        return Edited(UNCHANGED, own.tag)
    check_references(session, record, own.record)
    fields = {each.top for each in changes}
    if own.live and _is_live(owner, own, fields):
        state, live = LIVE, applied(own.live, changes)
        apply_change(session, owner, read_service(live), changes, now, publish=publish)
        if own.waiting:
            ask_for_change(session, owner.id, ("service", own.id), differences(live, wanted), now)
    else:
        state = WAITING if _ask(session, own, owner, wanted, now) else UNCHANGED
    changed = " ".join(sorted(fields))
    audit_editing(session, editor, f"listing.{state}", ("service", own.id), now, fields=changed)
    return Edited(state, own_service(session, owner.id, own.id).tag)


def _is_live(owner: Organization, own: OwnService, fields: Collection[str]) -> bool:
    if DAILY.issuperset(fields):
        return True
    return own.waiting is None and not waits(owner.status, fields, established=owner.established_at is not None)


def _ask(session: Session, own: OwnService, owner: Organization, wanted: Json, now: datetime) -> bool:
    changes = differences(own.live, wanted)
    asked = ask_for_change(session, owner.id, ("service", own.id), changes, now, creates=not own.live)
    return asked is not None
