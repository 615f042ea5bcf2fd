"""`setu backup`, which backs all three services up into one folder that has its name once it is whole."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

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
