"""Questions about accounts, one function each. Row-level security answers beside them; nothing is decided here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from directory_service.accounts.domain.resets import (
    Owner,
    Posting,
)
from directory_service.accounts.domain.sign_in import HeldMembership
from directory_service.accounts.store.grants import proposer_of
from directory_service.accounts.store.tables import (
    Account,
    Membership,
    SecondFactor,
    SessionRow,
    Slip,
)
from directory_service.organizations.domain.standing import PENDING, REFUSED
from directory_service.organizations.store.tables import (
    District,
    Organization,
)
from setu.roles import PROVIDER_MANAGER, SUPERVISING

_LOOK_UP = text("SELECT account_id, side, password_hash FROM sign_in_lookup(:kind, :handle)")


@dataclass(frozen=True)
class LoginLookup:
    """What the door without an organisation gives away: enough to check a password, nothing else."""

    account: UUID
    side: str
    password_hash: str | None


def look_up(session: Session, kind: str, handle: str) -> Sequence[LoginLookup]:
    """The accounts of a handle in its one spelling, the newest first, through the one function that may look.

    A user name has one account; a phone number or mail address signs in one of each side. No scope is needed.
    """
    rows = session.execute(_LOOK_UP, {"kind": kind, "handle": handle})
    return [LoginLookup(row.account_id, row.side, row.password_hash) for row in rows]


def lock_account(session: Session, account: UUID) -> None:
    """Lock the row and read it anew, until the transaction ends; what only points at the account goes on beside it.

    Whoever makes an account does not see it before its first membership is there, and needs no lock.
    """
    row = select(Account).where(Account.id == account).with_for_update(key_share=True)
    session.scalar(row.execution_options(populate_existing=True))


def lock_accounts_in(session: Session, organization: UUID) -> None:
    """The same for everybody who is a member there, in everybody's order.

    Before the organisation and its memberships are locked: whoever ends one, or changes the own account, locks the
    account first, then its memberships, and last the organisation.
    """
    theirs = select(Membership.account_id).where(
        Membership.organization_id == organization, Membership.ended_at.is_(None)
    )
    rows = select(Account).where(Account.id.in_(theirs)).order_by(Account.id).with_for_update(key_share=True)
    session.scalars(rows.execution_options(populate_existing=True)).all()


def held_by(session: Session, account: UUID) -> Sequence[HeldMembership]:
    """The active memberships of an account that this transaction may see."""
    rows = session.execute(
        select(Membership, Organization)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.account_id == account, Membership.ended_at.is_(None))
        .order_by(Membership.started_at, Membership.id)
    )
    return [
        HeldMembership(
            id=membership.id,
            organization=membership.organization_id,
            organization_name=place.name,
            organization_kind=membership.organization_kind,
            organization_status="removed" if place.deleted_at else place.status,
            role=membership.role,
            districts=tuple(membership.districts) or (membership.organization_district,),
            started_at=membership.started_at,
            whole_state=bool(place.record.get("whole_state")),
        )
        for membership, place in rows
    ]


def last_membership(session: Session, account: UUID) -> UUID | None:
    """The membership of the account's latest session."""
    return session.scalar(
        select(SessionRow.membership_id)
        .where(SessionRow.account_id == account)
        .order_by(SessionRow.created_at.desc(), SessionRow.id.desc())
        .limit(1)
    )


def refusal_of_last_workplace(session: Session, account: UUID) -> str | None:
    """Why the organisation of the membership that ended last was refused: a code, or ''; None where it was not."""
    last = (
        select(Organization.status, Organization.refused_because)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.account_id == account, Membership.ended_at.is_not(None))
        .order_by(Membership.ended_at.desc(), Membership.id.desc())
        .limit(1)
    )
    found = session.execute(last).one_or_none()
    return (found.refused_because or "") if found is not None and found.status == REFUSED else None


def factor_in_force(session: Session, account: UUID) -> SecondFactor | None:
    """The confirmed second factor of an account, if it has one."""
    return session.scalar(
        select(SecondFactor).where(
            SecondFactor.account_id == account, SecondFactor.confirmed_at.is_not(None), SecondFactor.ended_at.is_(None)
        )
    )


def owner_of(session: Session, account: Account) -> Owner:
    """The account as the rules of a reset see it."""
    postings = session.execute(
        select(
            Membership.organization_id,
            Membership.organization_kind,
            Membership.organization_district,
            Membership.role,
            Membership.districts,
        ).where(Membership.account_id == account.id, Membership.ended_at.is_(None))
    )
    visible = [Posting(*row) for row in postings]
    return Owner(
        account.id,
        visible,
        has_signed_in=account.password_changed_at is not None,
        has_second_factor=factor_in_force(session, account.id) is not None,
        has_halves=_has_halves(session, account.id),
        proposed_by=proposer_of(session, account.id),
        works_for_a_state=bool(session.scalar(select(func.works_for_a_state(account.id)))),
        is_first_manager=_is_first_manager(session, visible),
        hidden_postings=account.postings - len(visible),
    )


def _has_halves(session: Session, account: UUID) -> bool:
    """Also of a slip that is too old to be used: the second factor was taken away with it."""
    unused = select(Slip.id).where(Slip.account_id == account, Slip.used_at.is_(None), Slip.ended_at.is_(None))
    return bool(session.scalar(select(unused.where(Slip.first_half.is_not(None)).exists())))


def _is_first_manager(session: Session, postings: Sequence[Posting]) -> bool:
    managed = [posting.organization for posting in postings if posting.role == PROVIDER_MANAGER]
    if not managed or len(managed) < len(postings):
        return False
    begun = select(Organization.id).where(Organization.id.in_(managed), Organization.status != PENDING)
    return not has_anybody_signed_in(session, managed) and session.scalar(begun.limit(1)) is None


def has_anybody_signed_in(session: Session, organizations: Collection[UUID]) -> bool:
    """Whether an active member of one of these organisations has signed in once."""
    signed_in = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organization_id.in_(organizations))
        .where(Membership.ended_at.is_(None), Account.password_changed_at.is_not(None))
    )
    return bool(session.scalar(select(signed_in.exists())))


def has_manager(session: Session, provider: UUID) -> bool:
    """Whether a provider has an active manager."""
    held = _managing(provider)
    return bool(session.scalar(select(held.exists())))


def lock_first_manager(session: Session, provider: UUID) -> None:
    """Let one transaction at a time add a manager to this pending provider; it ends with the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"first manager {provider}", 0))))


def is_manager_of(session: Session, account: UUID, provider: UUID) -> bool:
    """Whether an account manages a provider, in whatever session it is used."""
    held = _managing(provider).where(Membership.account_id == account)
    return bool(session.scalar(select(held.exists())))


def _managing(provider: UUID) -> Select[UUID]:
    theirs = select(Membership.id).where(Membership.organization_id == provider)
    return theirs.where(Membership.role == PROVIDER_MANAGER, Membership.ended_at.is_(None))


def pending_providers_of_manager(session: Session, account: UUID) -> Sequence[UUID]:
    """The pending organisations that have this account as a manager."""
    waiting = select(Membership.organization_id).join(Organization, Organization.id == Membership.organization_id)
    held = waiting.where(Membership.account_id == account, Membership.role == PROVIDER_MANAGER)
    return session.scalars(held.where(Membership.ended_at.is_(None), Organization.status == PENDING)).all()


def supervised_by(session: Session, account: UUID) -> frozenset[UUID]:
    """The organisations in which an account is a supervisor or manager."""
    rows = session.scalars(
        select(Membership.organization_id).where(
            Membership.account_id == account, Membership.ended_at.is_(None), Membership.role.in_(SUPERVISING)
        )
    )
    return frozenset(rows)


def live_sessions(session: Session, account: UUID, now: datetime) -> Sequence[SessionRow]:
    """Sessions that are neither ended nor over, the newest first."""
    return session.scalars(
        select(SessionRow)
        .where(SessionRow.account_id == account, SessionRow.ended_at.is_(None), SessionRow.expires_at > now)
        .order_by(SessionRow.created_at.desc())
    ).all()


def live_sessions_of_organization(session: Session, organization: UUID, now: datetime) -> Sequence[SessionRow]:
    """The same of everybody who works in an organisation, in no order."""
    began = select(SessionRow).join(Membership, Membership.id == SessionRow.membership_id)
    theirs = began.where(Membership.organization_id == organization)
    return session.scalars(theirs.where(SessionRow.ended_at.is_(None), SessionRow.expires_at > now)).all()


@dataclass(frozen=True)
class Member:
    """A line of the members page."""

    membership: Membership
    account: Account
    has_signed_in: bool
    has_second_factor: bool
    slip_is_void: bool

    @property
    def can_enter_with_factor(self) -> bool:
        """Whether a role that needs a second factor has this member at home (the view `home_membership`)."""
        return self.has_signed_in and self.account.password_hash is not None and self.has_second_factor


def members_of(session: Session, organization: UUID) -> Sequence[Member]:
    """The active members of an organisation, by name."""
    void_slip = (
        select(Slip.id)
        .where(
            Slip.account_id == Account.id,
            Slip.voided_at.is_not(None),
            Slip.used_at.is_(None),
            Slip.ended_at.is_(None),
        )
        .exists()
    )
    factor = (
        select(SecondFactor.id)
        .where(
            SecondFactor.account_id == Account.id,
            SecondFactor.confirmed_at.is_not(None),
            SecondFactor.ended_at.is_(None),
        )
        .exists()
    )
    rows = session.execute(
        select(Membership, Account, factor, void_slip)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organization_id == organization, Membership.ended_at.is_(None))
        .order_by(Account.name, Membership.started_at, Membership.id)
    )
    return [
        Member(membership, account, account.password_changed_at is not None, has, is_void)
        for membership, account, has, is_void in rows
    ]


def district_names(session: Session, codes: Sequence[int], language: str) -> dict[str, str]:
    """LGD codes, as text, with the districts' names in a language, by name."""
    rows = session.scalars(select(District).where(District.code.in_(codes)).order_by(District.name))
    return {str(row.code): str(row.names.get(language, row.name)) for row in rows}
