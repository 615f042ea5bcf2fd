"""Accounts of the sample directory: one of each role, ready to sign in, with passwords and secrets made on the spot.

And a case worker or coordinator in every other provider and body, so that somebody is home there: `NOBODY_HOME` names
the one provider without, and West Delhi has no body of its own. Not for real people: they choose their own password
with a slip. Nothing is fixed in code; all of it is shown once.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.domain import one_time_codes as codes
from directory_service.accounts.outside.password_hashes import hash_password
from directory_service.accounts.store.tables import (
    Account,
    SecondFactor,
)
from directory_service.accounts.use_cases.add_member import (
    NewMember,
    add_member,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import end_open_slips
from directory_service.accounts.use_cases.publish_staffing import publish_staffing_of, settle_and_lock
from directory_service.accounts.use_cases.second_factor import (
    TOTP,
    Enroller,
    begin,
)
from directory_service.organizations.store.tables import Organization
from setu.roles import CASE_WORKER, COORDINATING_BODY, COORDINATOR, OFFICER, PROVIDER, PROVIDER_MANAGER, ROLES

PEOPLE = (
    ("officer", "officer", "police_unit"),
    ("officer_other", "officer", "police_unit_other"),
    ("case_worker", "case_worker", "provider"),
    ("case_worker_other", "case_worker", "provider_other"),
    ("custody_health", "custody_health", "prison"),
    ("unit_supervisor", "unit_supervisor", "police_unit"),
    ("provider_manager", "provider_manager", "provider"),
    ("coordinator", "coordinator", "coordinating_body"),
    ("data_officer", "data_officer", "state_body"),
    ("data_officer_other", "data_officer", "state_body"),  # two people decide
)
"""Key in `ready.json`, role, key of the organisation."""
NOBODY_HOME = UUID("00fc53c7-9de0-5118-ad51-0a0f350813d2")
"""A provider of the sample that has a manager and no case worker."""


@dataclass(frozen=True)
class OpenAccount:
    """An account that can sign in at once. `totp_secret` is base32, empty where the role needs none."""

    account: UUID
    user: str
    password: str
    totp_secret: str


def make_sample_accounts(
    session: Session, dependencies: Dependencies, organizations: Mapping[str, UUID], now: datetime
) -> dict[str, dict[str, str]]:
    """The `accounts` of `ready.json`. `organizations` maps the keys of `PEOPLE` to organisations that exist."""
    settle_and_lock(session, session.scalars(select(Organization.id).where(_IN_SAMPLE)).all(), now)
    made = {}
    for key, role, place in PEOPLE:
        user = f"sample.{key.replace('_', '-')}"
        opened = open_account(session, dependencies, organizations[place], user=user, role=role, districts=(), now=now)
        made[key] = {"user": opened.user, "password": opened.password}
        if opened.totp_secret:
            made[key]["totp_secret"] = opened.totp_secret
    return made


def make_sample_staff(session: Session, dependencies: Dependencies, now: datetime) -> dict[str, dict[str, str]]:
    """One more account for each provider and body of the sample that has none at work, by user name."""
    return _open_posts(session, dependencies, _places_without_staff(session), now)


def make_sample_officers(
    session: Session, dependencies: Dependencies, unit: UUID, count: int, now: datetime
) -> dict[str, dict[str, str]]:
    """So many more officers of a police unit, by user name."""
    return _open_posts(session, dependencies, [(OFFICER, session.get_one(Organization, unit))] * count, now)


_IN_SAMPLE = Organization.source == "sample"
_STAFF_OF = {PROVIDER: CASE_WORKER, COORDINATING_BODY: COORDINATOR}


def _places_without_staff(session: Session) -> Sequence[tuple[str, Organization]]:
    """Each with the role that is missing there."""
    wanted = select(Organization).where(_IN_SAMPLE, Organization.status == "active")
    found = session.scalars(wanted.where(Organization.kind.in_(_STAFF_OF)).order_by(Organization.id))
    return [
        (_STAFF_OF[place.kind] if place.id != NOBODY_HOME else PROVIDER_MANAGER, place)
        for place in found
        if _STAFF_OF[place.kind] not in (place.staffed or ())
    ]


def _open_posts(
    session: Session, dependencies: Dependencies, posts: Sequence[tuple[str, Organization]], now: datetime
) -> dict[str, dict[str, str]]:
    """An account for each role and place, by user name. They share a password, since its hash is what costs time."""
    password = _random_password(dependencies)
    hashed, made = hash_password(password), {}
    for number, (role, place) in enumerate(posts, start=1):
        user = f"sample.{role.replace('_', '-')}-{number}"
        secret = _open(session, dependencies, place.id, _member(user, role, ()), hashed, now)[1]
        made[user] = {"user": user, "password": password, "role": role, "organization": place.name}
        if secret:
            made[user]["totp_secret"] = secret
    return made


def open_account(
    session: Session,
    dependencies: Dependencies,
    organization: UUID,
    *,
    user: str,
    role: str,
    districts: Sequence[int],
    now: datetime,
) -> OpenAccount:
    """Make one account with a password and, where its role needs it, a TOTP secret in force."""
    password, member = _random_password(dependencies), _member(user, role, districts)
    account, secret = _open(session, dependencies, organization, member, hash_password(password), now)
    return OpenAccount(account, user, password, secret)


def _random_password(dependencies: Dependencies) -> str:
    return codes.group(codes.spell(dependencies.ids.random(8 * 16), 16))


def _member(user: str, role: str, districts: Sequence[int]) -> NewMember:
    name = user.removeprefix("sample.").replace("-", " ").replace(".", " ").capitalize()
    reached = {"phone": _invented_number(user)} if role == OFFICER else {"mail": f"{user}@example.org"}
    return NewMember(name=name, user_name=user, role=role, language="en", districts=tuple(districts), **reached)


def _invented_number(user: str) -> str:
    """A number that no phone can have: a constable is reached by SMS, having no work mail."""
    return f"+9100{zlib.crc32(user.encode()) % 10**8:08d}"


def _open(
    session: Session, dependencies: Dependencies, organization: UUID, member: NewMember, hashed: str, now: datetime
) -> tuple[UUID, str]:
    """The account, and its TOTP secret in force, empty where the role needs none."""
    account, _slip = add_member(session, dependencies, organization, member, by=None, now=now)
    session.execute(update(Account).where(Account.id == account).values(password_hash=hashed, password_changed_at=now))
    end_open_slips(session, account, now)
    secret = _enrol(session, dependencies, account, now) if ROLES[member.role].needs_second_factor else ""
    publish_staffing_of(session, account, now)
    return account, secret


def _enrol(session: Session, dependencies: Dependencies, account: UUID, now: datetime) -> str:
    enrolment = begin(session, dependencies, Enroller(account, within=account), TOTP, now)
    session.execute(update(SecondFactor).where(SecondFactor.id == enrolment.factor).values(confirmed_at=now))
    return enrolment.secret or ""
