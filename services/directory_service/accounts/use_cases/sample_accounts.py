"""Accounts of the sample directory: one of each role, ready to sign in, with passwords and secrets made on the spot.

Not for real people: they choose their own password with a slip. Nothing is fixed in code; all of it is shown once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
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
from directory_service.accounts.use_cases.second_factor import (
    TOTP,
    begin,
)
from setu.roles import ROLES

PEOPLE = (
    ("officer", "officer", "police_unit"),
    ("officer_other", "officer", "police_unit_other"),
    ("case_worker", "case_worker", "provider"),
    ("case_worker_other", "case_worker", "provider_other"),
    ("custody_health", "custody_health", "prison"),
    ("unit_supervisor", "unit_supervisor", "police_unit"),
    ("provider_manager", "provider_manager", "provider"),
    ("coordinator", "coordinator", "coordinating_body"),
    ("data_officer", "data_officer", "coordinating_body"),
)
"""Key in `ready.json`, role, key of the organisation."""


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
    made = {}
    for key, role, place in PEOPLE:
        user = f"sample.{key.replace('_', '-')}"
        opened = open_account(session, dependencies, organizations[place], user=user, role=role, districts=(), now=now)
        made[key] = {"user": opened.user, "password": opened.password}
        if opened.totp_secret:
            made[key]["totp_secret"] = opened.totp_secret
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
    name = user.removeprefix("sample.").replace("-", " ").replace(".", " ").capitalize()
    member = NewMember(
        name=name, user_name=user, role=role, mail=f"{user}@example.org", language="en", districts=tuple(districts)
    )
    account, _slip = add_member(session, dependencies, organization, member, by=None, now=now)
    password = codes.group(codes.spell(dependencies.ids.random(8 * 16), 16))
    session.execute(
        update(Account)
        .where(Account.id == account)
        .values(password_hash=hash_password(password), password_changed_at=now)
    )
    end_open_slips(session, account, now)
    secret = _enrol(session, dependencies, account, now) if ROLES[role].needs_second_factor else ""
    return OpenAccount(account, user, password, secret)


def _enrol(session: Session, dependencies: Dependencies, account: UUID, now: datetime) -> str:
    enrolment = begin(session, dependencies, account, TOTP)
    session.execute(update(SecondFactor).where(SecondFactor.id == enrolment.factor).values(confirmed_at=now))
    return enrolment.secret or ""
