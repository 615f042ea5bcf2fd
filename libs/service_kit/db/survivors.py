"""Survivor log: rows whose newest state outlives a restored backup, in sealed files apart from database and backup.

Why: a backup from yesterday brings back what was erased today, opens sessions that were revoked, and would tell people
something else than they were told. Promises: a trigger notes each changed row in the transaction that changes it; the
worker seals the rows as they stand and appends them, at most a second later and synced before the note goes, so that a
worker that dies repeats a line and loses none. A line names neither table nor row; only the holders of the backup's
secret key read it. Where nothing changes, a line each minute says so: a hole in the log is seen before a restore. Each
day has a file, and files older than 31 days are deleted. Files and lines keep the order of writing, also after a leap
of the clock. Applying lines twice changes nothing. A note of a table that a worker does not know waits for one that
does: meanwhile the log says nowhere that it is whole. What a worker of release 0.1.0 forgot, which waits for nobody, is
noted anew (`note_forgotten`).
Which rows these are: `store/survivors.py` of each service.
When not to use it: as a replica; what a `Survivor` does not name is as the backup has it.
"""

import base64
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, LiteralString

from pyrage.x25519 import Identity, Recipient
from sqlalchemy import ColumnElement, Text, and_, cast, column, delete, insert, literal, select, table, text
from sqlalchemy.orm import Session

from service_kit import age, failpoints
from service_kit.db.engine import Database
from service_kit.db.tables import survivor_change

SURVIVORS_LOGGED_NOT_FORGOTTEN = "survivors-logged-not-forgotten"
KEPT = timedelta(days=31)
AT_ONCE = 500
HEARTBEAT = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between two lines; a worker that was replaced says nothing for less."""
LONGEST_STOP = timedelta(hours=1)
"""From the last line to a restore, which begins when every process has been stopped."""
_NO_TABLE = ""
_NONE: LiteralString = "false"


@dataclass(frozen=True)
class Survivor:
    """A table whose rows survive, by `key`, its primary key of one column.

    `secret`: columns that no line carries; one that has become NULL is told. `only_deletes`: the row itself is left to
    the backup, its end survives. `only_updates`: a row that the backup does not have stays away. `only_if`: a condition
    in SQL on the row as it was `told`; what does not meet it is as the backup has it. `forgotten_if`: a condition on
    rows of which a worker of release 0.1.0 logs nothing, or not all: of a table or a column that is new since.
    """

    table: str
    key: str
    secret: tuple[str, ...] = ()
    only_deletes: bool = False
    only_updates: tuple[str, ...] = ()
    only_if: LiteralString = "true"
    forgotten_if: LiteralString = _NONE


@dataclass(frozen=True)
class Line:
    """One row at one time (UTC); `row` is None where it was deleted. A heartbeat has a time only.

    `whole`: whether nothing waited then for a worker that knows its table.
    """

    at: datetime
    table: str
    id: str
    row: Mapping[str, Any] | None
    whole: bool = True

    @property
    def is_heartbeat(self) -> bool:
        """Whether it only says that nothing waited to be logged then."""
        return self.table == _NO_TABLE


def log_survivors(
    db: Database, survivors: Sequence[Survivor], folder: Path | None, recipients: Sequence[Recipient]
) -> int:
    """Append what changed since the last call, or a heartbeat; returns how many rows.

    Without a folder they are only forgotten. Raises OSError: nothing is forgotten then. Of tables that are no
    survivor's nothing is forgotten either: a newer worker knows them. While they wait there is no heartbeat.
    """
    with db.transaction() as session:
        oldest = select(survivor_change).where(_is_known(survivors)).order_by(survivor_change.c.position).limit(AT_ONCE)
        noted = session.execute(oldest.with_for_update()).all()
        if not noted:
            if folder is not None and _is_silent(folder) and not _waits_for_newer(session, survivors):
                _append(folder, [Line(_now(session), _NO_TABLE, "", None)], recipients)
            return 0
        if folder is not None:
            whole = not _waits_for_newer(session, survivors)
            lines = [line for survivor in survivors for line in _read(session, survivor, noted, whole)]
            _append(folder, lines, recipients)
            failpoints.reach(SURVIVORS_LOGGED_NOT_FORGOTTEN)
        positions = [row.position for row in noted]
        session.execute(delete(survivor_change).where(survivor_change.c.position.in_(positions)))
        return len(noted)


def waits_for_newer(db: Database, survivors: Sequence[Survivor]) -> bool:
    """Whether changes wait for a newer worker, which knows their tables: after rolling back there may be none."""
    with db.transaction() as session:
        return _waits_for_newer(session, survivors)


def _waits_for_newer(session: Session, survivors: Sequence[Survivor]) -> bool:
    unknown = and_(~_is_known(survivors), survivor_change.c.table_name != _NO_TABLE)
    return session.scalar(select(survivor_change.c.position).where(unknown).limit(1)) is not None


def _is_known(survivors: Sequence[Survivor]) -> ColumnElement[bool]:
    return survivor_change.c.table_name.in_([survivor.table for survivor in survivors])


def note_forgotten(db: Database, survivors: Sequence[Survivor]) -> int:
    """Note anew what a worker of release 0.1.0 forgot, where one was at work since the last call; how many rows.

    It deletes notes of every table, the oldest first, and so the one that is put here as a witness, which no other
    worker deletes: where that is gone, others may be.
    """
    forgotten = [survivor for survivor in survivors if survivor.forgotten_if != _NONE]
    witness = {"table_name": _NO_TABLE, "row_id": " ".join(survivor.table for survivor in forgotten)}
    with db.transaction() as session:
        if (
            not forgotten
            or session.scalar(select(survivor_change.c.position).filter_by(**witness).limit(1)) is not None
        ):
            return 0
        session.execute(insert(survivor_change).values(witness))  # before the others, so that it goes before them
        return sum(_note(session, survivor) for survivor in forgotten)


def _note(session: Session, survivor: Survivor) -> int:
    forgotten = (
        select(literal(survivor.table), cast(column(survivor.key), Text))
        .select_from(table(survivor.table))
        .where(text(survivor.forgotten_if))
    )
    noting = insert(survivor_change).from_select(["table_name", "row_id"], forgotten)
    return len(session.scalars(noting.returning(survivor_change.c.position)).all())


def forget_old_lines(folder: Path, now: datetime) -> None:
    """Delete the files whose lines would become older than 31 days today; `now` (aware) is believed.

    A file of a leap that was put right is known by no day; it goes with those that were written after it.
    """
    tomorrow = _day_of(now + timedelta(days=1))
    stems = [path.stem for path in _files(folder)]
    over = [stem for stem in stems if "" < _newest_day(stem, tomorrow) <= _last_forgotten(now)]
    for stem in stems:
        if over and stem <= over[-1]:
            (folder / f"{stem}.survivors").unlink(missing_ok=True)


def _newest_day(stem: str, tomorrow: str) -> str:
    return max((day for day in stem.split("~") if day <= tomorrow), default="")


def _files(folder: Path) -> Sequence[Path]:
    """In the order of writing."""
    return sorted(folder.glob("*.survivors"), key=lambda path: path.stem)


def is_forgotten(moment: datetime, now: datetime) -> bool:
    """Whether lines of that moment are deleted by now. Both are aware."""
    return _day_of(moment) <= _last_forgotten(now)


def _last_forgotten(now: datetime) -> str:
    return _day_of(now - KEPT)


def _day_of(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def read_lines(folder: Path, identities: Sequence[Identity], *, since: datetime) -> Iterator[Line]:
    """Every line after `since`, heartbeats, too, in the order of writing. Raises AgeError, OSError.

    What stands behind one is later, whatever its clock read.
    """
    has_begun = False
    for path in _files(folder):
        if path.stem < _day_of(since):
            continue
        for one in filter(_is_whole, path.read_text().splitlines()):  # a worker that died in one has said it again
            for line in _open(one, identities):
                has_begun = has_begun or line.at >= since
                if has_begun:
                    yield line


def newest_of_rows(lines: Iterable[Line]) -> Sequence[Line]:
    """The last line of each row that changed."""
    return list({(line.table, line.id): line for line in lines if not line.is_heartbeat}.values())


def find_gaps(lines: Iterable[Line], since: datetime, now: datetime) -> Sequence[tuple[datetime, datetime]]:
    """From when to when the log says too little between a backup's moment and a restore. All are aware.

    Lines beside which something waited for a newer worker do not say that the log was whole then.
    """
    whole = [line.at for line in lines if line.whole]
    times = [since, *sorted(at for at in whole if since <= at <= now)]  # others are of a leap
    gaps = [(one, next_one) for one, next_one in pairwise(times) if next_one - one > LONGEST_PAUSE]
    return gaps if now - times[-1] <= LONGEST_STOP else [*gaps, (times[-1], now)]


def _is_silent(folder: Path) -> bool:
    """By the disk's own times, so that two workers of one service say it once."""
    newest = max((path.stat().st_mtime for path in folder.glob("*.survivors")), default=0.0)
    return abs(time.time() - newest) >= HEARTBEAT.total_seconds()


def _now(session: Session) -> datetime:
    return session.scalar(text("SELECT clock_timestamp()")) or datetime.now(UTC)


def _read(session: Session, survivor: Survivor, noted: Sequence[Any], whole: bool) -> Iterator[Line]:
    # in the order of their changes: a unique index may let one row in only after another has changed
    ids = list(dict.fromkeys(row.row_id for row in noted if row.table_name == survivor.table))
    if not ids:
        return
    query = text(  # names are constants of the code
        f'SELECT to_jsonb(r) AS row, r."{survivor.key}"::text AS id'  # noqa: S608 # our own words
        f' FROM "{survivor.table}" AS r WHERE r."{survivor.key}"::text = ANY(:ids)'
    )
    at = _now(session)
    found = {row.id: row.row for row in session.execute(query, {"ids": ids})}
    for one in ids:
        row = found.get(one)
        if row is not None and survivor.only_deletes:
            continue
        yield Line(at, survivor.table, one, None if row is None else _told(row, survivor), whole)


def _told(row: Mapping[str, Any], survivor: Survivor) -> Mapping[str, Any]:
    kept = (survivor.key, *survivor.only_updates) if survivor.only_updates else tuple(row)
    return {name: row[name] for name in kept if name not in survivor.secret or row[name] is None}


def _append(folder: Path, lines: Sequence[Line], recipients: Sequence[Recipient]) -> None:
    if not lines:
        return
    told = [asdict(line) | {"at": line.at.isoformat()} for line in lines]
    sealed = base64.b64encode(age.seal(json.dumps(told).encode(), recipients))
    path = folder / f"{_stem_after(_files(folder), lines[0].at)}.survivors"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        whole = file.tell()
        try:
            file.write(b"\n%d %s\n" % (len(sealed), sealed))  # the line before may have been cut
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.truncate(path, whole)
            raise


def _stem_after(files: Sequence[Path], now: datetime) -> str:
    """Name a day's file, and none before the newest: `2026-11-29`, after a leap to 2029 `2029-11-29~2026-11-29`."""
    newest, day = files[-1].stem if files else "", _day_of(now)
    leapt = newest.partition("~")[0]
    return max(newest, f"{leapt}~{day}" if leapt > _day_of(now + timedelta(days=1)) else day)


def _is_whole(line: str) -> bool:
    length, _, sealed = line.partition(" ")
    return length.isdecimal() and len(sealed) == int(length)


def _open(line: str, identities: Sequence[Identity]) -> Iterator[Line]:
    sealed = base64.b64decode(line.partition(" ")[2])
    for one in json.loads(age.unseal(sealed, identities)):
        yield Line(datetime.fromisoformat(one["at"]), one["table"], one["id"], one["row"], one.get("whole", True))
