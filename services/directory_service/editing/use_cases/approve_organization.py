"""A second person approves a pending organisation of the own districts. A provider is new from then on.

Each manager's code was read out to this person (`callback_code`). What is approved is what was seen, its people among
it: until then the provider goes on filling in its listing. From then on no slip of a manager that was printed before
opens anything, nor does what was set up unseen (invitations, API keys). Who may be the second:
`domain.organization_approval`. Refusals are in the audit log, too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.domain.grants import Hand
from directory_service.accounts.store.let_in import hand_of
from directory_service.accounts.use_cases.callback_code import callback_code, matches_callback_code
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import end_open_slips
from directory_service.accounts.use_cases.revoke_pending_access import revoke_pending_access
from directory_service.accounts.use_cases.sessions import end_sessions_of_organization
from directory_service.editing.domain.organization_approval import (
    WRONG_CODE,
    ApprovalRefused,
    Beginnings,
    check_approver,
)
from directory_service.editing.store.waiting_people import NamedManager, WaitingPeople, people_of_waiting
from directory_service.editing.use_cases.editable import Stale
from directory_service.editing.use_cases.find_decided import not_pending_error
from directory_service.listings.store.tables import (
    Location,
    Service,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.domain.standing import ACTIVE, PENDING
from directory_service.organizations.store.tables import Organization
from directory_service.organizations.use_cases.publish_provider_approval import publish_approved
from service_kit.db import audit
from service_kit.identity import Principal
from setu.roles import COORDINATOR, KINDS, PROVIDER


@dataclass(frozen=True)
class WaitingOrganization:
    """A pending one, with all that would be public: records of itself, its places and its services.

    `tag` names the state of these and of `people`; `refused`: why this person does not approve it, '' where it may.
    """

    row: Organization
    records: Sequence[Mapping[str, Any]]
    people: WaitingPeople
    tag: str
    refused: str


def look_at_waiting(session: Session, who: Principal, now: datetime) -> list[WaitingOrganization]:
    """Those of the own districts, by name, with as many statements as for one; to a data officer providers alone.

    No confidential place has an address.
    """
    found = _waiting(session, who)
    records, people = _records_of(session, found), people_of_waiting(session, found, now)
    second = hand_of(session, who.account, now)
    return [
        WaitingOrganization(
            each,
            records[each.id],
            people[each.id],
            _tag_of(records[each.id], people[each.id]),
            _refusal(second, each, people[each.id]),
        )
        for each in found
    ]


def how_many_to_approve(session: Session, who: Principal, now: datetime) -> int:
    """Of those pending, how many this person may approve."""
    found = _waiting(session, who)
    people, second = people_of_waiting(session, found, now), hand_of(session, who.account, now)
    return sum(not _refusal(second, each, people[each.id]) for each in found)


def approve_organization(
    session: Session,
    dependencies: Dependencies,
    who: Principal,
    organization: UUID,
    now: datetime,
    *,
    seen: str,
    codes: Mapping[str, str],
) -> None:
    """Its services become public, as they were seen: `seen` is its tag. Its people sign in anew.

    `codes`: what was typed for each manager, by the account's id as text. Raises NotThere, NotPending, Stale,
    ApprovalRefused.
    """
    row = session.get(Organization, organization, with_for_update=True, populate_existing=True)
    if row is None or row.status != PENDING or row.deleted_at is not None or row.district_code not in who.districts:
        raise not_pending_error(session, who, organization)
    people = people_of_waiting(session, [row], now)[row.id]
    _check(hand_of(session, who.account, now), row, people)
    tag = _tag_of(_records_of(session, [row])[row.id], people)
    if seen != tag:
        raise Stale(tag)
    if row.kind == PROVIDER:
        _check_codes(dependencies, row.id, people.managers, codes)
        revoke_pending_access(session, dependencies, who, row.id, now)
    for manager in people.managers:
        end_open_slips(session, manager.account, now)
    row.status, row.record, row.established_at = ACTIVE, {**row.record, "status": ACTIVE}, None
    publish_listing(session, row, now)
    end_sessions_of_organization(session, dependencies, row.id, now)
    if row.kind == PROVIDER:
        publish_approved(session, row, now)
    audit.record(session, "organization.approve", ("organization", organization), who, now)


def audit_refused_approval(
    session: Session, who: Principal, organization: UUID, refused: ApprovalRefused, now: datetime
) -> None:
    """Write a denied approval into the log, in a transaction of its own."""
    about = ("organization", organization)
    audit.record(session, "organization.approve", about, who, now, outcome="denied", detail={"why": refused.reason})


def _waiting(session: Session, who: Principal) -> list[Organization]:
    wanted = select(Organization).where(
        Organization.status == PENDING,
        Organization.deleted_at.is_(None),
        Organization.district_code.in_(who.districts),
        Organization.kind.in_(KINDS if who.role == COORDINATOR else (PROVIDER,)),
    )
    return list(session.scalars(wanted.order_by(Organization.name, Organization.id)))


def _check(second: Hand, row: Organization, people: WaitingPeople) -> None:
    """Of what is no provider nobody is asked for: its people read nothing of the wall's other side."""
    if row.kind == PROVIDER:
        signed_in = [each.has_signed_in for each in people.managers]
        check_approver(second, Beginnings(people.maker, people.members, signed_in))


def _check_codes(
    dependencies: Dependencies, organization: UUID, managers: Sequence[NamedManager], codes: Mapping[str, str]
) -> None:
    for each in managers:
        code = callback_code(dependencies, each.account, organization, each.password_changed_at)
        if not matches_callback_code(codes.get(str(each.account), ""), code):
            raise ApprovalRefused(WRONG_CODE)


def _refusal(second: Hand, row: Organization, people: WaitingPeople) -> str:
    try:
        _check(second, row, people)
    except ApprovalRefused as refused:
        return refused.reason
    return ""


def _records_of(session: Session, organizations: Sequence[Organization]) -> dict[UUID, list[Mapping[str, Any]]]:
    records: dict[UUID, list[Mapping[str, Any]]] = {each.id: [each.record] for each in organizations}
    for table in (Location, Service):
        theirs = select(table.organization_id, table.record).where(table.organization_id.in_(records))
        theirs = theirs.where(Service.deleted_at.is_(None)) if table is Service else theirs
        for owner, record in session.execute(theirs.order_by(table.id)):
            records[owner].append(record)
    return records


def _tag_of(records: Sequence[Mapping[str, Any]], people: WaitingPeople) -> str:
    asked_for = [replace(each, last_signed_in=None) for each in people.managers]  # they sign in while they are rung
    seen = [records, [asdict(each) for each in asked_for], [asdict(each) for each in people.team]]
    return sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:32]
