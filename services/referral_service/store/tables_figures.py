"""Tables of the monthly figures: `figure_tally`, counts and no person, and `frozen_figures`, what is told of them.

The web adds to the one and reads none of it, and reads the other by audience; nobody changes what is frozen.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from referral_service.store.metadata import metadata

figure_tally = Table(
    "figure_tally",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),  # random: no order of coming
    Column("month", Date, nullable=False),  # its first day
    Column("district", Integer, nullable=False),
    Column("counted", Text),  # one word, or the sealed words of a person under a record key
    Column("minutes", Integer),  # from submission to the first answer
    Column("kek_id", Text),
    Column("wrapped", LargeBinary),
    Column("sealed", LargeBinary),
    CheckConstraint("num_nonnulls(counted, sealed) = 1", name="figure_tally_counted_or_sealed"),
    CheckConstraint("num_nonnulls(kek_id, wrapped, sealed) IN (0, 3)", name="figure_tally_sealed_whole"),
    Index("figure_tally_month", "month"),
    Index("figure_tally_kek", "kek_id", "id", postgresql_where=text("kek_id IS NOT NULL")),
)

frozen_figures = Table(
    "frozen_figures",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("audience", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("month", Date, nullable=False),
    Column("state", Integer, nullable=False),  # LGD
    Column("district", Integer),  # LGD; null: the state's own
    Column("grain", Text),
    Column("need_grain", Text),
    Column("frozen_at", DateTime(timezone=True), nullable=False),
    Column("cells", JSONB, nullable=False),
    CheckConstraint("audience IN ('everybody', 'services')", name="frozen_figures_audience"),
    UniqueConstraint("audience", "subject", name="frozen_figures_once"),
    Index("frozen_figures_district", "district", "month"),
    Index("frozen_figures_listed", "audience", "month", "subject"),
)
