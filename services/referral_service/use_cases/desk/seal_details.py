"""Sealing what a request at the desk is about under a key of its own, and opening it again for the desk.

Why: an order beside a reference would join a court's file to a person, and a report tells of one; in clear neither lies
in a table, a dump or a backup. Promises: bound to its row; gone with its key.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.details import Demand
from referral_service.store.desk import desk_details
from referral_service.store.desk.desk_details import SealedDetail
from referral_service.use_cases.dependencies import Dependencies
from service_kit.keyring import CannotOpen

_PLACE = {"table": "desk_detail", "column": "sealed"}


def seal_details(session: Session, request_id: UUID, details: Mapping[str, Any], dependencies: Dependencies) -> None:
    """Of a new request."""
    key = dependencies.keyring.new_record_key()
    sealed = key.seal(json.dumps(dict(details)).encode(), row=str(request_id), **_PLACE)
    desk_details.add_detail(session, request_id, SealedDetail(key.stored, sealed))


def open_details(session: Session, request_id: UUID, dependencies: Dependencies) -> dict[str, Any]:
    """What was sealed; empty once its time has passed, and where it does not open: the request's line stays usable."""
    found = desk_details.find_detail(session, request_id)
    if found is None:
        return {}
    try:
        opened = dependencies.keyring.unwrap(found.key).open(found.sealed, row=str(request_id), **_PLACE)
    except CannotOpen:
        return {}
    read: dict[str, Any] = json.loads(opened)
    return read


def demand_of(details: Mapping[str, Any]) -> Demand | None:
    """The demand that was sealed, without what the worker noted beside it; None where nothing is left."""
    return Demand(**{field.name: details[field.name] for field in fields(Demand)}) if details else None


def add_to_details(session: Session, request_id: UUID, more: Mapping[str, Any], dependencies: Dependencies) -> None:
    """Say more of a request whose details are there; nothing where they are gone, or do not open."""
    found, known = desk_details.find_detail(session, request_id), open_details(session, request_id, dependencies)
    if found is not None and known:
        details = json.dumps({**known, **more}).encode()
        sealed = dependencies.keyring.unwrap(found.key).seal(details, row=str(request_id), **_PLACE)
        desk_details.change_detail(session, request_id, sealed)
