"""A unit's accounts from a file: all of it or nothing, unless bad lines are to be left out by name.

Promises: every line is tried and every bad one is reported; then everything is rolled back unless the file was right or
`skip` names the bad lines. Each new account comes back with its slip; a person with an account is
invited.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.handles import BadHandle
from directory_service.accounts.outside.member_file import MemberLine
from directory_service.accounts.use_cases.add_member import (
    NewMember,
    UserNameTaken,
    spelled,
)
from directory_service.accounts.use_cases.add_or_invite import add_or_invite
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import AlreadyMember
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.accounts.use_cases.publish_staffing import settle_and_lock
from service_kit.db.engine import Database
from service_kit.identity import Scope


@dataclass(frozen=True)
class LineOutcome:
    """What became of a line: '' in `problem` is success; `slip` is None for somebody who is invited."""

    number: int
    user_name: str
    problem: str
    slip: PrintedSlip | None = None


class NothingImported(Exception):
    """At least one bad line, so nothing was kept. `outcomes` has every line."""

    def __init__(self, outcomes: Sequence[LineOutcome]) -> None:
        super().__init__("nothing was imported")
        self.outcomes = outcomes


def import_members(
    db: Database,
    dependencies: Dependencies,
    lines: Sequence[MemberLine],
    *,
    skip: Collection[int],
    by: UUID | None,
    now: datetime,
) -> list[LineOutcome]:
    """Add every line but those whose number is in `skip`. Raises `NothingImported`. Needs the worker's role."""
    with db.transaction(Scope(role="coordinator")) as session:
        settle_and_lock(session, {line.organization for line in lines if line.organization}, now)
        outcomes = [_add(session, dependencies, line, by, now) for line in lines if line.number not in skip]
        if any(outcome.problem for outcome in outcomes):
            raise NothingImported(outcomes)
    return outcomes


def _add(session: Session, dependencies: Dependencies, line: MemberLine, by: UUID | None, now: datetime) -> LineOutcome:
    user = line.fields.get("user_name", "")
    if line.problem or line.organization is None:
        return LineOutcome(line.number, user, line.problem)
    try:
        with session.begin_nested():
            member = spelled(_member(line))
            slip = add_or_invite(session, dependencies, line.organization, member, by=by, now=now)
    except (BadHandle, RoleRefused, AlreadyMember, UserNameTaken, LookupError) as refused:
        return LineOutcome(line.number, user, _words(refused))
    return LineOutcome(line.number, user, "", slip)


def _words(refused: Exception) -> str:
    if isinstance(refused, BadHandle):
        return f"{refused.field}: {refused}"
    if isinstance(refused, AlreadyMember):
        return "has this role in this organisation already"
    if isinstance(refused, UserNameTaken):
        return "user_name: another account has it"
    return str(refused) if isinstance(refused, RoleRefused) else "organization is not in the directory"


def _member(line: MemberLine) -> NewMember:
    fields = line.fields
    return NewMember(
        name=fields["name"],
        user_name=fields["user_name"],
        role=fields["role"],
        phone=fields.get("phone", ""),
        mail=fields.get("mail", ""),
        language=fields.get("language") or "en",
        districts=line.districts,
    )
