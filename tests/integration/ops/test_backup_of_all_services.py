"""`setu backup` and `setu restore` of all three services: one folder that is whole, and what goes on after what."""

from collections.abc import Callable, Mapping
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


UNREADABLE = "All three are restored, but some records cannot be decrypted"
ALL = ["directory restore", "referral restore", "notification restore", "directory reindex"]


@pytest.fixture
def restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, int]], Result]:
    """Types the restore, in which these commands of services end with these codes and the others with 0."""
    services = tmp_path / "services"  # in place of their own processes: `-m setu_cli SERVICE COMMAND …`

    def play(codes: Mapping[str, int]) -> Result:
        ends = "".join(f'test "$3 $4" != "{command}" || exit {code}\n' for command, code in codes.items())
        services.write_text(f'#!/bin/sh\necho "$3 $4" >>{tmp_path}/done\n{ends}')
        services.chmod(0o700)
        monkeypatch.setattr("sys.executable", str(services))
        places = [f"--{name}={tmp_path}/{name}" for name in ("identity", "survivors", "keys")]
        return CliRunner().invoke(setu, ["restore", str(tmp_path / "night"), *places])

    return play


@pytest.mark.parametrize(("code", "done"), [(0, ALL), (3, ALL), (1, ALL[:2])])
def test_a_restore_with_records_that_cannot_be_decrypted_goes_on_and_one_that_failed_does_not(
    tmp_path: Path, restore: Callable[[Mapping[str, int]], Result], code: int, done: list[str]
) -> None:
    ended = restore({"referral restore": code})

    assert (tmp_path / "done").read_text().splitlines() == done
    assert (ended.exit_code, UNREADABLE in ended.output) == (int(code != 0), code == 3), ended.output
    assert ("Start workers" in ended.output) == (code == 0)


def test_that_records_cannot_be_decrypted_is_said_also_where_the_index_cannot_be_built(
    restore: Callable[[Mapping[str, int]], Result],
) -> None:
    ended = restore({"referral restore": 3, "directory reindex": 1})

    assert (ended.exit_code, UNREADABLE in ended.output) == (1, True), ended.output
