"""The local stack's commands: `setu demo`, `up`, `down`, `clean`, `doctor`, and stopping and starting single parts.

The kit mounts this group at the top of `setu`. `make` calls these; people may too.
"""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
import pyotp

from local_stack.compose import write_env
from local_stack.demo import bring_up, introduce, introduce_empty, start_empty
from local_stack.doctor import examine
from local_stack.http_json import Unexpected
from local_stack.journey import Broken, Journey
from local_stack.layout import CHECKOUT, SERVICES, Layout
from local_stack.postgres import NoPostgres
from local_stack.processes import DidNotStart, Process
from local_stack.rabbitmq import NoRabbitMQ
from local_stack.slow_clients import LONGEST, measure_all
from local_stack.stack import Stack
from local_stack.steps import Failed, say
from local_stack.system_accounts import NoSuchAccount

PLAIN = (Failed, DidNotStart, NoPostgres, NoRabbitMQ, NoSuchAccount, Broken, Unexpected)  # their words are for people

PARTS = ["postgresql", "rabbitmq", *(f"{service}-{process}" for service in SERVICES for process in ("web", "worker"))]


@click.group()
def commands() -> None:
    """Run Setu on this machine."""


@commands.command()
def demo() -> None:
    """Start everything with an invented directory, drive one referral, stay until Ctrl-C."""
    with _plain_words(), _ends_on_signals():
        stack = _free_stack("demo")
        try:
            introduce(bring_up(stack), stack)
            _stay(stack)
        finally:
            say("→ Stopping")
            stack.stop()


@commands.command()
def up() -> None:
    """Start everything without sample data and leave it running."""
    with _plain_words():
        stack = _free_stack("up")
        try:
            start_empty(stack)
        except BaseException:
            stack.stop()
            raise
        introduce_empty(stack)


@commands.command()
def down() -> None:
    """Stop what runs; data stay."""
    with _plain_words():
        stack = _stack()
        stack.stop_owner()
        stack.stop()
        say("The stack is stopped; its data stay until `make clean`.")


@commands.command()
def clean() -> None:
    """Stop what runs and forget its data, secrets, logs and mail."""
    with _plain_words():
        stack = _stack()
        stack.stop_owner()
        stack.stop()
        stack.forget()
        say("Stopped, and all data forgotten.")


@commands.command()
def doctor() -> None:
    """Say in plain words what is missing or wrong; exit code 1 when something is."""
    with _plain_words():
        findings = list(examine(_stack()))
    for finding in findings:
        say(("✓ " if finding.good else "✗ ") + finding.words)
    sys.exit(any(not finding.good for finding in findings))


@commands.command()
@click.argument("parts", type=click.Choice(PARTS), nargs=-1, required=True)
def stop(parts: tuple[str, ...]) -> None:
    """Stop parts of a running stack, to see how the others bear it."""
    with _plain_words():
        stack = _stack()
        found = [process for process in stack.running() if _part(process) in parts]
        if missing := set(parts) - {_part(process) for process in found}:
            raise Failed(f"Not running: {', '.join(sorted(missing))}.")
        stack.ledger.stop(*found)
        say(f"Stopped. Again: setu start {' '.join(parts)}")


@commands.command()
@click.argument("parts", type=click.Choice(PARTS), nargs=-1, required=True)
def start(parts: tuple[str, ...]) -> None:
    """Start parts again that were stopped or died."""
    with _plain_words():
        stack = _stack()
        if running := {_part(process) for process in stack.running()} & set(parts):
            raise Failed(f"Running already: {', '.join(sorted(running))}.")
        stack.start_parts(parts)
        say("Started.")


@commands.command()
@click.argument("role")
def code(role: str) -> None:
    """Print the demo account's current six digits, as an app would. ROLE may be a user name under “staff”."""
    with _plain_words():
        try:
            ready = json.loads(_stack().layout.ready_file.read_text())
            account = (ready["accounts"] | ready.get("staff", {}))[role]
            say(pyotp.TOTP(account["totp_secret"]).now())
        except FileNotFoundError:
            raise Failed("The demo is not up.") from None
        except KeyError:
            raise Failed(f"The demo has no account “{role}” that needs a code.") from None


@commands.group()
def compose() -> None:
    """What docker-compose.yml needs."""


@compose.command()
@click.option("--file", "path", type=click.Path(path_type=Path), default=CHECKOUT / ".env", show_default=True)
@click.option("--http-port", type=int, help="Port on loopback where the gateway answers (8080).")
def env(path: Path, http_port: int | None) -> None:
    """Write .env with secrets made anew; one that exists keeps its values."""
    folder = CHECKOUT / "var" / ("compose" if path == CHECKOUT / ".env" else path.resolve().parent.name)
    new = write_env(path.resolve(), definitions=folder / "definitions.json", http_port=http_port)
    say(f"Wrote {path}." if new else f"{path} is there; nothing in it was changed.")


@compose.command()
@click.argument("sample", type=click.Path(exists=True, path_type=Path))
@click.option("--url", required=True, help="The gateway's address, without a slash at the end.")
def journey(sample: Path, url: str) -> None:
    """Drive one referral through the gateway, as the accounts of a sample file."""
    with _plain_words():
        bases = {"directory": f"{url}/directory", "referral": url, "notification": f"{url}/notifications"}
        walked = Journey(json.loads(sample.read_text()) | bases).walk(patience_s=60)
        say(f"{walked.reference} was accepted; the case worker was told after {walked.told_after_s * 1000:.0f} ms")


@compose.command("slow-clients")
@click.option("--port", type=int, required=True, help="The gateway's port on loopback.")
@click.option(
    "--connections", type=click.IntRange(1, 1000), default=200, show_default=True, help="How many of each kind."
)
@click.option("--seconds", type=click.IntRange(20, 600), default=20, show_default=True, help="How long they are held.")
def hold_slow_clients(port: int, connections: int, seconds: int) -> None:
    """Hold slow connections of each kind to the gateway; fail if it keeps one or refuses an honest client."""
    with _plain_words():
        held = {"connections": connections, "seconds": seconds}
        for figures in measure_all(port, **held, path="/api/withdrawals", honest_path="/healthz"):
            say(str(figures))
            if figures.failed or not figures.cut_after or figures.longest > LONGEST:
                raise Failed(f"{figures.kind}: an honest client was refused, or a connection lived beyond {LONGEST} s.")


def environment_of(service: str) -> dict[str, str]:
    """What a command of this service needs on this checkout's stack; nothing where there is none yet."""
    with _plain_words():
        stack = _stack()
        if not (stack.layout.stack / "secrets.env").exists():
            return {}
        owner = stack.environments.database(service, "owner")
        return stack.environments.of(service, "worker") | {"SETU_DATABASE_OWNER_URL": owner}


def _stack() -> Stack:
    try:
        return Stack(Layout.from_environment())
    except ValueError as error:
        raise Failed(str(error)) from None


def _free_stack(command: str) -> Stack:
    stack = _stack()
    stack.take(command)
    return stack


def _part(process: Process) -> str:
    return process.name.lower().replace(" ", "-")


def _stay(stack: Stack) -> None:
    gone: set[str] = set()
    while True:
        time.sleep(1)
        for process in stack.ledger.processes():
            if process.name not in gone and not process.alive():
                gone.add(process.name)
                part = _part(process)
                say(f"! {process.name} has ended; see {stack.layout.logs}/{part}.log; again: setu start {part}")
        gone &= {process.name for process in stack.ledger.processes() if not process.alive()}


@contextmanager
def _ends_on_signals() -> Iterator[None]:
    """Make SIGTERM and a closed terminal end the demo as Ctrl-C does, and none of them cut the stopping short."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        yield
    except KeyboardInterrupt:
        say("Stopped.")


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except PLAIN as error:
        sys.stderr.write(f"✗ {error}\n")
        sys.exit(1)
