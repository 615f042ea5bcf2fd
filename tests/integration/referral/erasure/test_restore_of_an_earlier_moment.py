"""A database was put back to an earlier moment and backed up: the survivor log is brought in since that moment."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from click.testing import Result

from support.backups import Vault
from support.referral import OFFICER, ReferralService


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
