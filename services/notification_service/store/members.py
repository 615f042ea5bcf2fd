"""Read model of memberships: who may be notified, in which language, at which sealed address.

A contact is opened at the moment of sending only, by the worker (the web role has no policy here).
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Integer, Uuid, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from notification_service.domain.notices import Member
from notification_service.store.tables import MemberRow, OrganizationRow
from service_kit.keyring import Keyring, WrappedKey
from setu.districts import districts_of_region
from setu.roles import COORDINATOR, DATA_OFFICER, TWO_PEOPLE


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person can be reached; either may be absent. Never logged: `repr` says nothing."""

    mail: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Contact(…)"

    def of(self, part: str) -> str | None:
        """The mail address or the phone number (`mail`, `phone`)."""
        return {"mail": self.mail, "phone": self.phone}[part]


@dataclass(frozen=True, slots=True)
class SealedContact:
    """A contact as it is stored."""

    membership: UUID
    key: WrappedKey
    sealed: bytes

    def open(self, keyring: Keyring) -> Contact:
        """Return the contact in clear. Raises CannotOpen."""
        row = str(self.membership)
        opened = keyring.unwrap(self.key).open(self.sealed, table="member", row=row, column="contact")
        return Contact(**json.loads(opened))


@dataclass(frozen=True, slots=True)
class MembershipSnapshot:
    """A membership as the directory published it, but for its contact. `districts` are LGD codes."""

    id: UUID
    account_id: UUID
    organization_id: UUID
    role: str
    districts: list[int]
    active: bool
    language: str
    version: int


def apply_snapshot(session: Session, snapshot: MembershipSnapshot, contact: Contact, keyring: Keyring) -> bool:
    """Store a membership's snapshot with its contact sealed; False when what is stored is as new or newer."""
    sealed = _sealed(str(snapshot.id), contact, keyring)
    row = {
        **asdict(snapshot),
        **sealed,
        "mail_digest": None,
        "phone_digest": None,
        "has_mail": contact.mail is not None,
        "has_phone": contact.phone is not None,
    }
    wanted = insert(MemberRow).values(**row)
    changed = session.execute(
        wanted.on_conflict_do_update(
            index_elements=["id"],
            set_={name: wanted.excluded[name] for name in row if name != "id"},
            where=MemberRow.version < wanted.excluded.version,
        ).returning(MemberRow.id)
    )
    return changed.first() is not None


def _sealed(row: str, contact: Contact, keyring: Keyring) -> dict[str, object]:
    if contact.mail is None and contact.phone is None:
        return {"kek_id": None, "wrapped_key": None, "contact": None}
    key = keyring.new_record_key()
    text = json.dumps({"mail": contact.mail, "phone": contact.phone}).encode()
    sealed = key.seal(text, table="member", row=row, column="contact")
    return {"kek_id": key.stored.kek_id, "wrapped_key": key.stored.wrapped, "contact": sealed}


def find_recipients(
    session: Session,
    *,
    organizations: Iterable[UUID],
    districts: Iterable[int],
    regions: Iterable[str],
    accounts: Iterable[UUID],
) -> list[Member]:
    """Return every member whom some rule may want: the receivers' staff, the districts' coordinators, the accounts.

    A district without a coordinator who can sign in has those of its state; `regions` (ISO 3166-2) have data officers.

    One statement however many events are planned. Members of a deleted organisation, and of a suspended body,
    count as inactive; others that are suspended finish what they have, and are reminded of it.
    """
    suspended_body = and_(OrganizationRow.status == "suspended", MemberRow.role.in_(TWO_PEOPLE))
    closed = OrganizationRow.deleted.is_(True) | suspended_body
    around = _array(districts, Integer())
    in_regions = _array({code for region in regions for code in districts_of_region(region)}, Integer())
    stand_ins = select(OrganizationRow.id).where(OrganizationRow.stands_in_for.overlap(around))
    stands_in = MemberRow.organization_id == any_(func.array(stand_ins.scalar_subquery()))  # once, so an index serves
    wanted = (
        select(MemberRow, OrganizationRow, closed.label("closed"))
        .join(OrganizationRow, OrganizationRow.id == MemberRow.organization_id, isouter=True)
        .where(
            or_(
                and_(MemberRow.active, MemberRow.organization_id == any_(_array(organizations, Uuid()))),
                and_(MemberRow.role == COORDINATOR, or_(MemberRow.districts.overlap(around), stands_in)),
                and_(MemberRow.role == DATA_OFFICER, MemberRow.districts.overlap(in_regions)),
                MemberRow.account_id == any_(_array(accounts, Uuid())),
            )
        )
    )
    return [_member(row, place, closed=bool(closed)) for row, place, closed in session.execute(wanted)]


def _array(values: Iterable[object], kind: TypeEngine[Any]) -> BindParameter[Any]:
    """One bound array, so that the statement is the same (and stays prepared) whatever the number of values."""
    return bindparam(None, sorted(values, key=str), type_=ARRAY(kind), unique=True)


def _member(row: MemberRow, place: OrganizationRow | None, *, closed: bool) -> Member:
    stands_in_for = place.stands_in_for or () if place is not None and row.role == COORDINATOR else ()
    return Member(
        membership=row.id,
        account=row.account_id,
        organization=row.organization_id,
        role=row.role,
        districts=frozenset(row.districts).union(stands_in_for),
        home_district=place.district if place is not None else None,
        language=row.language,
        has_mail=row.has_mail,
        has_phone=bool(row.has_phone),
        active=row.active and not closed,
        at_home=place is None or place.staffed is None or row.role in place.staffed,
    )


def contacts_of(
    session: Session, recipients: Collection[tuple[UUID, UUID | None]]
) -> dict[tuple[UUID, UUID | None], SealedContact]:
    """Return the contact of each account and organisation that has one: its membership's there, else another's.

    One that has ended is asked only where none goes on: the directory tells it of no new address.
    """
    wanted = select(MemberRow).where(
        MemberRow.account_id == any_(_array({account for account, _ in recipients}, Uuid())),
        MemberRow.contact.is_not(None),
    )
    rows = session.scalars(wanted.order_by(MemberRow.id)).all() if recipients else ()
    found = {}
    for account, organization in recipients:
        own = [row for row in rows if row.account_id == account]
        if own:
            newest = [row for row in own if row.active] or own
            row = next((row for row in newest if row.organization_id == organization), newest[0])
            found[account, organization] = sealed_contact(row)
    return found


def sealed_contact(row: MemberRow) -> SealedContact:
    """Return the contact of a row that has one."""
    return SealedContact(row.id, WrappedKey(str(row.kek_id), row.wrapped_key or b""), row.contact or b"")


def note_phones(session: Session, keyring: Keyring, limit: int) -> int:
    """Note whether there is a phone number, of up to `limit` rows that do not say it; return how many."""
    unknown = select(MemberRow).where(MemberRow.has_phone.is_(None), MemberRow.kek_id.in_(keyring.ids)).limit(limit)
    rows = session.scalars(unknown.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.has_phone = sealed_contact(row).open(keyring).phone is not None
    return len(rows)


def rewrap(session: Session, keyring: Keyring, limit: int) -> int:
    """Wrap up to `limit` keys that lie under an older key-encryption key again; return how many."""
    old = select(MemberRow).where(MemberRow.kek_id.is_not(None), MemberRow.kek_id != keyring.primary).limit(limit)
    rows = session.scalars(old.with_for_update(skip_locked=True)).all()
    for row in rows:
        fresh = keyring.rewrap(WrappedKey(str(row.kek_id), bytes(row.wrapped_key or b"")))
        row.kek_id, row.wrapped_key = fresh.kek_id, fresh.wrapped
    return len(rows)
