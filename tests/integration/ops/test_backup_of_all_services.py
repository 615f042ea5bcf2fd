"""`setu backup` and `setu restore` of all three services: one folder that is whole, and what goes on after what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from setu_cli.__main__ import setu


def back_up(folder: Path, *, keys: str) -> Result:
    return CliRunner().invoke(setu, ["backup", str(folder), "--recipients", "recipients.txt", "--keys", keys])


def test_the_keys_come_into_no_folder_beside_the_nights(tmp_path: Path) -> None:
    refused = back_up(tmp_path, keys=str(tmp_path / "keys"))

    assert (refused.exit_code, "Name a place for the keys with --keys" in refused.output) == (1, True), refused.output
    assert list(tmp_path.iterdir()) == []


def test_two_that_begin_in_one_second_share_no_folder(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    begun = [tmp_path / f"{now + timedelta(seconds=after):%Y%m%dT%H%M%SZ}.partial" for after in range(60)]
    for partial in begun:
        partial.mkdir()
        (partial / "directory.json").write_text("of the one that began first")

    second = back_up(tmp_path, keys="keys")

    assert (second.exit_code, "cannot be made: File exists." in second.output) == (1, True), second.output
    assert all((partial / "directory.json").exists() for partial in begun)


@pytest.mark.parametrize(
    ("code", "done"),
    [
        (0, ["directory restore", "referral restore", "notification restore", "directory reindex"]),
        (3, ["directory restore", "referral restore", "notification restore", "directory reindex"]),
        (1, ["directory restore", "referral restore"]),
    ],
)
def test_a_restore_after_which_records_stay_shut_goes_on_and_one_that_failed_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, done: list[str]
) -> None:
    services = tmp_path / "services"  # in place of their own processes: `-m setu_cli SERVICE COMMAND …`
    services.write_text(f'#!/bin/sh\necho "$3 $4" >>{tmp_path}/done\ntest "$3" != referral || exit {code}\n')
    services.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(services))

    places = [f"--{name}={tmp_path}/{name}" for name in ("identity", "survivors", "keys")]
    ended = CliRunner().invoke(setu, ["restore", str(tmp_path / "night"), *places])

    assert (tmp_path / "done").read_text().splitlines() == done
    assert (ended.exit_code, "records stay shut" in ended.output) == (int(code != 0), code == 3), ended.output
