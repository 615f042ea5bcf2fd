"""`make demo` keeps its contract: ready.json, accounts that work, an outage borne, an orderly end, kill -9."""

import os
import signal
import subprocess
from pathlib import Path

import pika
import pytest

from local_stack.journey import Journey
from local_stack.layout import CHECKOUT
from local_stack.rabbitmq import answers
from local_stack.stack import Stack
from support.events import eventually

ROLES = {
    "officer", "officer_other", "case_worker", "case_worker_other", "custody_health", "unit_supervisor",
    "provider_manager", "coordinator", "data_officer", "data_officer_other",
}  # fmt: skip
KEYS = {
    "directory", "referral", "notification", "accounts", "service_id", "district", "card", "api_key", "data_dirs",
}  # fmt: skip
WITH_SECOND_FACTOR = {"case_worker", "case_worker_other", "custody_health", "data_officer", "data_officer_other"}


def test_ready_json_holds_what_scripts_rely_on(demo):
    ready = demo.ready

    assert ready.keys() >= KEYS
    assert ready["accounts"].keys() >= ROLES
    assert {role for role, account in ready["accounts"].items() if account.get("totp_secret")} >= WITH_SECOND_FACTOR
    assert demo.layout.ready_file.stat().st_mode & 0o077 == 0
    assert ready["referral"] == f"http://127.0.0.1:{demo.layout.base + 2}"
    assert all(Path(folder).exists() for folder in ready["data_dirs"])
    assert ready["card"]
    assert ready["api_key"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_account_signs_in(demo, role):
    assert demo.sign_in(role)


def test_passwords_are_nowhere_in_the_repository(demo):
    for account in demo.ready["accounts"].values():
        found = subprocess.run(["git", "grep", "-qF", account["password"]], cwd=CHECKOUT, check=False)
        assert found.returncode == 1


def test_everything_listens_on_loopback_only(demo):
    shown = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=True).stdout
    ours = {str(port) for port in demo.layout.ports().values()}
    addresses = {
        address for line in shown.splitlines() for address, _, port in [line.split()[3].rpartition(":")] if port in ours
    }

    assert addresses <= {"127.0.0.1", "[::1]"}


def test_the_broker_lets_no_guest_in(demo):
    """Who may do anything on a node that nobody has told otherwise, and from this machine needs no more than a name."""
    guest = pika.URLParameters(f"amqp://guest:guest@127.0.0.1:{demo.layout.amqp_port}/")

    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(guest)


def test_the_doctor_finds_nothing_wrong(demo):
    assert "✗" not in demo.setu("doctor").stdout


def test_a_services_commands_need_no_settings_typed(demo):
    assert "The directory database is up to date." in demo.setu("directory", "migrate").stdout
    assert "indexed " in demo.setu("directory", "reindex").stdout


def test_a_second_start_is_refused_and_disturbs_nothing(demo):
    before = Stack(demo.layout).running()

    refused = demo.setu("demo", check=False)

    assert refused.returncode == 1
    assert "running already" in refused.stderr
    assert Stack(demo.layout).running() == before


def test_with_all_others_and_the_broker_down_a_cold_referral_service_still_takes_a_referral(demo):
    officer = demo.signed_in("officer")
    others = ["rabbitmq", "directory-web", "directory-worker", "notification-web", "notification-worker"]
    demo.setu("stop", *others, "referral-worker", "referral-web")

    demo.setu("start", "referral-web")
    referral = demo.submit(officer)

    assert referral["reference"].startswith("R-")


def test_after_kill_9_the_next_start_ends_what_was_left_tells_what_was_sent_and_is_quick(demo):
    """Of what the test before has left, the server, the gateway and the referral service; so nothing starts twice."""
    left = Stack(demo.layout).running()
    os.killpg(demo.process.pid, signal.SIGKILL)
    demo.process.wait()
    assert {process.name for process in left} >= {"PostgreSQL", "referral web"}
    assert all(process.alive() for process in left)
    demo.layout.ready_file.unlink()

    took = demo.start(CHECKOUT / ".venv" / "bin" / "setu", "demo")  # as `make demo` does, once all is installed

    assert not any(process.alive() for process in left)
    eventually(lambda: demo.last_sent in told(demo), seconds=120)
    Journey(demo.ready).walk()
    assert took < 180, f"{took:.0f} s"  # the aim is 20 s on an idle machine; tests run beside others


def told(demo):
    """The references that the case worker's notices name."""
    worker = demo.signed_in("case_worker")
    notices = worker.get(f"{demo.ready['notification']}/api/notices").body["items"]
    return {notice["reference"] for notice in notices}


def test_ctrl_c_ends_everything_in_good_order(demo):
    running = Stack(demo.layout).running()

    demo.interrupt()

    assert {"epmd", "RabbitMQ", "PostgreSQL"} <= {process.name for process in running}
    assert not any(process.alive() for process in running)
    assert not [port for port in demo.layout.ports().values() if answers(port)]
    assert not demo.layout.ready_file.exists()
    assert "Stopped." in demo.output.read_text()


def test_clean_forgets_all_data(demo):
    demo.setu("clean")

    assert not demo.layout.stack.exists()
    assert not demo.layout.servers.exists()
