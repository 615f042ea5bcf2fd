"""The demo: a stack with an invented directory, a driven referral, and ready.json for people and scripts.

The sample is loaded once; later runs find it, and the accounts that were made with it, under `var/`. Passwords are made
anew with the sample, never fixed in code.
"""

import json
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from local_stack.journey import Journey
from local_stack.layout import SERVICES, Layout
from local_stack.stack import Stack
from local_stack.steps import say, step
from service_kit.db.provision import libpq
from service_kit.whole_file import write_whole


def bring_up(stack: Stack, *, officers: int = 0) -> dict[str, Any]:
    """Start the stack, load the sample, drive one referral, write ready.json and give what it holds.

    `officers`: so many more than the sample's own, where it is loaded now.
    """
    stack.start()
    with step("Starting six processes, loading the sample directory"):
        stack.start_sms_gateway()
        starting = stack.start_processes()
        sample = _sample(stack, officers)
        _wait_for_all(starting)
    ready = _addresses(stack.layout) | sample
    with step("Driving one referral from the officer to the case worker and back"):
        walked = Journey(ready).walk()
    say(
        f"  {walked.reference} was accepted; the case worker was told {walked.told_after_s * 1000:.0f} ms after sending"
    )
    with step("Printing a card"):
        ready |= {"card": _card(stack, sample["unit"])}
    _write_private(stack.layout.ready_file, ready)
    return ready


def start_empty(stack: Stack) -> None:
    """Start the stack without sample data."""
    stack.start()
    with step("Starting six processes"):
        _wait_for_all(stack.start_processes())


def introduce(ready: Mapping[str, Any], stack: Stack) -> None:
    """Tell the person at the terminal where to look and who to be."""
    say("")
    for service, words in (
        ("directory", "find help, sign in"),
        ("referral", "send and answer referrals"),
        ("notification", "notices, deliveries"),
    ):
        say(f"  {ready[service]}  {words}")
    say("")
    for role, account in ready["accounts"].items():
        code = f"  six digits: .venv/bin/setu code {role}" if account.get("totp_secret") else ""
        say(f"  {role:<18} {account['user']:<28} {account['password']}{code}")
    staff = len(ready.get("staff", ()))
    say(f"\n  {staff} more people, of other providers and bodies, stand under “staff” in ready.json.")
    say(f"  All of it for scripts: {stack.layout.ready_file}; logs: {stack.layout.logs}; mail: {stack.layout.mail}")
    if stack.layout.sms_settings.exists():
        say(f"  SMS that the simulated gateway has taken: http://127.0.0.1:{stack.layout.sms_port}/messages")
    say("  Ctrl-C stops everything; data stay until `make clean`.")


def introduce_empty(stack: Stack) -> None:
    """Tell where an empty stack is, and what it needs first."""
    for service in SERVICES:
        say(f"  {stack.layout.url(service)}")
    say("  These open on this machine alone: docs/operations.md, “An address that others reach”, for the rest.")
    count, since = accounts_since(stack.environments.database("directory", "worker"))
    if since is None:
        say("  Nobody has an account yet: see docs/rollout.md, “The first morning”. `make down` stops it.")
        return
    say(f"  Found data with {count} accounts, the first of {since:%Y-%m-%d}, in {stack.layout.servers}.")
    say("  They are taken up again. `make clean` forgets them for good; `make down` stops it.")


def accounts_since(url: str) -> tuple[int, date | None]:
    """How many accounts a directory's database has, and since when (a day in UTC); `url`: of its worker or owner."""
    with psycopg.connect(libpq(url), connect_timeout=5) as database:
        found = database.execute(
            "SELECT count(DISTINCT account_id), min(started_at AT TIME ZONE 'UTC')::date FROM membership"
        )
        ((count, since),) = found.fetchall()
    return count, since


def _sample(stack: Stack, officers: int) -> dict[str, Any]:
    kept = stack.layout.stack / "sample.json"
    if kept.exists():
        return dict(json.loads(kept.read_text()))
    fresh = kept.with_suffix(".new")
    environment = stack.environments.of("directory", "worker")
    words = ["sample", "--accounts-file", str(fresh), "--officers", str(officers)]
    stack.command(environment, "directory", *words)
    sample = json.loads(fresh.read_text())
    _sample_partnership(stack, environment, sample["organizations"])
    key = stack.command(environment, "directory", "api-key", "make", "--organization", sample["provider"])
    _write_private(kept, sample | {"api_key": key.split()[-1]})
    fresh.unlink()
    return dict(json.loads(kept.read_text()))


def _sample_partnership(stack: Stack, environment: Mapping[str, str], cast: Mapping[str, str]) -> None:
    named = {"--unit": ("police_unit", "police_unit_other"), "--prison": ("prison",)}
    named["--provider"] = ("provider", "provider_other")
    options = [word for option, keys in named.items() for key in keys for word in (option, cast[key])]
    stack.command(environment, "directory", "sample-partnership", *options)


def _card(stack: Stack, unit: str) -> str:
    sheet, numbers = stack.layout.stack / "cards.html", stack.layout.stack / "card-numbers.txt"
    environment = stack.environments.of("referral", "worker")
    words = ["cards", "print", "--unit", unit, "--count", "1", "--out", str(sheet), "--numbers-file", str(numbers)]
    stack.command(environment, "referral", *words)
    return numbers.read_text().split()[0]


def _addresses(layout: Layout) -> dict[str, Any]:
    return {service: layout.url(service) for service in SERVICES} | {
        "data_dirs": [str(path) for path in data_dirs(layout)]
    }


def data_dirs(layout: Layout) -> list[Path]:
    """Name everything that the stack writes."""
    return [layout.stack, layout.servers, layout.mail, layout.ready_file.parent]


def _wait_for_all(starting: list[Future[None]]) -> None:
    for started in starting:
        started.result()


def _write_private(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_whole(path) as file:
        file.write(json.dumps(content, indent=2, ensure_ascii=False).encode())
