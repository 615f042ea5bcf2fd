"""A database was put back to an earlier moment and backed up: the survivor log is brought in since that moment."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import Result
from sqlalchemy import select

from service_kit.db.clock_notes import note_time
from service_kit.db.restore import RECORDED_AS
from service_kit.db.tables import audit_entry
from support.backups import Vault
from support.referral import OFFICER, ReferralService
from support.referrals.lost_keys import logged


def put_back(vault: Vault) -> None:
    """As PostgreSQL's own means do it, which know no survivor log; and a backup of what stands there now."""
    without = vault.root / "without"
    (without / vault.service).mkdir(parents=True)
    places = ["--identity", str(vault.secret_file), "--survivors", str(without), "--keys", str(vault.keys)]
    vault.stop_processes()
    done = vault.run("restore", *places, "--accept-gap")
    assert done.exit_code == 0, done.output
    vault.backup.rename(vault.root / "first")
    assert vault.back_up().exit_code == 0


def restored(vault: Vault, *more: str) -> Result:
    vault.stop_processes()
    return vault.run("restore", *vault.places, *more)


def written(moment: datetime) -> Sequence[str]:
    return "--since", moment.strftime("%Y-%m-%dT%H:%M:%S%z")


def test_what_was_withdrawn_after_that_moment_is_withdrawn_again(drilled: ReferralService, vault: Vault) -> None:
    referral = drilled.sent()
    vault.log_survivors()
    began = datetime.now(UTC)
    assert vault.back_up().exit_code == 0
    assert drilled.act(OFFICER, referral, "withdraw", {"reason": "person_asked"}).status_code == 200
    vault.log_survivors()
    put_back(vault)
    assert drilled.shown(OFFICER, referral)["state"] == "sent"

    later = restored(vault, *written(datetime.now(UTC) + timedelta(minutes=1)))
    without_zone = restored(vault, "--since", "2026-11-29T00:30:00")
    done = restored(vault, *written(began - timedelta(seconds=1)))

    assert (later.exit_code, "Nothing was changed" in later.output) == (1, True)
    assert without_zone.exit_code == 2
    assert done.exit_code == 0, done.output
    assert drilled.shown(OFFICER, referral)["state"] == "withdrawn"
    assert f"which stands as of {began - timedelta(seconds=1):%Y-%m-%d %H:%M} UTC; " in done.output
    assert noted(drilled)[-1:] == [{"since": (began - timedelta(seconds=1)).isoformat(timespec="seconds")}]


def noted(drilled: ReferralService) -> Sequence[Mapping[str, str]]:
    """What the log says of restores."""
    with drilled.worker_db.transaction() as session:
        query = select(audit_entry.c.detail).where(audit_entry.c.action == RECORDED_AS)
        return session.scalars(query.order_by(audit_entry.c.position)).all()


def manifest_of(vault: Vault) -> Mapping[str, str]:
    """Without `idle_since` a restore asks nothing."""
    told: Mapping[str, str] = json.loads((vault.backup / "referral.json").read_text())
    return told


def at_work(drilled: ReferralService, *moments: datetime) -> None:
    for moment in moments:
        note_time(drilled.worker_db, moment, synchronised=True)


def test_where_no_worker_was_at_work_before_the_backup_a_restore_asks_since_when(
    drilled: ReferralService, vault: Vault
) -> None:
    now = datetime.now(UTC)
    at_work(
        drilled, now - timedelta(hours=3), now - timedelta(hours=2), now + timedelta(days=900)
    )  # and one that leapt
    assert vault.back_up().exit_code == 0
    vault.log_survivors()

    refused = restored(vault)
    done = restored(vault, *written(datetime.now(UTC) - timedelta(seconds=40)), "--accept-gap")

    assert refused.exit_code == 1
    assert "idle_since" in manifest_of(vault)
    assert_asked_since_when(refused, now - timedelta(hours=2))
    assert done.exit_code == 0, done.output


def assert_asked_since_when(refused: Result, idle_since: datetime) -> None:
    for words in (
        f"no worker of referral was at work for more than an hour and a half, from {idle_since:%Y-%m-%d %H:%M} UTC on",
        "with --accept-gap where they stand still since. Nothing was changed.",
    ):
        assert words in refused.output, refused.output


def test_a_worker_that_was_started_before_the_backup_hides_nothing(drilled: ReferralService, vault: Vault) -> None:
    now = datetime.now(UTC)
    at_work(drilled, now - timedelta(hours=5), now - timedelta(hours=4), now)
    assert vault.back_up().exit_code == 0
    vault.log_survivors()

    assert_asked_since_when(restored(vault), now - timedelta(hours=4))


def test_a_stop_of_more_than_a_day_ago_is_not_asked_for(drilled: ReferralService, vault: Vault) -> None:
    now = datetime.now(UTC)
    at_work(drilled, now - timedelta(hours=28), *(now - timedelta(hours=hours) for hours in range(26)))

    assert vault.back_up().exit_code == 0

    assert "idle_since" not in manifest_of(vault)


def test_beside_a_worker_that_notes_the_time_each_hour_a_backup_asks_nothing(
    drilled: ReferralService, vault: Vault
) -> None:
    at_work(drilled, datetime.now(UTC) - timedelta(minutes=61))
    assert vault.back_up().exit_code == 0
    vault.log_survivors()

    assert restored(vault).exit_code == 0

    assert "idle_since" not in manifest_of(vault)


def test_the_log_says_that_a_gap_was_accepted_and_which_keys_came_back(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    assert vault.back_up().exit_code == 0
    manifest = vault.backup / "referral.json"
    earlier = datetime.now(UTC) - timedelta(minutes=30)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"taken_at": earlier.isoformat()}))
    vault.log_survivors()
    Path(vault.environment["SETU_KEYRING"]).unlink()

    done = restored(vault, "--accept-gap")

    assert done.exit_code == 0, done.output
    assert f"restored from the backup of {earlier:%Y-%m-%d %H:%M} UTC; " in done.output
    assert noted(drilled) == [{"gap": "accepted"}]
    assert logged(drilled) == [("bring-back", "kek-1", "done")]
