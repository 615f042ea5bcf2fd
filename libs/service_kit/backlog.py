"""Gauges of a worker's backlog: a database that is away, events that nobody consumes.

Why: `/readyz` is public and says none of it. These stand on the metrics port, beside the relay's and the consumer's
`…_broker_up` and the inbox's rows; `setu doctor` reads them all (ops/local_stack/worker_reasons.py).
"""

from service_kit import metrics
from service_kit.clock import Clock
from service_kit.db.engine import Database
from service_kit.db.outbox import backlog

_database_up = metrics.gauge("worker_database_up", "1 while the database answers the worker")
_waiting = metrics.gauge("outbox_waiting", "Events that are not published yet")
_oldest = metrics.gauge(
    "outbox_oldest_seconds", "Age of the oldest event that is not published yet, 0 if there is none"
)


def measure_backlog(db: Database, clock: Clock) -> None:
    """Set the gauges to what is so now."""
    is_up = db.ping()
    _database_up.set(is_up)
    if not is_up:
        return
    with db.transaction() as session:
        found = backlog(session)
    _waiting.set(found.waiting)
    _oldest.set(max(0.0, (clock.now() - found.oldest).total_seconds()) if found.oldest else 0.0)
