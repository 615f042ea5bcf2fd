"""Tables of people: accounts, memberships, second factors, slips, tickets, sessions and resets.

Promises: one account a person; an account's side is part of its identity, and a membership can only point at an
account of the role's own side; a role only at an organisation of a kind that has it. Those guards are keys and checks,
so no code can go round them. Secrets stand here as digests or sealed. Times are UTC.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base
from setu.roles import ROLES


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in sorted(values))})"


FITS = " OR ".join(
    f"(role = '{role.name}' AND {_in('organization_kind', tuple(role.kinds))})" for role in ROLES.values()
)
"""A role and a kind of organisation that has it: written from the domain's table, once."""
SIDED = " OR ".join(f"(role = '{role.name}' AND side = '{role.side}')" for role in ROLES.values())
"""A role and its side."""


class Account(Base):
    """A person who may sign in. The name is the member's own, never a referred person's."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("side IN ('providing', 'referring')", name="side"),
        CheckConstraint("user_name = lower(user_name)", name="user_name_folded"),
        CheckConstraint("mail = lower(mail)", name="mail_folded"),
        CheckConstraint("language IN ('en', 'hi', 'bn')", name="language"),
        UniqueConstraint("id", "side", name="account_id_side_key"),
        Index("account_user_name_key", "user_name", unique=True),
        Index(
            "account_phone_key",
            "side",
            "phone",
            unique=True,
            postgresql_where=text("phone_signs_in AND closed_at IS NULL"),
        ),
        Index(
            "account_mail_key",
            "side",
            "mail",
            unique=True,
            postgresql_where=text("mail_signs_in AND closed_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    side: Mapped[str]
    name: Mapped[str]
    user_name: Mapped[str]
    phone: Mapped[str | None]
    mail: Mapped[str | None]
    phone_signs_in: Mapped[bool] = mapped_column(server_default=text("true"))
    mail_signs_in: Mapped[bool] = mapped_column(server_default=text("true"))
    contacts_changed_at: Mapped[datetime | None]  # by the owner; a restore blanks what was changed since
    contacts_blanked_at: Mapped[datetime | None]  # by a restore; the owner has saved none since
    language: Mapped[str]
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    resets: Mapped[int]
    reset_at: Mapped[datetime | None]
    postings: Mapped[int]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Membership(Base):
    """One role of one account in one organisation, from `started_at` until `ended_at`."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(FITS, name="role_fits_kind"),
        CheckConstraint(SIDED, name="role_has_side"),
        ForeignKeyConstraint(
            ["account_id", "side"], ["account.id", "account.side"], name="membership_account_side_fkey"
        ),
        ForeignKeyConstraint(
            ["organization_id", "organization_kind", "organization_district"],
            ["organization.id", "organization.kind", "organization.district_code"],
            name="membership_organization_fkey",
            onupdate="CASCADE",
        ),
        Index("membership_account_idx", "account_id"),
        Index("membership_organization_idx", "organization_id"),
        Index(
            "membership_active_key",
            "account_id",
            "organization_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    organization_kind: Mapped[str]
    organization_district: Mapped[int]
    role: Mapped[str]
    side: Mapped[str]
    districts: Mapped[list[int]]
    version: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SecondFactor(Base):
    """A TOTP secret (sealed) or a sheet of printed codes; in force once confirmed, one of each account.

    `begun_in`: the ticket or session that sees it and may confirm it.
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint("kind IN ('totp', 'printed')", name="kind"),
        CheckConstraint("(kind = 'totp') = (sealed IS NOT NULL)", name="totp_is_sealed"),
        Index(
            "second_factor_in_force_key",
            "account_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
        ),
        Index("second_factor_account_idx", "account_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="second_factor_account_fkey"))
    kind: Mapped[str]
    kek_id: Mapped[str | None]
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    begun_in: Mapped[UUID | None]
    begun_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class PrintedCode(Base):
    """One code of a printed sheet, as a keyed digest."""

    __tablename__ = "printed_code"
    factor_id: Mapped[UUID] = mapped_column(
        ForeignKey("second_factor.id", name="printed_code_factor_fkey", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID]
    used_at: Mapped[datetime | None]


class UsedStep(Base):
    """A TOTP time step that an account has used: its code is dead. Old ones are swept by the worker."""

    __tablename__ = "used_step"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="used_step_account_fkey"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    used_at: Mapped[datetime]


class Slip(Base):
    """A printed first-sign-in slip: good once, for a few days, and never beside another open one.

    `first_half`: digest of what another person printed; then `digest` is of the second half alone. `voided_at`: two
    browsers had begun with it. It stays the account's open one, so that one in halves is replaced by two people alone.
    """

    __tablename__ = "slip"
    __table_args__ = (
        Index(
            "slip_open_key", "account_id", unique=True, postgresql_where=text("used_at IS NULL AND ended_at IS NULL")
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="slip_account_fkey"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    first_half: Mapped[bytes | None] = mapped_column(LargeBinary)
    printed_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Ticket(Base):
    """Half a sign-in in a browser: what has been shown so far, until the rest follows. Minutes, and good once.

    `password_hash`: of the password that was chosen in this browser with a slip, the account's once that is used up.
    """

    __tablename__ = "ticket"
    __table_args__ = (CheckConstraint("purpose IN ('second_factor', 'first_sign_in', 'invitation')", name="purpose"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="ticket_account_fkey"))
    purpose: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    slip_id: Mapped[UUID | None] = mapped_column(ForeignKey("slip.id", name="ticket_slip_fkey"))
    password_hash: Mapped[str | None]
    membership_id: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A signed-in session, as its owner sees it; the token itself is nowhere."""

    __tablename__ = "session"
    __table_args__ = (Index("session_account_idx", "account_id"), Index("session_expires_idx", "expires_at"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="session_account_fkey"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id", name="session_membership_fkey"))
    device: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Reset(Base):
    """A reset that takes two people: asked by one, decided by another, gone after a week.

    `first_half`: digest of the half of the slip's code that whoever asked has; None where an older release was asked.
    """

    __tablename__ = "reset"
    __table_args__ = (
        CheckConstraint("what IN ('password', 'second_factor')", name="what"),
        CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
        CheckConstraint("decided_by <> asked_by OR decision = 'refused'", name="two_people"),
        CheckConstraint("asked_by <> account_id AND decided_by <> account_id", name="not_own"),
        Index("reset_waiting_key", "account_id", unique=True, postgresql_where=text("decided_at IS NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="reset_account_fkey"))
    what: Mapped[str]
    first_half: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]


class ApiKey(Base):
    """An organisation's key for programs. The key itself is shown once; here stand its first letters and keyed digest.

    `last_used_on` is a day in India: a moment would cost a write a request and tell more than anybody needs.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("digest", name="api_key_digest_key"),
        CheckConstraint(
            "scopes <@ '{listings:read,listings:write,partnership:read,webhooks}' AND cardinality(scopes) > 0",
            name="scopes",
        ),
        Index("api_key_organization_idx", "organization_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", name="api_key_organization_fkey"))
    name: Mapped[str]
    beginning: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
