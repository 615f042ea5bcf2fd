"""Giving a person a role in an organisation: a new account with its first slip, or one more role of a known account.

Promises: the wall is checked before anything is written, and again by the database's keys; the grant is audited, done
or denied, and told by `directory.member.changed.v1`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.domain import handles
from directory_service.domain.roles import check_grant
from directory_service.outside.phones import to_e164
from directory_service.store import accounts
from directory_service.store.tables_accounts import Account, Membership
from directory_service.store.tables_listings import Organization
from directory_service.use_cases.print_slip import PrintedSlip, print_slip
from directory_service.use_cases.publish_member import publish_member
from directory_service.use_cases.tools import AccountTools
from service_kit.db import audit


@dataclass(frozen=True)
class NewMember:
    """What is known of the person; handles in any spelling, checked by `spelled`."""

    name: str
    user_name: str
    role: str
    phone: str = ""
    mail: str = ""
    language: str = "en"
    districts: Sequence[int] = field(default=())


class AlreadyMember(Exception):
    """The account has this role in this organisation already."""


class HandleTaken(Exception):
    """Another account has this phone number or mail address; `field` names which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"another account has this {field}")
        self.field = field


def faults(member: NewMember) -> list[str]:
    """The fields that `spelled` would refuse, all of them, so that a form can name them at once."""
    return [name for name, spell in _SPELLERS.items() if _refuses(spell, getattr(member, name))]


def spelled(member: NewMember) -> NewMember:
    """The same with each handle in its one spelling. Raises `BadHandle` naming the field."""
    right: dict[str, Any] = {name: spell(getattr(member, name)) for name, spell in _SPELLERS.items()}
    return replace(member, **right)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 80:
        raise handles.BadHandle("name", "The person's name, at most 80 characters.")
    return name


def _language(text: str) -> str:
    if text not in handles.LANGUAGES:
        raise handles.BadHandle("language", f"One of {', '.join(handles.LANGUAGES)}.")
    return text


def _phone(text: str) -> str:
    return to_e164(text) if text.strip() else ""


def _mail(text: str) -> str:
    return handles.mail(text) if text.strip() else ""


_SPELLERS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "user_name": handles.user_name,
    "phone": _phone,
    "mail": _mail,
    "language": _language,
}


def _refuses(spell: Callable[[str], str], text: str) -> bool:
    try:
        spell(text)
    except handles.BadHandle:
        return True
    return False


def add_member(
    session: Session, tools: AccountTools, organization: UUID, member: NewMember, *, by: UUID | None, now: datetime
) -> tuple[UUID, PrintedSlip | None]:
    """The account's id, and its slip where the account is new. `member` must be `spelled`.

    Raises `RoleDoesNotFit`, `BothSides`, `AlreadyMember`, `HandleTaken`; LookupError for an unknown organisation.
    """
    place = session.get(Organization, organization)
    if place is None:
        raise LookupError("no such organisation")
    known = accounts.look_up(session, "user_name", member.user_name)
    role = check_grant(member.role, place.kind, (), known.side if known else None)
    account_id = known.account if known else _new_account(session, tools, member, role.side, now)
    membership = _grant(session, tools, account_id, place, member, role.side, now)
    account = session.get_one(Account, account_id)
    session.execute(update(Account).where(Account.id == account_id).values(postings=Account.postings + 1))
    if account.closed_at is not None:
        _reopen(session, account)
    publish_member(session, tools, membership, account, now)
    slip = None if known else print_slip(session, tools, account, by=by, now=now)
    audit.record(
        session,
        action="member.add",
        actor=by,
        organization=organization,
        object_type="membership",
        object_id=str(membership.id),
        outcome="done",
        at=now,
        detail={"role": member.role, "account": str(account_id)},
    )
    return account_id, slip


def _new_account(session: Session, tools: AccountTools, member: NewMember, side: str, now: datetime) -> UUID:
    for kind, handle in (("phone", member.phone), ("mail", member.mail)):
        if handle and accounts.look_up(session, kind, handle) is not None:
            raise HandleTaken(kind)
    account = Account(
        id=tools.ids.uuid(),
        side=side,
        name=member.name,
        user_name=member.user_name,
        phone=member.phone or None,
        mail=member.mail or None,
        language=member.language,
        resets=0,
        postings=0,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:  # somebody else took the name, number or address a moment ago
        raise HandleTaken("user_name") from error
    return account.id


def _reopen(session: Session, account: Account) -> None:
    """A closed account works again; a number or address that somebody else has by now stays with them."""
    if account.phone and accounts.look_up(session, "phone", account.phone) is not None:
        account.phone = None
    if account.mail and accounts.look_up(session, "mail", account.mail) is not None:
        account.mail = None
    account.closed_at = None
    session.flush()


def _grant(
    session: Session,
    tools: AccountTools,
    account: UUID,
    place: Organization,
    member: NewMember,
    side: str,
    now: datetime,
) -> Membership:
    same = select(Membership.id).where(
        Membership.account_id == account,
        Membership.organization_id == place.id,
        Membership.role == member.role,
        Membership.ended_at.is_(None),
    )
    if session.scalar(same) is not None:
        raise AlreadyMember
    membership = Membership(
        id=tools.ids.uuid(),
        account_id=account,
        organization_id=place.id,
        organization_kind=place.kind,
        organization_district=place.district_code,
        role=member.role,
        side=side,
        districts=list(member.districts),
        version=0,
        started_at=now,
    )
    session.add(membership)
    session.flush()
    return membership
