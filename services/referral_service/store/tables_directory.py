"""Tables of what the directory tells: copies of public facts, and the names of a provider's team.

Written by the worker alone, from snapshots, newer over older. All instants are timestamptz; districts are LGD codes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from referral_service.store.metadata import metadata

_instant = DateTime(timezone=True)
_false = text("false")

directory_organization = Table(
    "directory_organization",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("district", Integer),
    Column("status", Text, nullable=False),
    Column("phone", Text),
    Column("staffed", ARRAY(Text)),  # roles that have somebody who can sign in; null: unknown
    Column("stands_in_for", ARRAY(Integer)),  # districts that fall to this body of their state
    Column("oversees", ARRAY(Integer)),  # the districts of the state whose body it is
    Column("standing", Text),  # suspended, closing and closed apart; null: as `status` says
    Column("closed_at", _instant),  # when it was first told as closed
)

directory_district = Table(
    "directory_district",
    metadata,
    Column("code", Integer, primary_key=True, autoincrement=False),  # LGD
    Column("names", JSONB, nullable=False),  # by language, `en` always
)

directory_service = Table(
    "directory_service",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("districts", ARRAY(Integer), nullable=False),
    Column("data", JSONB, nullable=False),  # the snapshot as it came
    Index("directory_service_districts", "districts", postgresql_using="gin"),
)

team_member = Table(
    "team_member",
    metadata,
    Column("membership_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("name", Text, nullable=False),  # of a case worker, for the own team
    Index("team_member_organization", "organization_id"),
)

data_officer = Table(
    "data_officer",
    metadata,
    Column("membership_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("let_in_by", JSONB, nullable=False),  # whoever may be who uses the account, and until when
    Index("data_officer_account", "account_id"),
)

PUBLIC_TABLES = frozenset({"directory_organization", "directory_service", "directory_district"})
"""Copies of what the directory publishes to everybody: readable without a scope, written by the worker alone."""
