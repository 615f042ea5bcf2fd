"""Take a directory in: good rows go in, bad ones are named and kept out, and twice is the same as once.

An organisation goes in with its places and services, some organisations a transaction: nothing is ever half there.
What came from the same source before and is not in the file any more is removed (see `import_removals`); a row that
was rejected is not gone, what is stored of it stays. A dry run does all of it and takes it back, so that it counts the
same.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.importing.use_cases.directory_package import Package
from directory_service.importing.use_cases.import_batch import Batch
from directory_service.importing.use_cases.import_group import (
    Group,
    groups_of,
)
from directory_service.importing.use_cases.import_removals import (
    Removals,
    remove_missing,
)
from directory_service.importing.use_cases.import_report import (
    REMOVED,
    TYPES,
    ImportRemark,
    Report,
)
from directory_service.importing.use_cases.own_copies import take_own_copies
from directory_service.listings.domain import records
from directory_service.organizations.store.tables import (
    District,
    State,
)
from service_kit import failpoints
from service_kit.db.engine import Database

BATCH = 50  # organisations
ROWS = 1_000  # and no more records than these, unless one organisation has them
Progress = Callable[[int], None]
BATCH_WRITTEN: Final = "import-batch-written"  # failpoints: before and after the commit
BATCH_COMMITTED: Final = "import-batch-committed"


class _TakenBack(Exception):
    """Ends the transaction of a dry run."""


def import_directory(
    db: Database,
    package: Package,
    now: datetime,
    *,
    dry: bool = False,
    allowed: int | None = None,
    bring_back: bool = False,
) -> Report:
    """A package that is in memory. Runs as the worker's role; raises nothing for bad rows.

    Raises TooManyRemovals before anything is written, unless so many are `allowed`.
    """
    report = Report(source=package.source)
    report.rejected.extend(package.rejected)
    report.rows.update(read=package.read, rejected=len(package.rejected))
    with db.transaction() as session:
        take_own_copies(session, package)
    removals = Removals(db, package.source, package, outside=False) if package.source else None
    if removals is not None:
        removals.check(allowed)

    def reject(_: str, remark: ImportRemark) -> None:
        report.rejected.append(remark)
        report.rows["rejected"] += 1

    directory_import = DirectoryImport(db, package.source, now, dry=dry, bring_back=bring_back)
    directory_import.run(groups_of(package), removals, report, reject)
    return report


class DirectoryImport:
    """One import into the directory. `dry`: count only.

    `outside`: the records come from a file of HSDS. Such a file is public: it says nothing about what only we know, so
    that stays (a suspension, a translation), and what the public does not see is never missing from it.
    `bring_back`: what providers took out here comes in again.
    """

    def __init__(
        self,
        db: Database,
        source: str,
        now: datetime,
        *,
        dry: bool = False,
        outside: bool = False,
        bring_back: bool = False,
    ) -> None:
        self._db, self._source, self._now, self._dry = db, source, now, dry
        self._of_batch = {"outside": outside, "bring_back": bring_back}
        self._moved: set[UUID] = set()  # what the file gave to another organisation; a dry run has taken that back
        self._renamed: set[UUID] = set()  # copies of shared places that got another id meanwhile
        with db.transaction() as session:
            self._districts = _districts(session)

    def run(
        self,
        groups: Iterable[Group],
        removals: Removals | None,
        report: Report,
        reject: Callable[[str, ImportRemark], None],
        tell: Progress = lambda _: None,
    ) -> None:
        """Take the groups, then remove what left the file; None where nothing does.

        The caller has checked the removals. `reject` hears of each record that cannot go in, with its id; `tell` how
        many organisations went in.
        """
        for batch in _batches(groups):
            with self.transaction() as session:
                written = Batch(session, self._districts, self._source, self._now, **self._of_batch)
                written.write(batch)
                failpoints.reach(BATCH_WRITTEN)
            written.outcome.tell(report)
            for key, remark in written.outcome.rejected:
                reject(key, remark)
            self._moved |= written.transfers.moved
            self._renamed |= written.renamed
            tell(len(batch))
            failpoints.reach(BATCH_COMMITTED)
        if removals is not None and not report.useless:
            self._remove(removals, report)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One that a dry run takes back."""
        with suppress(_TakenBack), self._db.transaction() as session:
            yield session
            if self._dry:
                raise _TakenBack

    def _remove(self, removals: Removals, report: Report) -> None:
        """Whatever left the file, some organisations a transaction."""
        missing = removals.missing(self._moved, self._renamed)
        owners = missing.owners()
        for start in range(0, len(owners), BATCH):
            with self.transaction() as session:
                remove_missing(session, missing, owners[start : start + BATCH], self._now)
        for kind, key, name in missing.records():
            report.changes.append({"type": kind, "id": str(key), "name": name, "outcome": REMOVED})
        for kind in TYPES:
            report.count(kind, REMOVED, missing.count(kind))
        report.rows[REMOVED] += missing.count("service")


def _batches(groups: Iterable[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    rows = 0
    for group in groups:
        if batch and (len(batch) == BATCH or rows + group.rows() > ROWS):
            yield batch
            batch, rows = [], 0
        batch.append(group)
        rows += group.rows()
    if batch:
        yield batch


def _districts(session: Session) -> dict[int, records.District]:
    joined = select(District, State).join(State, State.code == District.state_code)
    return {
        district.code: records.District(
            district.code, district.name, state.code, state.name, state.iso, dict(district.names)
        )
        for district, state in session.execute(joined)
    }
