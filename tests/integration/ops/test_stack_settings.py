"""Ports, secrets and environments of the local stack, as scripts and operators rely on them."""

import os
import socket
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from local_stack import secret_values
from local_stack.cli import commands
from local_stack.layout import SERVICES, Layout
from local_stack.process_environments import Environments
from local_stack.stack import Stack
from local_stack.steps import Failed


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path, 9100, tmp_path / "var")


@pytest.fixture
def environments(layout):
    urls = "postgresql://postgres:pw@127.0.0.1:9120/postgres", "amqp://setu_admin:pw@127.0.0.1:9121/"
    return Environments(layout, secret_values.make(), *urls, users_on_broker=True)


def test_ports_are_those_of_the_contract(layout):
    assert [layout.web_port(service) for service in SERVICES] == [9101, 9102, 9103]
    metrics = [layout.metrics_port(service, process) for process in ("web", "worker") for service in SERVICES]
    assert metrics == [9111, 9112, 9113, 9114, 9115, 9116]
    assert (layout.postgres_port, layout.amqp_port, layout.distribution_port, layout.epmd_port) == (
        9120,
        9121,
        9122,
        9123,
    )


def test_two_stacks_a_hundred_apart_share_no_port(layout, tmp_path):
    other = Layout(tmp_path, 9200, tmp_path / "var")

    assert not set(layout.ports().values()) & set(other.ports().values())
    assert layout.servers != other.servers


@pytest.mark.parametrize("text", ["", "80", "eight thousand", "65500", "-8000"])
def test_a_port_base_that_cannot_be_is_refused_in_words(monkeypatch, text):
    monkeypatch.setenv("SETU_PORT_BASE", text)

    with pytest.raises(ValueError, match="SETU_PORT_BASE must be a number"):
        Layout.from_environment()


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_port_that_is_taken_suggests_the_command_that_was_typed(tmp_path, command):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        base = taken.getsockname()[1] - 1
        environment = {"SETU_PORT_BASE": str(base), "SETU_VAR_DIR": str(tmp_path)}
        told = CliRunner().invoke(commands, [command], env=environment)

    assert told.exit_code == 1
    assert f"SETU_PORT_BASE={base + 100} make {command}\n" in told.output


def test_a_stack_that_runs_is_neither_taken_nor_disturbed_by_a_second_load(layout):
    first, second = Stack(layout), Stack(layout)
    first.take("demo")

    with pytest.raises(Failed, match="running already"):
        second.take("soak PARTS=load")

    assert first.owner() == os.getpid()
    first.stop()
    second.take("soak PARTS=load")


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path):
    path = tmp_path / "deep" / "secrets.env"

    first = secret_values.load_or_make(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert secret_values.load_or_make(path) == first


def test_a_secret_that_is_missing_is_added_and_the_others_stay(tmp_path):
    path = tmp_path / "secrets.env"
    first = secret_values.load_or_make(path)
    secret_values.write(path, {name: value for name, value in first.items() if name != "DIRECTORY_KEK"})

    again = secret_values.load_or_make(path)

    assert again.keys() == first.keys()
    assert {name for name in first if first[name] != again[name]} == {"DIRECTORY_KEK"}


def test_two_machines_share_no_secret():
    here, there = secret_values.make(), secret_values.make()

    assert not set(here.values()) & set(there.values())


def test_no_web_process_knows_the_broker(environments):
    for service in SERVICES:
        env = environments.of(service, "web")
        assert "SETU_AMQP_URL" not in env
        assert "SETU_AUDIT_PRIVATE_KEY" not in env


def test_only_the_directorys_web_process_can_sign_sessions(environments):
    signers = [
        (service, process)
        for service in SERVICES
        for process in ("web", "worker")
        if "SETU_SESSION_PRIVATE_KEY" in environments.of(service, process)
    ]

    assert signers == [("directory", "web")]


def test_only_the_notification_worker_can_read_a_members_contact(environments):
    readers = [
        (service, process)
        for service in SERVICES
        for process in ("web", "worker")
        if "SETU_MEMBER_BOX_PRIVATE_KEY" in environments.of(service, process)
    ]

    assert readers == [("notification", "worker")]


def test_each_process_has_its_own_role_and_keys(environments):
    urls = {
        environments.of(service, process)["SETU_DATABASE_URL"] for service in SERVICES for process in ("web", "worker")
    }
    keys = {environments.of(service, "web")["SETU_MAC_KEY"] for service in SERVICES}

    assert len(urls) == 6
    assert len(keys) == 3
    assert "postgresql://referral_web:" in " ".join(urls)


def test_data_lie_in_var_for_an_ordinary_user_and_outside_the_checkout_for_root(layout, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert layout.servers.is_relative_to(layout.var)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert layout.servers.parent == Path("/var/lib/setu")
