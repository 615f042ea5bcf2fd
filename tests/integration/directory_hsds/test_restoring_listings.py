"""A restored directory shows nothing that was hidden from the public after the backup: answers, feed, export, index."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.app import create_app
from directory_service.finding.store.search.folder import current_build
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.domain.history import Author, Difference
from directory_service.listings.store import history
from directory_service.listings.use_cases.hide_after_restore import hide_after_restore
from directory_service.listings.use_cases.remove_listing import remove_location, remove_organization, remove_service
from directory_service.partnership.domain.figures import FigureCell, MonthFigures
from directory_service.partnership.store.figures import figures_until, put_figures
from directory_service.settings import load
from directory_service.survivors import PLAN, SURVIVORS
from service_kit import age
from service_kit.db import survivors
from service_kit.db.backup_manifest import read_manifest
from service_kit.db.engine import Database
from service_kit.db.restore import restore
from support.backups import Vault
from support.canary import found, found_in_files
from support.finding import names
from support.hsds.planted_listing import CANARIES, CONFIDENTIAL, NUMBERS, SERVICE, answers, filled, rows_for_everybody
from support.listings import KOLKATA, Directory, a_place, a_provider, a_service, an_id

SECRET = (*CANARIES, *NUMBERS)
SUSPENDED, CLOSED, REMOVED = (a_provider(f"Zq{name}") for name in ("Suspended", "Closed", "Removed"))
SHRINKING = a_provider("Shrinking")
GONE_PLACE = a_place(SHRINKING, name="ZqGonePlace", address_1="3 ZqGoneStreet")
GONE_SERVICE = a_service(SHRINKING, "ZqGoneService")
LEFT = a_service(SHRINKING, "Still given", places=(GONE_PLACE.id,))
GONE = ("ZqSuspended", "ZqClosed", "ZqRemoved", "ZqGonePlace", "ZqGoneStreet", "ZqGoneService")
OF_THEIRS = [a_service(each, f"Help of {each.name}") for each in (SUSPENDED, CLOSED, REMOVED)]
BOARD_ITEM = an_id("hidden item")


@pytest.fixture
def restorable(
    fresh_database: Callable, settings_env: Callable, tmp_path: Path
) -> Iterator[tuple[Directory, Vault, FlaskClient]]:
    urls = fresh_database("directory")
    settings = load(settings_env("directory", urls))
    worker, web = Database(urls.worker), Database(urls.web)
    made = Directory(worker=worker, web=web, settings=settings)
    made.add_districts()
    own = {**settings_env("directory", urls, process="worker"), "SETU_DATABASE_OWNER_URL": urls.owner}
    visitor = create_app(settings, clock=made.clock, db=web).test_client()
    with closing(made):
        yield made, Vault(tmp_path / "vault", "directory", own, (worker, web), SURVIVORS), visitor


def publish(directory: Directory) -> None:
    filled(directory)
    directory.save_together(SUSPENDED, CLOSED, REMOVED, *OF_THEIRS, SHRINKING, GONE_PLACE, GONE_SERVICE, LEFT)
    with directory.worker.transaction() as session:
        session.execute(
            text(
                "INSERT INTO board_item (id, state_code, district_code, category, text, posted_on)"
                " VALUES (:id, 19, :district, 'access', 'Names somebody', '2026-11-24')"
            ),
            {"id": BOARD_ITEM, "district": KOLKATA},
        )


def write_history(directory: Directory) -> None:
    """Of the place that will be removed, and of the service that is given there."""
    by, moved = Author(SHRINKING.id, SHRINKING.name), [Difference("address_1", "3 ZqGoneStreet", "4 ZqGoneStreet")]
    with directory.worker.transaction() as session:
        for what in (("location", GONE_PLACE.id), ("service", LEFT.id)):
            history.add(session, history.record_changes(SHRINKING.id, what, moved, by, directory.now))


def hide(directory: Directory) -> None:
    directory.save(CONFIDENTIAL, replace(SUSPENDED, status="suspended"), replace(CLOSED, status="closed"))
    with directory.worker.transaction() as session:
        now = directory.now
        remove_organization(session, REMOVED.id, now)
        remove_service(session, GONE_SERVICE.id, now)
        remove_location(session, GONE_PLACE.id, now)
        session.execute(text("UPDATE board_item SET state = 'hidden', hide_reason = 'twice'"))
    directory.index()
    directory.indexer.close()


def shown(visitor: FlaskClient) -> bytes:
    """What anybody is given: every address, and those of each organisation and service that is hidden."""
    theirs = [f"/api/organizations/{each.id}" for each in (SUSPENDED, CLOSED, REMOVED, SHRINKING)]
    for each in (*OF_THEIRS, GONE_SERVICE, LEFT):
        theirs += [f"/api/services/{each.id}", f"/services/{each.id}"]
    return b"".join([*answers(visitor), *(visitor.get(path).data for path in theirs)])


def listed(visitor: FlaskClient) -> bytes:
    """The lists, which have every document."""
    paths = ("services?full=true", "organizations?full_service=true", "service_at_locations?full=true", "changes")
    lists = [visitor.get(f"/api/{path}") for path in paths]
    assert [each.status_code for each in lists] == [200] * len(paths)
    return b"".join(
        [*(each.data for each in lists), *(visitor.get(f"/services/{each.id}").data for each in (SERVICE, *OF_THEIRS))]
    )


def newest_versions(directory: Directory) -> dict[str, int]:
    """Of each organisation and service, as other services were told."""
    versions: dict[str, int] = {}
    for event in directory.events():
        versions[event.subject] = max(int(str(event.data["version"])), versions.get(event.subject, 0))
    return versions


def exported(directory: Directory, path: Path) -> bytes:
    """An operator's export, in which suspended and closed organisations stand by name."""
    export_directory(directory.worker, path)
    return path.read_bytes()


def test_nothing_that_was_hidden_after_the_backup_is_public_again(
    restorable: tuple[Directory, Vault, FlaskClient], tmp_path: Path
) -> None:
    directory, vault, visitor = restorable
    publish(directory)
    write_history(directory)
    assert found([*SECRET, *GONE], shown(visitor)) == {*SECRET, *GONE}
    assert vault.back_up().exit_code == 0
    hide(directory)
    told_before = newest_versions(directory)
    assert vault.log_survivors() > 0

    done = vault.restore()

    assert done.exit_code == 0, done.output
    rebuild_index(directory.worker, directory.settings.index_dir)
    assert not found([*SECRET, *GONE], shown(visitor))
    assert names(visitor) == [SERVICE.name, LEFT.name]
    assert not found(SECRET, rows_for_everybody(directory))
    gone = [*SECRET, *GONE[2:]]
    assert not found(gone, exported(directory, tmp_path / "export.json"))
    in_use = directory.settings.index_dir / current_build(directory.settings.index_dir)
    assert not found_in_files([*SECRET, *GONE], [str(in_use)])
    with directory.worker.transaction() as session:
        assert session.scalar(text("SELECT state FROM board_item")) == "hidden"
        told_of = session.scalars(text("SELECT before::text || after::text FROM listing_history")).all()
    assert not found(["ZqGoneStreet"], repr(told_of).encode()), "it may have been hidden before it was removed"
    told = newest_versions(directory)
    assert all(told[each] > version for each, version in told_before.items()), "or readers keep what was open"


def test_a_restore_that_dies_before_it_has_scrubbed_shows_too_little_and_not_too_much(
    restorable: tuple[Directory, Vault, FlaskClient],
) -> None:
    directory, vault, visitor = restorable
    publish(directory)
    assert vault.back_up().exit_code == 0
    hide(directory)
    vault.log_survivors()
    vault.stop_processes()
    manifest, identities = read_manifest(vault.backup, "directory"), age.read_identities(vault.secret_file)
    lines = survivors.newest_of_rows(survivors.read_lines(vault.log, identities, since=manifest.taken_at))

    restore(vault.environment["SETU_DATABASE_OWNER_URL"], vault.backup, manifest, PLAN, identities, lines)

    rebuild_index(directory.worker, directory.settings.index_dir)
    assert not found([*SECRET, *GONE], listed(visitor))
    assert names(visitor) == []

    assert hide_after_restore(directory.worker, directory.now) > 0
    assert hide_after_restore(directory.worker, directory.now) == 0
    rebuild_index(directory.worker, directory.settings.index_dir)
    assert names(visitor) == [SERVICE.name, LEFT.name]
    assert not found([*SECRET, *GONE], listed(visitor))


def test_a_restore_shows_nothing_that_was_hidden_in_the_backup_and_tells_on_a_month_that_was_frozen_after_it(
    restorable: tuple[Directory, Vault, FlaskClient],
) -> None:
    directory, vault, visitor = restorable
    cells = [FigureCell("consent", "sent", 40, "rounded")]
    july = MonthFigures(date(2026, 7, 1), 19, KOLKATA, version=1, frozen_at=directory.now, cells=cells)
    august = replace(july, month=date(2026, 8, 1))
    publish(directory)
    hide(directory)
    with directory.worker.transaction() as session:
        put_figures(session, "2026-07-district-315", july)
    assert vault.back_up().exit_code == 0
    directory.save(SUSPENDED, replace(CONFIDENTIAL, confidential=False), indexed=False)
    with directory.worker.transaction() as session:
        put_figures(session, "2026-08-district-315", august)
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    rebuild_index(directory.worker, directory.settings.index_dir)
    assert not found([*SECRET, *GONE], listed(visitor))
    with directory.worker.transaction() as session:
        assert figures_until(session, KOLKATA, august.month, 12) == [august, july]
