"""The blocks of docs/operations.md for a cluster stop where a step fails, typed as a whole into an operator's shell."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cluster_check import operator

Typed = Callable[..., Sequence[str]]


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """Type what stands under a heading; `docker` notes its arguments, and fails where they hold one of the words."""

    def type_(heading: str, *failing: str) -> Sequence[str]:
        noted, docker = tmp_path / "noted", tmp_path / "docker"
        cases = "".join(f'case "$*" in *"{each}"*) exit 1;; esac\n' for each in failing)
        told = r'printf "full backup: 20261101-003000F\nNetwork Partitions\n\n(none)\n"'
        docker.write_text(f'#!/bin/sh\necho "$*" >>{noted}\n{cases}{told}\n')
        docker.chmod(0o700)
        where = {
            "COMPOSE_PROJECT_NAME": "p",
            "COMPOSE_ENV_FILES": os.devnull,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
        }
        blocks = operator.commands_under(heading).replace(
            "(exit $?)", "[ $? = 0 ] || exit"
        )  # nobody types on after an error
        subprocess.run(["bash", "-c", blocks], env=where, check=False, capture_output=True)
        return noted.read_text().splitlines()

    return type_


def test_without_a_backup_in_the_archive_nothing_is_removed(typed: Typed) -> None:
    assert len(typed(operator.RESTORE, "info")) == 1


def test_a_disk_that_is_still_in_use_begins_no_restore(typed: Typed) -> None:
    assert typed(operator.RESTORE, "volume rm")[-1].startswith("volume rm --force p_pg1 p_pg2 p_pg3 ")


def test_the_gateway_starts_last_after_a_restore(typed: Typed) -> None:
    assert typed(operator.RESTORE)[-1].endswith(" caddy")


def test_the_gateway_does_not_start_where_the_listings_could_not_be_worked_out(typed: Typed) -> None:
    assert typed(operator.RESTORE, "republish")[-1].endswith("setu directory republish")


def test_no_server_of_a_node_starts_that_the_others_have_not_forgotten(typed: Typed) -> None:
    assert "forget_cluster_node" in typed(operator.REPLACE, "forget_cluster_node")[-1]


@pytest.mark.parametrize(("asked", "typed_lines"), [("rabbit1 rabbitmqctl", 1), ("rabbit2 rabbitmqctl", 2)])
def test_a_node_is_replaced_by_others_that_agree_alone(typed: Typed, asked: str, typed_lines: int) -> None:
    assert len(typed(operator.REPLACE, f"{asked} cluster_status")) == typed_lines


def test_a_queue_gets_its_third_member_once_the_node_is_there(typed: Typed) -> None:
    *_, waited, grown = typed(operator.REPLACE)

    assert waited.endswith("--wait rabbit3")
    assert grown == "compose exec -T rabbit1 rabbitmq-queues grow rabbit@rabbit3 all"


@pytest.mark.parametrize("step", ["build", "directory-migrate", "referral-worker-b", "topology", "directory-worker-a"])
def test_a_way_forward_that_stops_goes_no_further(typed: Typed, step: str) -> None:
    assert step in typed(operator.FORWARD, step)[-1]
