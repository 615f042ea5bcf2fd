"""Tables of a referral, in groups that the wall keeps apart. Beside them: `tables_*.py`.

* the referrer's: `referral_sent` (what was sent), `referrer_view` (what may be known), `custody_view` for prison health
  staff. Answers to an officer read these, the unit's cards and the public directory, nothing else.
* the provider's: `task` and what hangs on it, `referral_key`, `identity` and `case_note` (sealed), `key_encryption_key`
  (days of keys, no key); `inbox_change` and `inbox_version`, from which a team's inbox knows that nothing changed.
* everybody's: `tally`, counts and no person.

Row-level security stands on all of them (`policies.py`). All instants are timestamptz; districts are LGD codes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from referral_service.store.metadata import metadata

_instant = DateTime(timezone=True)
_false = text("false")

referral_sent = Table(
    "referral_sent",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("account_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("submitted_at", _instant, nullable=False),
    Column("setting", Text, nullable=False),
    Column("district", Integer, nullable=False),
    Column("needs", ARRAY(Text), nullable=False),
    Column("service_id", Uuid),
    Column("candidates", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("priority", Text, nullable=False),
    Column("another_service", Boolean, nullable=False),
    Column("shared_with_team", Boolean, nullable=False, server_default=_false),  # of the prison's health staff
    Index("referral_sent_newest", "account_id", "submitted_at", "id"),
    Index("referral_sent_team", "organization_id", "submitted_at", "id", postgresql_where=text("shared_with_team")),
    Index("referral_sent_submitted_at", "submitted_at", postgresql_using="brin"),  # for the sweep; rows come in order
)

referrer_view = Table(
    "referrer_view",
    metadata,
    Column("id", Uuid, ForeignKey("referral_sent.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Column("changed_at", _instant, nullable=False),
    Column("shared_with_team", Boolean, nullable=False, server_default=_false),
    Column("submitted_at", _instant),  # with the next two: what its moves are counted by, as it was sent
    Column("district", Integer),
    Column("urgent", Boolean),
    CheckConstraint(
        "state IN ('sent', 'opened', 'accepted', 'not_taken', 'not_answered', 'withdrawn')", name="referrer_view_state"
    ),
)

custody_view = Table(
    "custody_view",
    metadata,
    Column("id", Uuid, ForeignKey("referral_sent.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("open_question", Text),
    Column("appointment_at", _instant),
    Column("release_on", Date),  # what the sender said; the row ends with that day
    Column("urgent_otherwise", Boolean, nullable=False, server_default=_false),  # whatever becomes of the release
    Column("release_ticked", Boolean, nullable=False, server_default=_false),  # soon, without a date
    Column("ended_at", _instant),  # transferred
    Column("version", Integer, nullable=False),
    Column("shared_with_team", Boolean, nullable=False, server_default=_false),
)

task = Table(
    "task",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("root_id", Uuid, nullable=False),  # the first of a chain of forwarded records; itself for a first one
    Column("reference", Text, nullable=False, unique=True),
    Column("organization_id", Uuid),  # the holder; null while candidates have not claimed it
    Column("service_id", Uuid),
    Column("candidate_organizations", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("candidate_services", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),  # in step with the former
    Column("declined_organizations", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),  # candidates that left
    Column("unnamed", Boolean, nullable=False, server_default=_false),  # Setu picked: no coordinator is told whom
    Column("sender_organization", Uuid, nullable=False),
    Column("sender_account", Uuid),  # null for a forwarded record and after 90 days
    Column("sender_role", Text, nullable=False),
    Column("setting", Text, nullable=False),
    Column("district", Integer, nullable=False),
    Column("needs", ARRAY(Text)),  # null once consent was withdrawn
    Column("priority", Text, nullable=False),
    Column("another_service", Boolean, nullable=False),
    Column("status", Text, nullable=False),  # what the service's own acts made of it
    Column("ended_as", Text),  # told instead of the status: cancelled or entered-in-error
    Column("ghost", Boolean, nullable=False, server_default=_false),  # closed; answer as you would have
    Column("business_status", Text),
    Column("reason", Text),
    Column("outcome", Text),
    Column("version", Integer, nullable=False),
    Column("submitted_at", _instant, nullable=False),
    Column("opened_at", _instant),
    Column("first_contact", Date),
    Column("closed_at", _instant),
    Column("touched_at", _instant, nullable=False),
    Column("untouched_told_at", _instant),
    Column("clock", Text, nullable=False),
    Column("due", _instant, nullable=False),  # what the inbox is sorted by; the far future where nothing is due
    Column("ack_due", _instant),
    Column("remind_at", _instant),
    Column("escalate_at", _instant),
    Column("expire_at", _instant),
    Column("decision_due", _instant),
    Column("paused_at", _instant),
    Column("contact_due", _instant),
    Column("review_on", Date),
    Column("forward_asked_at", _instant),
    Column("said_yes_on", Date),  # after it failed: the day on which the person said yes again, and how
    Column("said_yes_by", Text),
    Column("forwarded_to", Uuid),
    Column("forwarded_from", Uuid),
    Column("coordinator_due", _instant),  # while it has ended, or a case worker's word waits, and needs a hand
    Column("settled_at", _instant),
    Column("settled_as", Text),
    Column("void_asked_at", _instant),
    Column("void_asked_for", Text),
    Column("assigned_to", Uuid),  # the account of one of the holder's case workers
    Column("card_shown_at", _instant),  # unlocks the identity without opening
    Column("appointment_at", _instant),
    Column("prison_id", Uuid),  # where the person is, or was before the release
    Column("release_on", Date),
    Column("release_said_at", _instant),  # when it was said after sending
    Column("urgent_otherwise", Boolean, nullable=False, server_default=_false),  # whatever becomes of the release
    Column("child_path", Boolean, nullable=False, server_default=_false),  # of a ghost until it was answered
    Column("child_due", _instant),  # while nobody has taken a child on
    Column("child_told_at", _instant),  # when the state's body heard of it
    CheckConstraint(
        "organization_id IS NOT NULL OR cardinality(candidate_organizations) > 0", name="task_has_receiver"
    ),
    CheckConstraint("ended_as IS NULL OR ghost", name="task_ended_is_ghost"),
    Index("task_holder", "organization_id", "due", "id"),
    Index(
        "task_candidates",
        "candidate_organizations",
        postgresql_using="gin",
        postgresql_where=text("organization_id IS NULL"),
    ),
    Index("task_district", "district", "submitted_at"),
    Index("task_root", "root_id"),
    Index("task_sender", "sender_organization", "submitted_at"),
    Index("task_remind", "remind_at", postgresql_where=text("remind_at IS NOT NULL")),
    Index("task_escalate", "escalate_at", postgresql_where=text("escalate_at IS NOT NULL")),
    Index("task_expire", "expire_at", postgresql_where=text("expire_at IS NOT NULL")),
    Index("task_child_due", "child_due", postgresql_where=text("child_due IS NOT NULL")),
    Index("task_coordinator_due", "coordinator_due", postgresql_where=text("coordinator_due IS NOT NULL")),
    Index(
        "task_release_on",
        "release_on",
        postgresql_where=text("release_on IS NOT NULL AND priority = 'routine' AND closed_at IS NULL"),
    ),
    Index(
        "task_appointment",
        "organization_id",
        "appointment_at",
        postgresql_where=text("appointment_at IS NOT NULL"),
    ),
    Index("task_closed_at", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
)

task_event = Table(
    "task_event",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
    Column("at", _instant, nullable=False),
    Column("event", Text, nullable=False),
    Column("reason", Text),
    Index("task_event_referral", "referral_id", "position"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
    Column("at", _instant, nullable=False),
    Column("result", Text, nullable=False),
    Column("next_appointment", _instant),
    Column("account_id", Uuid),  # whose attempt it was; null where an older release noted it
    Column("noted_at", _instant),  # `at` is what they said
    Index("attempt_referral", "referral_id", "position"),
)

question = Table(
    "question",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text),
    Column("answered_at", _instant),
    Index("question_referral", "referral_id", "position"),
)

case_note = Table(
    "case_note",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
    Column("at", _instant, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # under the referral's key
    Index("case_note_referral", "referral_id", "at", "id"),
)

referral_key = Table(
    "referral_key",
    metadata,
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    Column("kek_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Index("referral_key_kek", "kek_id", "referral_id"),
)

key_encryption_key = Table(
    "key_encryption_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("made_at", _instant, nullable=False),
    Column("retired_at", _instant),  # nothing is wrapped under it any more
    Column("destroyed_at", _instant),  # it is in the keyring no more
)

identity = Table(
    "identity",
    metadata,
    Column("referral_id", Uuid, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("contact_hint", LargeBinary),  # keyed digest: `possibly_same_as`, for the holder alone
    Column("fit", LargeBinary),  # what decides which services fit, for matching alone
    Column("corrected_at", DateTime(timezone=True)),  # by the person, if ever; goes along with a copy
    Index("identity_contact_hint", "contact_hint"),
)

tally = Table(
    "tally",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("day", Date, nullable=False),
    Column("answer", Text, nullable=False),
    Column("need", Text, nullable=False),
    Column("district", Integer, nullable=False),
    Column("setting", Text, nullable=False),
    Index("tally_unmet", "district", "day", postgresql_where=text("answer IN ('unmet', 'settled-unmet')")),
)

inbox_change = Table(
    "inbox_change",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Index("inbox_change_organization", "organization_id"),
)

inbox_version = Table(
    "inbox_version",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("changes", BigInteger, nullable=False),  # counted already; what came since is in `inbox_change`
)
