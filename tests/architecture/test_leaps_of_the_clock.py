"""After a leap of the clock nothing is deleted, ended or frozen by it, and nothing waits for years once it is right.

Whoever gives a loop of a worker the plain clock, or a table a moment that work waits for, is asked here: does it
delete, end or freeze by the calendar, and how far ahead can that moment lie (docs/adr/0055)?
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import DateTime, MetaData

from architecture.test_survivors import OF
from notification_service.store.clamped_times import CLAMPED_TIMES
from service_kit.db import tables
from service_kit.db.clamped_times import OF_THE_KIT

ROOT = Path(__file__).parents[2]
WORKERS = [*sorted(ROOT.glob("services/*/worker.py")), ROOT / "libs/service_kit/worker.py"]
BY_THE_PLAIN_CLOCK = {
    "apply_card_requests": "withdrawals and voices take effect whatever the clock reads",
    "apply_reports": "records what a provider says",
    "chain_and_sign": "signs the audit log",
    "measure_index_lag": "a gauge",
    "measure_keys": "a gauge",
    "measure_webhooks": "a gauge",
    "prune": "is handed the clock that is believed",
    "renew_copy_ids": "renews ids, whatever the time",
    "publish_checkpoint": "writes a file more",
    "separate_shared_places": "copies what was edited",
    "settle_staffing": "publishes who is home, whatever the time",
}
WAITED_FOR = ("_until", "next_attempt_at", "retry_at", "window_end", "filled_at")
NO_WAIT = {
    "channel_rate.filled_at": "rates.py fills anew what was filled in the future",
    "delivery.worth_until": "an end, and no message is given up by it after a leap",
    "choices.quiet_until": "a time of day",
}


def test_no_worker_gives_the_plain_clock_to_what_deletes_ends_or_freezes() -> None:
    users = {user for worker in WORKERS for user in users_of_the_plain_clock(ast.parse(worker.read_text()))}

    asked = "what deletes, ends or freezes is handed believable.now(); else its name and why in BY_THE_PLAIN_CLOCK"
    assert users == BY_THE_PLAIN_CLOCK.keys(), asked


@pytest.mark.parametrize("service", [*OF, "kit"])
def test_each_moment_that_work_waits_for_is_brought_back_after_a_leap(service: str) -> None:
    metadata: MetaData = tables.inbox.metadata if service == "kit" else OF[service][0]
    waited_for = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, DateTime) and column.name.endswith(WAITED_FOR)
    }
    named = {f"{one.column.table.name}.{one.column.key}" for one in (*OF_THE_KIT, *CLAMPED_TIMES)}

    asked = "a ClampedTime among those that worker.py hands to housekeeping; or NO_WAIT above, with why"
    assert waited_for - named == waited_for & NO_WAIT.keys(), asked


def users_of_the_plain_clock(module: ast.Module) -> Iterator[str]:
    """Whoever is called with `clock.now()`, or begins with `now = clock.now()`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and any(map(reads_the_plain_clock, [*node.args, *values(node.keywords)])):
            yield ast.unparse(node.func).rpartition(".")[2]
        if isinstance(node, ast.FunctionDef) and any(map(reads_the_plain_clock, values(node.body))):
            yield node.name


def values(nodes: Sequence[ast.AST]) -> list[ast.AST]:
    return [node.value for node in nodes if isinstance(node, ast.keyword | ast.Assign)]


def reads_the_plain_clock(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "clock.now"
