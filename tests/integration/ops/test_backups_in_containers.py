"""What docs/operations.md says of backups in containers, typed, and compared with the compose files."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_stack.layout import CHECKOUT

PAGE = (CHECKOUT / "docs" / "operations.md").read_text()
CONTAINERS: Mapping[str, Mapping[str, Any]] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
CLUSTER = (CHECKOUT / "docker-compose.cluster.yml").read_text()
SIX = {f"{service}-{process}" for service in ("directory", "referral", "notification") for process in ("web", "worker")}
NIGHT = "night=/backups/$(date"
MOVE = "move() {"
OF_THIS_RELEASE = ("SETU_KEYRING_DIR", "SETU_SURVIVORS_DIR", "SETU_RECIPIENTS_DIR")
"""Folders that 0.1.0 knows as volumes, or not at all."""


def block(kind: str, word: str) -> str:
    [found] = [each for each in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if word in each]
    return str(found)


def mounts(container: Mapping[str, Any]) -> Mapping[str, tuple[str, bool]]:
    """Place in the container → what is mounted there, and whether it may only be read."""
    found = {}
    for volume in container.get("volumes", ()):
        [(source, place, mode)] = re.findall(r"^(.*?):(/[^:]*)(:ro)?$", volume)
        found[place] = (source, bool(mode))
    return found


def test_only_the_worker_and_a_restore_may_write_the_keyring() -> None:
    at = {name: mounts(container).get("/var/lib/setu/keyring") for name, container in CONTAINERS.items()}

    assert {name for name, mount in at.items() if mount and not mount[1]} == {"referral-worker", "referral-restore"}
    assert {name for name, mount in at.items() if mount} == {
        "referral-web", "referral-worker", "referral-backup", "referral-restore",
    }  # fmt: skip


def test_a_restore_may_write_neither_backups_nor_copies_nor_the_log() -> None:
    at = mounts(CONTAINERS["referral-restore"])

    assert {place for place, (_, only_read) in at.items() if only_read} == {
        "/backups",
        "/keys",
        "/var/lib/setu/survivors",
    }


def test_each_container_that_the_page_names_is_in_both_files() -> None:
    named = set(re.findall(r"\b(?:directory|referral|notification)-(?:backup|restore)\b", PAGE))

    assert {"referral-backup", "referral-restore"} < named <= set(CONTAINERS)
    assert all(f"\n  {name}:\n    extends:" in CLUSTER for name in named)
    assert all(re.search(rf" {name} (keys bring-back|restore )", PAGE) is None for name in ("referral-backup",))


@pytest.mark.parametrize("away", ["directory-backup", "referral-backup", "notification-backup"])
def test_each_night_one_that_fails_holds_up_no_other_and_is_told(away: str) -> None:
    docker = f'docker() {{ echo "$@"; [[ "$*" != *" {away} backup "* ]]; }}\n'

    done = subprocess.run(
        ["bash", "-c", docker + block("sh", NIGHT)], capture_output=True, text=True, check=False, timeout=30
    )

    typed = done.stdout.splitlines()
    assert done.returncode == 1
    assert [re.findall(r"(\w+)-backup", line) for line in typed] == [
        ["referral"], ["directory"], ["notification"], ["directory"],
    ]  # fmt: skip


def test_a_night_that_goes_well_ends_well() -> None:
    done = subprocess.run(["bash", "-c", "docker() { :; }\n" + block("sh", NIGHT)], check=False, timeout=30)

    assert done.returncode == 0


def test_what_is_moved_out_of_the_volumes_lies_in_the_container_that_moves_it() -> None:
    copied = re.findall(r"move /mnt/\w+ (/\S+)", block("sh", MOVE))
    at = mounts(CONTAINERS["referral-backup"])
    default = {place: re.search(r":-([a-z-]+)\}", source) for place, (source, _) in at.items()}
    removed = re.search(r"`docker volume rm ([^`]*)` \(of a cluster `setu-cluster_…`\)\.\n\nEach night", PAGE)

    assert set(copied) == set(at) - {"/etc/setu/recipients"}
    assert removed
    assert set(removed[1].split()) == {f"setu_{found[1]}" for place in copied if (found := default[place])}


@pytest.mark.parametrize("of_hosts", [("",), ("-a", "-b")], ids=["one machine", "a cluster"])
def test_before_anything_is_moved_every_web_and_worker_process_stops(of_hosts: Sequence[str]) -> None:
    wanted = {f"{name}{host}" for name in SIX for host in of_hosts}
    there = [*wanted, "postgres", "pg1", "directory-migrate"]
    stub = f'docker() {{ if [[ "$*" == *config* ]]; then printf "%s\\n" {" ".join(there)}; else echo "$@"; fi; }}\n'

    done = subprocess.run(
        ["bash", "-c", stub + block("sh", MOVE)], capture_output=True, text=True, check=False, timeout=30
    )

    first, *rest = done.stdout.splitlines()
    assert (first.split()[:2], set(first.split()[2:])) == (["compose", "stop"], wanted)
    assert len(rest) == 4


@pytest.mark.parametrize("place", [MOVE, "secret=", "put_back="])
def test_a_step_that_fails_is_followed_by_none(place: str, tmp_path: Path) -> None:
    (tmp_path / "identity.txt").touch()
    stub = 'docker() { echo "$@"; false; }\n'

    done = subprocess.run(
        ["bash", "-c", stub + block("sh", place)], capture_output=True, text=True, check=False, timeout=30, cwd=tmp_path
    )

    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1), done.stdout


@pytest.mark.parametrize("place", ["secret=", "put_back="])
@pytest.mark.parametrize(("code", "after"), [(0, 1), (3, 1), (1, 0)])
def test_records_that_cannot_be_decrypted_hold_up_no_other_service_and_are_told_in_the_end(
    place: str, code: int, after: int, tmp_path: Path
) -> None:
    (tmp_path / "identity.txt").touch()
    stub = f'docker() {{ echo "$@"; [[ "$*" != *" referral-restore "* ]] || return {code}; }}\n'

    done = subprocess.run(
        ["bash", "-c", stub + block("sh", place)], capture_output=True, text=True, check=False, timeout=30, cwd=tmp_path
    )

    restored = re.findall(r"(\w+)-(?:backup|restore) restore ", done.stdout)
    assert restored == ["directory", "referral", "notification"][: 2 + after]
    assert done.returncode == code


def test_without_the_age_secret_keys_no_restore_begins(tmp_path: Path) -> None:
    stub = 'docker() { echo "$@"; }\n'

    done = subprocess.run(
        ["bash", "-c", stub + block("sh", "secret=")],
        capture_output=True, text=True, check=False, timeout=30, cwd=tmp_path,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")


def of_the_folders(containers: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    """Per process, its mounts of the folders that 0.1.0 does not know, without what stands where none is set."""
    found = {
        name: sorted(
            re.sub(r":[-?][^}]*\}", "}", volume) for volume in container.get("volumes", ()) if "_DIR" in volume
        )
        for name, container in containers.items()
    }
    return {
        name: [volume for volume in volumes if any(folder in volume for folder in OF_THIS_RELEASE)]
        for name, volumes in found.items()
        if volumes and name in SIX
    }


def test_the_way_back_gives_each_process_of_the_release_before_the_folders_of_this_one() -> None:
    given = yaml.safe_load(block("yaml", "SETU_KEYRING_DIR"))["services"]

    assert of_the_folders(given) == of_the_folders(CONTAINERS)
