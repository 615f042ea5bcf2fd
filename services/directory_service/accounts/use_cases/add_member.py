"""Making an account for a new person, with a first role and a first slip.

Promises: nothing that another account has is refused or told, but for a user name that an operator chose. Not for
somebody who has an account: that person is invited (`invite_member`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.accounts.domain import handles
from directory_service.accounts.domain.conflicting_roles import check_grant
from directory_service.accounts.outside.phones import to_keep
from directory_service.accounts.store import accounts
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import grant_membership
from directory_service.accounts.use_cases.print_slip import (
    PrintedSlip,
    print_slip,
)
from directory_service.accounts.use_cases.set_contacts import set_contacts
from directory_service.organizations.domain.invisible_characters import name_has_invisible
from directory_service.organizations.store.tables import Organization
from setu.languages import SCREEN_LANGUAGES

_STEM = 35  # letters of a user name before the digits, so that it stays one


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


class UserNameTaken(Exception):
    """There is an account with this user name."""


def faults(member: NewMember) -> list[handles.BadHandle]:
    """What `spelled` would refuse, field by field, so that a form can name all of it at once."""
    found = (_fault(spell, getattr(member, name)) for name, spell in _SPELLERS.items())
    return [fault for fault in found if fault is not None]


def spelled(member: NewMember) -> NewMember:
    """The same with each handle in its one spelling. Raises `BadHandle` naming the field."""
    right: dict[str, Any] = {name: spell(getattr(member, name)) for name, spell in _SPELLERS.items()}
    return replace(member, **right)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 80:
        raise handles.BadHandle("name", "The person's name, at most 80 characters.")
    if name_has_invisible(name):
        raise handles.BadHandle("name", "The name has a character that cannot be seen. Type it anew.", "unseen")
    return name


def _language(text: str) -> str:
    if text not in SCREEN_LANGUAGES:
        raise handles.BadHandle("language", f"One of {', '.join(SCREEN_LANGUAGES)}.")
    return text


def _phone(text: str) -> str:
    return to_keep(text) if text.strip() else ""


def _mail(text: str) -> str:
    return handles.mail(text) if text.strip() else ""


_SPELLERS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "user_name": handles.user_name,
    "phone": _phone,
    "mail": _mail,
    "language": _language,
}


def _fault(spell: Callable[[str], str], text: str) -> handles.BadHandle | None:
    try:
        spell(text)
    except handles.BadHandle as bad:
        return bad
    return None


def add_member(
    session: Session,
    dependencies: Dependencies,
    organization: UUID,
    member: NewMember,
    *,
    by: UUID | None,
    now: datetime,
    hands: Sequence[UUID] = (),
) -> tuple[UUID, PrintedSlip]:
    """The new account's id and its slip. `member` must be `spelled`; `hands`: the two who gave the role.

    Raises `RoleRefused`, `UserNameTaken`; LookupError for an unknown organisation.
    """
    place = session.get(Organization, organization)
    if place is None:
        raise LookupError("no such organisation")
    role = check_grant(member.role, place.kind, (), None)
    account = _new_account(session, dependencies, member, role.side, now)
    grant_membership(session, dependencies, account, place, role.name, member.districts, by=by, now=now, hands=hands)
    slip = print_slip(session, dependencies, account, by=by, now=now)
    return account.id, replace(slip, role=role.name, organization=place.name)


def with_free_digits(session: Session, dependencies: Dependencies, member: NewMember) -> NewMember:
    """The same with four random digits behind the user name, always: so a name that is taken looks like any other."""
    stem = member.user_name[:_STEM]
    while True:
        name = f"{stem}-{int.from_bytes(dependencies.ids.random(4)) % 10_000:04}"
        if not accounts.look_up(session, "user_name", name):
            return replace(member, user_name=name)


def _new_account(session: Session, dependencies: Dependencies, member: NewMember, side: str, now: datetime) -> Account:
    account = Account(
        id=dependencies.ids.uuid(),
        side=side,
        name=member.name,
        user_name=member.user_name,
        language=member.language,
        resets=0,
        postings=0,
        created_at=now,
    )
    try:
        set_contacts(session, account, phone=member.phone or None, mail=member.mail or None)
    except IntegrityError as error:
        raise UserNameTaken from error
    return account
