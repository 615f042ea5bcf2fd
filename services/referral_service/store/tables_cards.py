"""Tables of cards, and of what is asked or said with the code of one.

* the unit's: `card`, `card_sheet`, `card_order`, which say nothing of a referral.
* the provider's: `card_holder`, where a code leads; `arrival`, who came with a card alone; `team_voice`.
* the person's: `card_request`, what is asked with a code, unread by the web; `heard_voice`, `voice_sender` and
  `voice_count`, in which no card and no person stands.

Row-level security stands on all of them (`policies.py`). All instants are timestamptz; districts are LGD codes.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from referral_service.store.metadata import metadata

_instant = DateTime(timezone=True)
_false = text("false")

card_number = Sequence("card_number", metadata=metadata)

# No bound value: once PostgreSQL thinks of a plan without values, ON CONFLICT would not find the index by it.
ORDER_WAITS = text("state = 'ordered'")

card_order = Table(
    "card_order",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),  # the unit
    Column("district", Integer, nullable=False),  # of the unit when it ordered; whose coordinators print
    Column("sheets", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("ordered_at", _instant, nullable=False),
    Column("printed_at", _instant),
    Column("sent_at", _instant),
    CheckConstraint("state IN ('ordered', 'printed', 'sent')", name="card_order_state"),
    Index("card_order_unit", "organization_id", "ordered_at"),
    Index("card_order_district", "district", "ordered_at"),
    Index("card_order_waiting", "organization_id", unique=True, postgresql_where=ORDER_WAITS),
)

card_sheet = Table(
    "card_sheet",
    metadata,
    Column("number", Text, primary_key=True),  # of the first card on it
    Column("organization_id", Uuid, nullable=False),
    Column("order_id", Uuid, ForeignKey("card_order.id")),  # null: printed by a command
    Column("closed_at", _instant),  # lost, or printed again: the form takes no card of it any more
    Index("card_sheet_order", "order_id"),
)

card = Table(
    "card",
    metadata,
    Column("number", Text, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("code_mac", LargeBinary, nullable=False, unique=True),
    Column("used_at", _instant),  # the day (its beginning in India), by the own unit's submission alone
    Column("sheet", Text, ForeignKey("card_sheet.number")),
    Index("card_unit", "organization_id", "used_at"),
)

card_holder = Table(
    "card_holder",
    metadata,
    Column("code_mac", LargeBinary, primary_key=True),
    Column("referral_id", Uuid),  # null: the card was handed out alone
    Column("district", Integer, nullable=False),
    # of a card that was handed out alone, until somebody arrived with it; empty where a referral says it
    Column("needs", ARRAY(Text), nullable=False),
    Column("arrived_on", Date),  # that somebody came: the day on which it was handed out, never that of the arrival
    Column("handed_out_on", Date, nullable=False, server_default=text("CURRENT_DATE")),  # India's; the default: UTC's
    Index("card_holder_referral", "referral_id"),
    Index("card_holder_alone", "handed_out_on", postgresql_where=text("referral_id IS NULL")),
)

card_request = Table(
    "card_request",
    metadata,
    Column("code_mac", LargeBinary, primary_key=True),  # of any well-formed code; the worker alone looks it up
    Column("asked", Text, primary_key=True, server_default=text("'withdrawal'")),  # or a voice
    Column("queued_at", _instant, nullable=False),
)

day_of_card_requests = Table(
    "futile_withdrawal",
    metadata,
    Column("hour", _instant, primary_key=True, key="day"),  # its beginning in India
    Column("count", BigInteger, nullable=False, key="withdrawals"),
    Column("voices", BigInteger, nullable=False, server_default=text("0")),
)
"""What was taken off the queue in a day, of known cards and of none alike.

The database has names of the first release, which counted withdrawals in vain by the hour: a process of the release
before goes on under them.
"""

heard_voice = Table(
    "heard_voice",
    metadata,
    Column(
        "digest", LargeBinary, primary_key=True
    ),  # keyed, of a card's code and a word: without the key it is nobody's
)

voice_sender = Table(
    "voice_sender",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # keyed: a unit, whom it names, year or day; or a card's word
    Column("year", Integer, nullable=False),
    Column("used", Integer, nullable=False),  # of the voices that may count for that provider, or for that unit
)

team_voice = Table(
    "team_voice",
    metadata,
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),  # the first of a chain
    Column("said", Text, primary_key=True),
    Column("heard_at", _instant, nullable=False),
)

voice_count = Table(
    "voice_count",
    metadata,
    Column("year", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("district", Integer),  # null: counted by state alone
    Column("organization_id", Uuid),  # null: it counts for none
    Column("audience", ARRAY(Integer), nullable=False),  # the state's districts, whose bodies may read it
    Column("count", BigInteger, nullable=False),
    Index(
        "voice_count_cell",
        "year",
        "said",
        "state",
        "district",
        "organization_id",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
)

arrival = Table(
    "arrival",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("day", Date, nullable=False),
    Column("need", Text, nullable=False),
    Column("district", Integer, nullable=False),
    Column("organization_id", Uuid, nullable=False),
)
