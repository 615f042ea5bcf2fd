"""Plays the attacks against a running demo, or one that it starts itself: `python -m attack [family …]`.

Why: what outsiders tried once is tried again on every release. The seed is printed, and SETU_ATTACK_SEED plays the same
again; SETU_ATTACK_SECONDS bounds the whole. Exit code 1 at a finding above `info`. Only against loopback.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attack import (
    authorization,
    broker_frozen,
    canary,
    card_races,
    cross_site,
    enrolment,
    existence,
    forged_events,
    formula_cells,
    headers,
    http_oddities,
    overload,
    response_cache,
    sign_in_limits,
    wall,
    withdrawals,
)
from attack.report import Report, Severity, is_clean, table_of
from attack.store_ids import query
from attack.target import Target, Unready, load_ready
from local_stack.demo import bring_up
from local_stack.layout import Layout
from local_stack.stack import Stack
from local_stack.steps import Failed

FAMILIES: dict[str, Callable[[Target, Report], None]] = {
    "authorization": authorization.play,
    "wall": wall.play,
    "broker-frozen": broker_frozen.play,
    "response-cache": response_cache.play,
    "cross-site": cross_site.play,
    "headers": headers.play,
    "http-oddities": http_oddities.play,
    "withdrawals": withdrawals.play,
    "card-races": card_races.play,
    "formula-cells": formula_cells.play,
    "forged-events": forged_events.play,
    "enrolment": enrolment.play,
    "existence": existence.play,
    "sign-in-limits": sign_in_limits.play,
    "slow-clients": overload.play,
    "canary": canary.play,
}
"""In this order: what fills throttles comes late, and the look for what was written where comes last."""


@dataclass(frozen=True)
class Settings:
    """The seed, and the seconds that the families may take together."""

    seed: int
    seconds: float

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read SETU_ATTACK_SEED and SETU_ATTACK_SECONDS. Raises ValueError."""
        chance = random.SystemRandom().randrange(2**32)
        return cls(int(os.environ.get("SETU_ATTACK_SEED", chance)), float(os.environ.get("SETU_ATTACK_SECONDS", "600")))


def main(names: Sequence[str]) -> int:
    """Play the named families, or all, and say whether nothing was found."""
    settings = Settings.from_environment()
    if unknown := set(names) - set(FAMILIES):
        raise Unready(f"No family {', '.join(sorted(unknown))}; there are {', '.join(FAMILIES)}.")
    print(f"seed {settings.seed}: SETU_ATTACK_SEED={settings.seed} make attack plays the same again", flush=True)
    os.environ.setdefault("SETU_SENDS_AN_HOUR", "1000000000")  # of its own demo: one account plays hundreds
    stack = Stack(Layout.from_environment())
    ready = load_ready(stack) if stack.owner() else None
    if ready is not None:
        return _attack(_target(stack, ready, settings), names)
    stack.take("attack")
    try:
        return _attack(_target(stack, bring_up(stack), settings), names)
    finally:
        stack.stop()


def _target(stack: Stack, ready: Mapping[str, Any], settings: Settings) -> Target:
    rng = random.Random(settings.seed)  # noqa: S311 - to be played again, no secret
    return Target(stack, ready, rng, time.monotonic() + settings.seconds)


def _attack(target: Target, names: Sequence[str]) -> int:
    _forget_tries(target)
    try:
        reports = [_play(target, name) for name in names or FAMILIES]
    finally:
        _forget_tries(target)
    print(table_of(reports), flush=True)
    return 0 if is_clean(reports) else 1


def _forget_tries(target: Target) -> None:
    """Empty the throttles of sign-in, or nobody may sign in for a quarter of an hour after an attack."""
    query(target, "directory", "delete from throttle returning 1")


def _play(target: Target, name: str) -> Report:
    report = Report(name)
    if not target.has_time():
        report.check(held=False, severity=Severity.LOW, words="not played: SETU_ATTACK_SECONDS were over")
        return report
    began = time.monotonic()
    try:
        FAMILIES[name](target, report)
    except Exception as error:  # noqa: BLE001 - an attack that breaks is a finding, and the others still have to play
        report.check(held=False, severity=Severity.MEDIUM, words=f"broke off: {type(error).__name__}: {error}"[:600])
    print(
        f"→ {name}: {report.cells} cells, {len(report.findings)} findings, {time.monotonic() - began:.0f} s", flush=True
    )
    return report


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Unready, Failed) as refused:
        sys.exit(f"✗ {refused}")
