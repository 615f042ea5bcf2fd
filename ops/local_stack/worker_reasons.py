"""Reasons why a worker does not do all of its work, in words, from the gauges and the health check on its metrics port.

Why: the public `/readyz` says none of them (service_kit.web.health). Not for alarms: those read the gauges themselves.
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Reason:
    """A gauge, when its value is a reason, and the words for it with the value as `{}`."""

    gauge: str
    is_one: Callable[[float], bool]
    words: str
    labels: tuple[tuple[str, str], ...] = ()


REASONS = (
    Reason("setu_worker_database_up", lambda up: up < 1, "the database does not answer"),
    Reason("setu_relay_broker_up", lambda up: up < 1, "events do not go out: the broker does not answer"),
    Reason("setu_consumer_broker_up", lambda up: up < 1, "events do not come in: the broker does not answer"),
    *(
        Reason(
            "setu_relay_broker_blocked",
            lambda blocked: blocked > 0,
            f"events do not go out: RabbitMQ is low on {resource} and takes none{mend}",
            (("resource", resource),),
        )
        for resource, mend in (
            ("memory", " (rabbitmq-diagnostics memory_breakdown; vm_memory_high_watermark)"),
            ("disk", ": make room on its disk (disk_free_limit)"),
        )
    ),
    Reason("setu_outbox_oldest_seconds", lambda age: age > 30, "an event has waited {:.0f} s to go out"),
    Reason("setu_outbox_refused_waiting", lambda count: count > 0, "{:.0f} events wait that the broker refused"),
    Reason("setu_inbox_rows", lambda count: count > 0, "{:.0f} events are parked", (("state", "parked"),)),
    Reason(
        "setu_session_heartbeat_age_seconds",
        lambda age: age > 150,
        "no heartbeat of ended sessions for {:.0f} s (is the directory's worker, the broker or this consumer away?)",
    ),
    Reason(
        "setu_webhook_overdue_seconds", lambda age: age > 120, "a webhook has been due for {:.0f} s and was not tried"
    ),
    Reason(
        "setu_webhook_endpoints_off",
        lambda count: count > 0,
        "{:.0f} webhook endpoints are off since they took nothing for five days (their owners were told)",
        (("reason", "failing"),),
    ),
    Reason(
        "setu_contacts_outdated",
        lambda count: count > 0,
        "{:.0f} people are sent no mail or SMS: their contact changed after the backup that was restored "
        "(setu directory republish)",
    ),
    Reason(
        "setu_clock_believed",
        lambda believed: believed < 1,
        "the clock leapt, or nothing ran for days and no time server is heard: nothing is deleted or ended by it "
        "for 20 hours. Is it right (timedatectl)? If so: setu … clock believe",
    ),
    Reason("setu_index_lag_seconds", lambda age: age > 10, "the search index is {:.0f} s behind (inf: there is none)"),
    Reason("setu_keyring_up", lambda up: up < 1, "the keyring cannot be read (setu referral keys status)"),
    Reason(
        "setu_key_encryption_key_age_days",
        lambda age: age > 31,
        "a key-encryption key is {:.0f} days old, so erasures are not final (setu referral keys status)",
    ),
    Reason(
        "setu_record_keys_without_key",
        lambda count: count > 0,
        "{:.0f} records lie under a key that is not in the keyring (setu referral keys status)",
    ),
    Reason(
        "setu_survivors_unlogged_seconds",
        lambda age: age > 60,
        "what must survive a restore has not been logged for {:.0f} s (is the disk of SETU_SURVIVORS there, or full?)",
    ),
    Reason(
        "setu_state_bodies_without_coordinator",
        lambda count: count > 0,
        "{:.0f} state bodies have no coordinator who can sign in",
    ),
    Reason(
        "setu_districts_without_coordinator",
        lambda count: count > 0,
        "in {:.0f} districts people work and nobody coordinates, nor in their state (setu directory accounts create)",
    ),
)


def reasons_of_worker(metrics_port: int) -> Iterator[str]:
    """What keeps the worker whose metrics are at this port of loopback from its work; nothing if all is well."""
    try:
        silent = "" if (said := _read(metrics_port, "healthz")) == "ok\n" else said
        exposition = _read(metrics_port, "metrics")
    except OSError as error:
        yield f"its metrics port {metrics_port} does not answer ({error})"
        return
    yield from silent.splitlines()
    yield from reasons_in(exposition)


def reasons_in(exposition: str) -> Iterator[str]:
    """The same from numbers in Prometheus's text format. A gauge that is not there is no reason."""
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }
    for reason in REASONS:
        value = samples.get((reason.gauge, reason.labels))
        if value is not None and reason.is_one(value):
            yield reason.words.format(value)


def _read(port: int, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:  # 503: what is wrong, in words
        return error.read().decode()
