"""People of units from a file, on screen: who would be added, who is there already; then accounts and slips, once.

Promises: all lines are checked and none is stored while one is wrong; every line makes a new account with four digits
behind its user name, so that the page tells nobody whether an account exists (as the form for one person does); the
slips are in the one answer, and the file is gone with it. A coordinator adds to units of the own reach, whoever manages
a unit to that one. Nobody is put among a provider's people from outside, who read what the wall keeps: a coordinator's
file gives a provider that waits to be let in its first and only manager, and nobody else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.provider_membership import JoinedProvider, check_new_member
from directory_service.accounts.store.accounts import Member, members_of
from directory_service.accounts.use_cases.add_member import NewMember, add_member, faults, spelled, with_free_digits
from directory_service.accounts.use_cases.check_provider_membership import joined_provider
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.registry.domain.people_file import PersonCells, read_people_file
from directory_service.registry.domain.plan import LineFault
from directory_service.registry.domain.unit_entry import EntryFault
from directory_service.registry.domain.units import Unit, is_kept_by, takes_people
from directory_service.registry.store.units import units_by_id, units_of_districts
from service_kit.errors import Stale
from service_kit.identity import Principal
from setu.roles import COORDINATOR, GIVEN_BY_TWO, PROVIDER, PROVIDER_MANAGER, roles_of_kind


@dataclass(frozen=True)
class PersonPlanned:
    """A line that can be taken: whom it adds to which unit."""

    line: int
    unit: Unit
    member: NewMember


@dataclass
class PeoplePreview:
    """What the file would do as of now."""

    added: list[PersonPlanned] = field(default_factory=list)
    there: list[PersonPlanned] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """The same for the same preview."""
        return sha256(repr((self.added, self.faults)).encode()).hexdigest()[:32]


def preview_people(session: Session, who: Principal, content: bytes) -> PeoplePreview:
    """Raises BadSheet where the file as a whole cannot be used."""
    lines, wrong = read_people_file(content)
    found, units = PeoplePreview(faults=list(wrong)), _Units(session, who)
    seen: set[tuple[UUID, str, str]] = set()
    for line in lines:
        unit, member = units.named(line.cells["organization"]), _member(line)
        said = [*_faults(line, unit, member, who)]
        key = (unit.id, member.role, member.user_name.lower()) if unit else None
        if key in seen:
            said.append(EntryFault("user_name", "person-twice"))
        found.faults += [LineFault(line.line, fault) for fault in said]
        if said or unit is None or key is None:
            continue
        seen.add(key)
        _plan(found, units, PersonPlanned(line.line, unit, spelled(member)))
    found.faults.sort(key=lambda each: each.line)
    return found


def add_people(
    session: Session, dependencies: Dependencies, who: Principal, content: bytes, now: datetime, *, seen: str
) -> list[PrintedSlip]:
    """Make the accounts; their slips. Raises Stale where it is not what was seen, or has a fault."""
    preview = preview_people(session, who, content)
    if preview.faults or preview.tag != seen:
        raise Stale
    try:
        return [_add(session, dependencies, who, each, now) for each in preview.added]
    except RoleRefused as refused:  # somebody else has given the provider its manager since
        raise Stale from refused


def _add(
    session: Session, dependencies: Dependencies, who: Principal, planned: PersonPlanned, now: datetime
) -> PrintedSlip:
    member = with_free_digits(session, dependencies, planned.member)
    return add_member(session, dependencies, planned.unit.id, member, by=who.account, now=now)[1]


class _Units:
    """The units that may be named, by code and by id, and who is in them."""

    def __init__(self, session: Session, who: Principal) -> None:
        self._session, self._own = session, who.organization
        own = units_by_id(session, [who.organization])[who.organization]
        coordinates = who.role == COORDINATOR
        found = units_of_districts(session, who.districts) if coordinates else [own]
        reach = [unit for unit in found if is_kept_by(unit, own)]
        self._known: Mapping[str, Unit] = {
            **{str(unit.id): unit for unit in reach},
            **{unit.code: unit for unit in reach if unit.code},
            "": own,
        }
        self._members: dict[UUID, Sequence[Member]] = {}
        self._by = who.account
        self._joined: dict[UUID, JoinedProvider] = {}

    def named(self, cell: str) -> Unit | None:
        """The unit of a code or an id; of an empty cell the own one."""
        return self._known.get(cell.upper()) or self._known.get(cell.lower())

    def has(self, planned: PersonPlanned) -> bool:
        """Whether somebody of this name, role and user name (but for its digits) is in the unit already."""
        wanted = planned.member
        return any(
            (known.account.name, known.membership.role) == (wanted.name, wanted.role)
            and known.account.user_name.rpartition("-")[0] == wanted.user_name[:35]
            for known in self._members_of(planned.unit)
        )

    def refusal(self, unit: Unit, role: str) -> str:
        """Why nobody comes into the unit in this role, as the rule of providers names it; '' where somebody may."""
        if unit.kind.kind != PROVIDER:
            return ""
        try:
            check_new_member(self._joined_provider(unit), role)
        except RoleRefused as refused:
            return refused.reason
        return ""

    def note(self, unit: Unit, role: str) -> None:
        """Whom a line of the file would add, as the lines below it are judged."""
        if unit.kind.kind == PROVIDER and role == PROVIDER_MANAGER:
            self._joined[unit.id] = replace(self._joined_provider(unit), has_manager=True)

    def _joined_provider(self, unit: Unit) -> JoinedProvider:
        if unit.id not in self._joined:
            self._joined[unit.id] = joined_provider(self._session, unit.id, unit.standing, self._by)
        return self._joined[unit.id]

    def _members_of(self, unit: Unit) -> Sequence[Member]:
        if unit.id not in self._members:
            self._members[unit.id] = members_of(self._session, unit.id)
        return self._members[unit.id]


def _member(line: PersonCells) -> NewMember:
    cells = line.cells
    return NewMember(
        name=cells["name"],
        user_name=cells["user_name"],
        role=cells["role"].lower(),
        phone=cells["phone"],
        mail=cells["mail"],
        language=cells["language"] or "en",
        districts=line.districts,
    )


def _plan(found: PeoplePreview, units: _Units, planned: PersonPlanned) -> None:
    """There already, refused by the rule of providers, or added."""
    if units.has(planned):
        found.there.append(planned)
        return
    refusal = units.refusal(planned.unit, planned.member.role)
    if refusal:
        found.faults.append(LineFault(planned.line, EntryFault("organization", refusal)))
        return
    found.added.append(planned)
    units.note(planned.unit, planned.member.role)


def _faults(line: PersonCells, unit: Unit | None, member: NewMember, who: Principal) -> Iterable[EntryFault]:
    if unit is None:
        yield EntryFault("organization", "no-unit")
    elif not takes_people(unit):
        yield EntryFault("organization", "not-active")
    elif member.role not in roles_of_kind(unit.kind.kind):
        yield EntryFault("role", "no-role")
    if member.role in GIVEN_BY_TWO:
        yield EntryFault("role", "two-people")
    if not set(line.districts) <= set(who.districts):
        yield EntryFault("districts", "not-yours")
    yield from (EntryFault(bad.field, f"person-{bad.code}") for bad in faults(member))
