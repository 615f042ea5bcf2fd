"""A whole demo for tests: `make demo` in a var/ of its own, on ports of its own, driven over HTTP and by commands."""

import json
import os
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from local_stack.http_json import Client
from local_stack.journey import a_referral, current_version
from local_stack.layout import CHECKOUT, Layout
from local_stack.sign_in import sign_in
from local_stack.test_servers import free_ports
from support.events import eventually


@dataclass
class Demo:
    """A demo in a var/ of its own, on ports of its own."""

    layout: Layout
    output: Path
    process: subprocess.Popen[bytes] | None = None
    clients: dict[str, Client] = field(default_factory=dict)
    last_sent: str = ""  # the reference of the referral that was submitted last

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SETU_", "MAKE"))}
        own = {"SETU_PORT_BASE": str(self.layout.base), "SETU_VAR_DIR": str(self.layout.var)}
        return kept | own | {"SETU_SENDS_AN_HOUR": "1000000000"}  # a test sends more than any person

    @property
    def ready(self):
        return json.loads(self.layout.ready_file.read_text())

    def start(self, *command):
        """Start it, by `make demo` unless another command is named, and wait for ready.json; give the seconds."""
        began = time.monotonic()
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                command or ["make", "demo"], cwd=CHECKOUT, env=self.environment, stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        eventually(lambda: self.layout.ready_file.exists() or self.process.poll() is not None, seconds=240)
        assert self.layout.ready_file.exists(), self.output.read_text()
        return time.monotonic() - began

    def setu(self, *arguments, check=True):
        """Run a `setu` command of this stack."""
        command = [CHECKOUT / ".venv" / "bin" / "setu", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, done.stderr
        return done

    def interrupt(self):
        """Press Ctrl-C: the terminal signals the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(120)

    def sign_in(self, role):
        """Sign in over the API and give a client with the token."""
        self.clients[role] = Client(sign_in(self.ready["directory"], self.ready["accounts"][role]))
        return self.clients[role]

    def signed_in(self, role):
        """Give a client as whom somebody has signed in already: codes are few in half a minute."""
        return self.clients.get(role) or self.sign_in(role)

    def submit(self, officer):
        """Send one referral and give the officer's view of it."""
        base = self.ready["referral"]
        version = current_version(officer.get(f"{base}/api/consent-texts").body)
        body = a_referral(self.ready, consent_version=version)
        sent = officer.post(f"{base}/api/referrals", body, expect=201, Idempotency_Key=str(uuid.uuid4())).body
        self.last_sent = sent["reference"]
        return sent


def free_base():
    """Find a base above which the stack's ports are free."""
    for base in free_ports(20):
        if not any(_taken(port) for port in Layout(CHECKOUT, base, CHECKOUT / "var").ports().values()):
            return base
    raise AssertionError("no free ports")


def _taken(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
