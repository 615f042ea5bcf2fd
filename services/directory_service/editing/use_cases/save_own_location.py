"""A provider adds or changes a place. Hiding an address never waits for anybody; showing one may.

A confidential place's address is in no history and, unless it shall be shown, in no request: only its own organisation
sees it. The part of town is public of such a place too: of a new provider's the district stands there until a
coordinator has read it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.editing.domain.standing import is_new
from directory_service.editing.use_cases.ask_for_change import ask_for_change
from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.edit_service import (
    LIVE,
    UNCHANGED,
    WAITING,
    Edited,
)
from directory_service.editing.use_cases.provider_location import (
    Json,
    own_place,
)
from directory_service.editing.use_cases.provider_service import (
    Editor,
    Stale,
    lock_provider,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.history import (
    Difference,
    differences,
)
from directory_service.listings.domain.records import EXACT
from directory_service.listings.store.history import (
    Author,
    add,
    forget_requests,
    record_changes,
)
from directory_service.listings.use_cases.check_references import UnknownDistrict
from directory_service.listings.use_cases.listing_records import write_place
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import write_place_row
from directory_service.organizations.store.tables import (
    District,
    Organization,
)


def save_own_place(
    session: Session, record: records.Place, editor: Editor, now: datetime, *, seen: str | None
) -> Edited:
    """`seen`: the tag that the change was made from; None for a new place, whose id the caller has made.

    Raises NotThere, Stale, UnknownDistrict.
    """
    owner = lock_provider(session, editor.organization)
    own = own_place(session, owner.id, record.id) if seen is not None else None
    if own is not None and own.tag != seen:
        raise Stale(own.tag)
    wanted = write_place(record)
    changes = differences(write_place(own.record) if own else {}, wanted)
    if not changes and own is not None:
        return Edited(UNCHANGED, own.tag)
    district = session.get(District, record.district)
    if district is None:
        raise UnknownDistrict(f"{record.district} is not a known district (LGD code)")
    new = is_new(owner.status, established=owner.established_at is not None) or (own is not None and own.waiting)
    resource = ("location", record.id)
    if record.confidential or not new:
        at_once = _hidden(record, own.live if own else {}, district.name) if new else record
        stands = write_place(at_once)
        apply_place_change(session, owner, at_once, differences(own.live if own else {}, stands), now)
        if record.confidential:
            forget_requests(session, record.id)
        asked = ask_for_change(session, owner.id, resource, differences(stands, wanted), now)
    else:
        shown = own.shown if own else {}
        asked = ask_for_change(session, owner.id, resource, differences(shown, wanted), now, creates=not shown)
    state = WAITING if asked else LIVE
    hidden = str(record.confidential).lower()
    audit_editing(session, editor, f"place.{state}", resource, now, confidential=hidden)
    return Edited(state, own_place(session, owner.id, record.id).tag)


def _hidden(record: records.Place, live: Json, district: str) -> records.Place:
    """What of a new provider's confidential place stands at once: the address, hidden; its own public words wait."""
    area, code = live.get("area", district), live.get("district", record.district)
    return replace(record, area=area, district=code)


def apply_place_change(
    session: Session, owner: Organization, record: records.Place, changes: Iterable[Difference], now: datetime
) -> None:
    """The place's row, its history as far as anybody may know it, and what the public sees."""
    write_place_row(session, record, now)
    told = [each for each in changes if not (record.confidential and each.top in EXACT)]
    add(session, record_changes(owner.id, ("location", record.id), told, Author(owner.id, owner.name), now))
    publish_listing(session, owner, now)
