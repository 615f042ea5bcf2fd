"""Import whatever a publisher has: from a place to the report, in order.

Everything is read and sorted first (see `import_staging`), so a file that breaks off half-way changes nothing. Then
terms, then organisation by organisation, then what left the file. Memory stays flat: what waits lies on disk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory_service.importing.domain.editions import Source, UnclearSource
from directory_service.importing.domain.older_files import nothing_read, resource_of
from directory_service.importing.domain.older_rows import left_out
from directory_service.importing.domain.records_from_documents import FindDistrict
from directory_service.importing.outside.import_stage import (
    Stage,
    new_stage,
)
from directory_service.importing.outside.listing_files import (
    ListingFiles,
    open_listing_files,
)
from directory_service.importing.outside.unreadable import (
    CannotRead,
    CutShort,
)
from directory_service.importing.use_cases.directory_package import (
    NAME,
    parse_package,
)
from directory_service.importing.use_cases.import_bundles import Bundles
from directory_service.importing.use_cases.import_directory import (
    DirectoryImport,
    import_directory,
)
from directory_service.importing.use_cases.import_plain_table import (
    read_mapping,
    sample_of_table,
    stage_table,
)
from directory_service.importing.use_cases.import_removals import Removals
from directory_service.importing.use_cases.import_report import (
    LEFT_OUT,
    ImportRemark,
    Report,
)
from directory_service.importing.use_cases.import_source import Sample, sample_of_documents, source_of
from directory_service.importing.use_cases.import_staging import Staging
from directory_service.importing.use_cases.import_terms import (
    import_terms,
    known_terms,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.importing.use_cases.settle_import import settle_import
from directory_service.listings.store.location_copies import find_copies
from directory_service.organizations.store.tables import (
    District,
    State,
)
from service_kit.db.engine import Database

SAMPLE = 400
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class ImportOptions:
    """Options of the import command; `district` (LGD code) is for organisations whose own nothing tells, 0 for none."""

    place: str
    mapping: Path | None = None
    source: str = ""
    district: int = 0
    dry: bool = False
    allowed: int | None = None  # removals
    bring_back: bool = False  # what providers took out


def import_files(
    db: Database, options: ImportOptions, now: datetime, on_progress: OnProgress = lambda _, __: None
) -> Report:
    """Raises CannotRead or NotAPackage where nothing can be read, TooManyRemovals; else everything is in the report.

    Whatever is raised, nothing was changed.
    `on_progress` hears how many organisations went in since it was last called, and how many there are.
    """
    with open_listing_files(options.place) as listing:
        if (content := _package(listing)) is not None:
            package = parse_package(content, Path(options.place).name)
            return import_directory(
                db, package, now, dry=options.dry, allowed=options.allowed, bring_back=options.bring_back
            )
        with new_stage() as stage:
            report, source, readable = _stage(db, listing, options, stage)
            ledger = RowLedger(stage, report)
            if stage.is_empty() and not report.rejected:
                raise CannotRead(f"{Path(options.place).name} is not a directory: there is nothing in it")
            removals = Removals(db, source.label, stage, outside=True) if listing.whole and source.label else None
            removals = _confirmed_removals(removals, listing, source, report, options, readable=readable)
            directory_import = DirectoryImport(
                db, report.source, now, dry=options.dry, outside=True, bring_back=options.bring_back
            )
            bundles, total = (
                _bundles(db, directory_import, stage, ledger, report.source, options.district),
                stage.count(),
            )
            groups = bundles.groups()
            directory_import.run(
                groups, removals, report, ledger.reject_document, lambda done: on_progress(done, total)
            )
            return report


def _confirmed_removals(
    removals: Removals | None,
    listing: ListingFiles,
    source: Source,
    report: Report,
    options: ImportOptions,
    *,
    readable: bool,
) -> Removals | None:
    """The removals, if it is beyond doubt that what is missing has left the directory. Raises TooManyRemovals."""
    if removals is None:
        return None
    if not readable:
        _note(report, listing, "a line cannot be read, so nothing that is missing counts as removed")
        return None
    if not source.certain:
        if number := removals.count():
            _note(
                report,
                listing,
                f"{number} records that came from {source.label} before are not in this file and stay; if it is the"
                f" next edition of {source.label}, --source {source.label} removes them",
            )
        return None
    removals.check(options.allowed)
    if listing.open_ended and options.allowed is None and removals.count():
        names = ", ".join(sorted(listing.open_ended))
        _note(report, listing, f"{names}: no line break at the end, so it may be cut; nothing is removed")
        return None
    return removals


def _note(report: Report, listing: ListingFiles, reason: str) -> None:
    report.notes.append(ImportRemark(listing.name, "", (reason,), LEFT_OUT))


def _package(listing: ListingFiles) -> bytes | None:
    """Our own export, which is read as it is."""
    if listing.kind != "json":
        return None
    for _, file in listing.open_files():
        with file:
            head = file.read(2_000)
            if f'"{NAME}"'.encode() not in head:
                return None
            content = head + file.read()
            if not content.rstrip().endswith(b"}"):
                raise CutShort(f"{listing.name} is cut short: it does not end with a bracket")
            return content
    return None


def _stage(db: Database, listing: ListingFiles, options: ImportOptions, stage: Stage) -> tuple[Report, Source, bool]:
    """Read everything; whose it is, and whether all of it could be read.

    The label is needed first where rows are numbered, and found afterwards where they are not.
    """
    report, said = Report(), options.source
    if listing.tabular:
        mapping = read_mapping(options.mapping) if options.mapping else None
        sample = sample_of_table(listing, mapping, SAMPLE) if mapping else _sample(listing)
        with db.transaction() as session:
            source = _source(session, said or (mapping.source if mapping else ""), sample, listing.name)
            find = finder(session)
        report.source, report.of_table = source.label, mapping is not None
        staging = Staging(stage, report, report.source)
        if mapping:
            stage_table(listing, mapping, staging, stage, find)
        else:
            _stage_tables(listing, staging, report)
    else:
        with db.transaction() as session:
            source = _source(session, said, () if said else sample_of_documents(listing), listing.name)
        report.source = source.label
        staging = Staging(stage, report, report.source)
        for entry in listing.entries():
            staging.document(entry)
    with db.transaction() as session:
        settle_import(stage, staging.ledger, set(known_terms(session)), partial(find_copies, session))
    return report, source, not staging.unreadable


def _source(session: Session, said: str, sample: Sample, name: str) -> Source:
    """As somebody said it, or else by the file. Raises CannotRead."""
    try:
        return Source(said, certain=True) if said else source_of(session, sample, name)
    except UnclearSource as error:
        raise CannotRead(str(error)) from None


def _stage_tables(listing: ListingFiles, staging: Staging, report: Report) -> None:
    seen: set[str] = set()
    for entry in listing.entries():
        if entry.table not in seen:
            seen.add(entry.table)
            report.notes.extend(_columns_left_out(entry.table, list(entry.value), entry.where.rpartition(":")[0]))
        staging.row(entry)
    if not any(resource_of(stem) for stem in seen):
        raise CannotRead(f"{listing.name} is not HSDS: a plain table needs --mapping")


def _columns_left_out(stem: str, header: list[str], file: str) -> Iterator[ImportRemark]:
    kind = resource_of(stem)
    if reason := nothing_read(stem):
        yield ImportRemark(file, "", (reason,), LEFT_OUT)
    elif kind is None:
        yield ImportRemark(file, "", ("HSDS knows no such file; nothing of it was read",), LEFT_OUT)
    elif columns := left_out(kind, header):
        yield ImportRemark(file, "", (f"HSDS 3 has no place for the columns {', '.join(columns)}",), LEFT_OUT)


def _sample(listing: ListingFiles) -> Sample:
    kinds = ("organization", "service")
    return [
        (kind, str(entry.value.get("id", "")), str(entry.value.get("name", "")))
        for kind in kinds
        for entry in islice(
            listing.entries(lambda stem, kind=kind: resource_of(stem) == kind),  # type: ignore[misc] # mypy infers no type for a default
            SAMPLE,
        )
    ]


def _bundles(
    db: Database, directory_import: DirectoryImport, stage: Stage, ledger: RowLedger, source: str, district: int
) -> Bundles:
    """What waits in the stage, organisation by organisation; its terms are in the directory by then."""
    with db.transaction() as session:
        find, terms = finder(session), known_terms(session)
    with directory_import.transaction() as session:
        import_terms(session, stage, source, ledger)
    return Bundles(stage, find, ledger, district, terms)


def finder(session: Session) -> FindDistrict:
    """District by the names of its state and itself, as addresses have them; by its own name where that is unique."""
    joined = select(func.lower(State.name), func.lower(District.name), District.code)
    rows = [
        (state, name, code)
        for state, name, code in session.execute(joined.join(State, State.code == District.state_code))
    ]
    exact = {(state, name): code for state, name, code in rows}
    alone: dict[str, list[int]] = {}
    for _, name, code in rows:
        alone.setdefault(name, []).append(code)

    def find(state: str, district: str) -> int:
        name = district.strip().lower()
        found = exact.get((state.strip().lower(), name))
        if found is None and not state.strip() and len(alone.get(name, [])) == 1:
            found = alone[name][0]
        return int(found or 0)

    return find
