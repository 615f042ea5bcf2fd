"""The survivor log says every minute that it is there; a log that stood still is seen, and restores nothing unasked."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert

from referral_service import settings as configuration
from referral_service.store.survivors import SURVIVORS
from service_kit import age
from service_kit.clock import FrozenClock
from service_kit.db import survivors
from service_kit.db.tables import survivor_change
from service_kit.metrics import exposition
from service_kit.survivor_logging import SurvivorLogging
from support.backups import Vault
from support.referral import ReferralService


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime.now(UTC))


@pytest.fixture
def logging(drilled: ReferralService, vault: Vault, clock: FrozenClock) -> SurvivorLogging:
    places = {"SETU_SURVIVORS": str(vault.log.parent), "SETU_BACKUP_RECIPIENTS": str(vault.recipients)}
    settings = configuration.load({**vault.environment, **places})
    return SurvivorLogging(drilled.worker_db, settings, clock, SURVIVORS)


def lines_of(vault: Vault) -> Sequence[survivors.Line]:
    began = datetime.now(UTC) - timedelta(minutes=5)
    return list(survivors.read_lines(vault.log, age.read_identities(vault.secret_file), since=began))


def test_while_nothing_changes_a_sealed_line_each_minute_says_that_the_log_is_whole(
    vault: Vault, logging: SurvivorLogging
) -> None:
    logging.run()
    before = lines_of(vault)
    logging.run()
    assert lines_of(vault) == before
    grow_silent(vault)

    logging.run()

    assert [line.is_heartbeat for line in lines_of(vault)[len(before) :]] == [True]


def test_lines_stand_in_the_order_in_which_their_rows_changed(
    drilled: ReferralService, vault: Vault, logging: SurvivorLogging
) -> None:
    logging.run()
    sent = [drilled.sent().id for _ in range(12)]

    logging.run()

    assert [line.id for line in lines_of(vault) if line.table == "referral_sent"][-12:] == sent


@pytest.mark.parametrize("leap", [timedelta(days=1095), timedelta(days=-1095)])
def test_a_clock_that_leaps_takes_no_line_and_no_order_away(
    drilled: ReferralService, vault: Vault, logging: SurvivorLogging, clock: FrozenClock, leap: timedelta
) -> None:
    began = clock.now()
    first = logged(drilled, logging)
    clock.set(began + leap)
    within = logged(drilled, logging)
    [file] = vault.log.iterdir()
    of_the_leap = max(f"{began:%Y-%m-%d}", f"{began + leap:%Y-%m-%d}")  # as the database's clock would have named it
    file.rename(vault.log / f"{of_the_leap}.survivors")
    clock.set(began)

    later = logged(drilled, logging)
    logging.forget_old_lines(began)

    assert [line.id for line in lines_of(vault) if line.table == "referral_sent"][-3:] == [first, within, later]
    logging.forget_old_lines(began + timedelta(days=31))
    assert list(vault.log.iterdir()) == []


def logged(drilled: ReferralService, logging: SurvivorLogging) -> str:
    sent = drilled.sent().id
    logging.run()
    return sent


def test_a_log_whose_disk_is_away_is_not_begun_elsewhere_and_the_gauge_and_a_reason_say_so(
    drilled: ReferralService, vault: Vault, logging: SurvivorLogging, clock: FrozenClock
) -> None:
    logging.run()
    away = vault.log.rename(vault.root / "unmounted")
    drilled.sent()
    clock.advance(timedelta(minutes=2))

    with pytest.raises(FileNotFoundError, match="is its disk mounted"):
        logging.run()

    assert not vault.log.exists()
    logging.measure()
    assert b"setu_survivors_unlogged_seconds 120.0" in exposition()
    away.rename(vault.log)
    logging.run()
    logging.measure()
    assert b"setu_survivors_unlogged_seconds 0.0" in exposition()
    assert "task" in {line.table for line in lines_of(vault)}


def test_what_waits_for_a_newer_worker_is_a_gap_of_the_log_and_the_gauge_says_so(
    drilled: ReferralService, vault: Vault, logging: SurvivorLogging, clock: FrozenClock
) -> None:
    logging.run()
    began, before = datetime.now(UTC), len(lines_of(vault))
    with drilled.worker_db.transaction() as session:
        session.execute(insert(survivor_change).values(table_name="table_of_a_newer_release", row_id="1"))
    grow_silent(vault)
    clock.advance(timedelta(minutes=2))

    logging.run()
    assert len(lines_of(vault)) == before, "no heartbeat"
    logged(drilled, logging)
    logging.measure()

    assert b"setu_survivors_unlogged_seconds 120.0" in exposition()
    lines, later = lines_of(vault), datetime.now(UTC) + survivors.LONGEST_STOP
    assert len(lines) > before
    assert survivors.find_gaps(lines, began, later) == [(began, later)], "whatever else is logged meanwhile"
    with drilled.worker_db.transaction() as session:
        session.execute(delete(survivor_change).filter_by(table_name="table_of_a_newer_release"))
    grow_silent(vault)
    logging.run()
    logging.measure()
    assert b"setu_survivors_unlogged_seconds 0.0" in exposition()
    assert lines_of(vault)[-1].is_heartbeat


def grow_silent(vault: Vault) -> None:
    for file in vault.log.iterdir():
        a_minute_ago = file.stat().st_mtime - 60
        os.utime(file, (a_minute_ago, a_minute_ago))


def test_a_log_with_a_gap_restores_only_when_the_gap_is_accepted(drilled: ReferralService, vault: Vault) -> None:
    assert vault.back_up().exit_code == 0
    manifest = vault.backup / "referral.json"
    earlier = datetime.now(UTC) - survivors.LONGEST_PAUSE - timedelta(minutes=1)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"taken_at": earlier.isoformat()}))
    drilled.sent()
    vault.log_survivors()

    refused = vault.restore()

    assert refused.exit_code == 1
    assert f"The survivor log of referral says nothing from {earlier:%Y-%m-%d %H:%M} to" in refused.output
    accepted = vault.run("restore", *vault.places, "--accept-gap")
    assert accepted.exit_code == 0, accepted.output
