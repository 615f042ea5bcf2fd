"""Verification of the audit log: walks the hash chain and its signed checkpoints, and says where either breaks.

Promises: the end is fixed when it begins, so a log that grows meanwhile is no fault; a step checks so many entries and
is resumed from its `Progress`, so that neither memory nor a transaction grows with the log. Findings are codes with
numbers; `FINDING_WORDS` has their English, marked for translation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.orm import Session

from service_kit.db.audit_chain import START, checkpoint_message, link
from service_kit.db.tables import audit_checkpoint, audit_entry
from service_kit.translations import N_

STEP = 5000
"""Entries of one step: some 10 MB, a fraction of a second."""
MOST_FINDINGS = 20
_LATE = timedelta(minutes=5)
_UNTIL = text(
    "SELECT greatest((SELECT max(sequence) FROM audit_entry), (SELECT max(sequence) FROM audit_checkpoint), 0)"
)  # one statement, one snapshot: what is chained after it is not looked at

FINDING_WORDS: Mapping[str, str] = {
    "missing": N_("Entries %(first)s to %(last)s are missing."),
    "changed": N_("Entry %(number)s was changed, or one before it was removed or added."),
    "unknown-key": N_("Checkpoint %(number)s was signed by the unknown key %(key)s."),
    "not-fitting": N_("Checkpoint %(number)s does not fit the entries before it."),
    "gone": N_("Checkpoint %(number)s speaks of an entry that is gone."),
    "unsigned": N_("Entries after %(number)s are chained and not signed."),
    "late": N_("%(count)s entries wait unchained for more than five minutes: is the worker running?"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a code of `FINDING_WORDS`, and what its words name."""

    code: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        return FINDING_WORDS[self.code] % self.values


@dataclass(frozen=True)
class LogKeys:
    """Whose log it is: its name in the signatures, and the raw Ed25519 public keys by key id (`audit_chain.key_id`)."""

    log: str
    public_keys: Mapping[str, bytes]


@dataclass(frozen=True)
class Progress:
    """How far a verification is: entries up to `checked` of `until`; `signed` is the last checkpoint that was met."""

    until: int
    checked: int = 0
    head: bytes = START
    signed: int = 0
    findings: Sequence[Finding] = ()

    @property
    def is_done(self) -> bool:
        """Whether the end was reached."""
        return self.checked >= self.until


def begin(session: Session) -> Progress:
    """Fix the end: the last entry, or the last checkpoint where that speaks of a later one. As the worker's role."""
    return Progress(until=session.scalar(_UNTIL) or 0)


def verify_next(session: Session, progress: Progress, keys: LogKeys, *, most: int = STEP) -> Progress:
    """Check up to `most` further entries; after the last also what was left unsigned."""
    entries = _entries(session, progress, most)
    end = entries[-1]["sequence"] if len(entries) == most else progress.until
    checkpoints = _checkpoints(session, progress.checked, end)
    last, head, signed, findings = progress.checked, progress.head, progress.signed, list(progress.findings)
    for entry in entries:
        sequence, found = entry["sequence"], link(head, entry["sequence"], entry)
        if sequence != last + 1:
            findings.append(Finding("missing", {"first": str(last + 1), "last": str(sequence - 1)}))
        last, head = sequence, bytes(entry["hash"])  # the stored one, so that one change is reported once
        if found != head:
            findings.append(Finding("changed", {"number": str(sequence)}))
        if (checkpoint := checkpoints.pop(sequence, None)) is not None:
            findings += _check_signature(checkpoint, found, keys)
            signed = sequence
    findings += [Finding("gone", {"number": str(sequence)}) for sequence in checkpoints]
    if end == progress.until and last > signed:
        findings.append(Finding("unsigned", {"number": str(signed)}))
    return replace(progress, checked=end, head=head, signed=signed, findings=findings[:MOST_FINDINGS])


def find_late(session: Session, now: datetime) -> Sequence[Finding]:
    """Entries that the worker should have chained long ago."""
    waiting = select(func.count()).where(audit_entry.c.sequence.is_(None), audit_entry.c.at < now - _LATE)
    count = session.scalar(waiting) or 0
    return [Finding("late", {"count": str(count)})] if count else []


def verify(session: Session, keys: LogKeys, now: datetime) -> Sequence[Finding]:
    """The whole log in one go: everything that is wrong with it, at most `MOST_FINDINGS`; none is a sound log."""
    progress = begin(session)
    while not progress.is_done:
        progress = verify_next(session, progress, keys)
    return [*progress.findings, *find_late(session, now)]


def _entries(session: Session, progress: Progress, most: int) -> Sequence[RowMapping]:
    sequence = audit_entry.c.sequence
    query = select(audit_entry).where(sequence > progress.checked, sequence <= progress.until)
    return session.execute(query.order_by(sequence).limit(most)).mappings().all()


def _checkpoints(session: Session, after: int, until: int) -> dict[int, RowMapping]:
    sequence = audit_checkpoint.c.sequence
    query = select(audit_checkpoint).where(sequence > after, sequence <= until).order_by(sequence)
    return {row["sequence"]: row for row in session.execute(query).mappings()}


def _check_signature(checkpoint: RowMapping, head: bytes, keys: LogKeys) -> Sequence[Finding]:
    sequence, key = checkpoint["sequence"], checkpoint["key_id"]
    if key not in keys.public_keys:
        return [Finding("unknown-key", {"number": str(sequence), "key": key})]
    message = checkpoint_message(keys.log, sequence, head, checkpoint["signed_at"])
    try:
        Ed25519PublicKey.from_public_bytes(keys.public_keys[key]).verify(checkpoint["signature"], message)
    except InvalidSignature:
        return [Finding("not-fitting", {"number": str(sequence)})]
    return []
