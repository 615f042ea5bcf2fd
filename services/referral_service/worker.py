"""Worker process of the referral service on one screen: events, clocks, cards, figures, retention, mixing, keys, audit.

It makes the keyring before it says that it is there, so that a new installation can seal what is sent.
"""

import logging
import threading
import time
from dataclasses import replace
from datetime import timedelta

from referral_service import settings as configuration
from referral_service.consumers import HANDLERS, TOGETHER
from referral_service.outside.keyring_file import KeyringFile, KeyringUnavailable
from referral_service.settings import WorkerSettings
from referral_service.store.survivors import SURVIVORS
from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from referral_service.use_cases.cards.mix_rows import RowMixing
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.forget_named import forget_named
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from referral_service.use_cases.fold_inbox_changes import fold_inbox_changes
from referral_service.use_cases.keys.measure_keys import measure_keys
from referral_service.use_cases.keys.rotate_keys import KeyRotation, make_first_key, rotate_keys, take_over_keys
from referral_service.use_cases.run_clocks import run_clocks
from service_kit import logs
from service_kit.clock import SystemClock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.db.installation import require_trial_flag
from service_kit.db.session_heartbeat import heartbeat_gauge
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.relay import Relay
from service_kit.worker import Loop, every, housekeeping, run
from setu.events import SESSION_EVENTS

CARD_REQUESTS, CLOCKS, VERSIONS, HEARTBEAT_GAUGE = 1, 5, 5, 5  # seconds
DESK_NAMES, KEY_GAUGES, KEYS, TERMS = 60, 60, 60, 600  # seconds
_log = logging.getLogger(__name__)


def main() -> None:
    """Run until SIGTERM."""
    settings = configuration.load_worker()
    logs.configure(settings.service, "worker", settings.log_level)
    clock, db = SystemClock(), Database(settings.database_url, pool_size=8)
    believable = BelievableClock(db, clock)
    dependencies = Dependencies.from_settings(settings)
    rotation = KeyRotation(db, KeyringFile(settings.keyring), clock, time.sleep)
    mixing = RowMixing(db)
    _prepare_keys(rotation, settings)
    run(
        {
            "relay": Relay(db, settings.amqp_url, clock=clock).run,
            "consumer": Consumer(
                db, settings.amqp_url, "referral_service", HANDLERS, together=TOGETHER, clock=clock
            ).run,
            "card requests": every(
                CARD_REQUESTS, lambda: apply_card_requests(db, dependencies=dependencies, now=clock.now())
            ),
            "clocks": every(CLOCKS, lambda: run_clocks(db, dependencies=dependencies, now=believable.now())),
            "inbox versions": every(VERSIONS, lambda: fold_inbox_changes(db)),
            "figures": every(TERMS, lambda: freeze_figures(db, dependencies=dependencies, now=believable.now())),
            "terms": every(TERMS, lambda: enforce_retention(db, dependencies=dependencies, now=believable.now())),
            "row mixing": every(TERMS, lambda: mixing.mix_once_a_day(believable.now())),
            "desk names": every(DESK_NAMES, lambda: forget_named(db, dependencies=dependencies)),
            "keys": _keep_rotating(replace(rotation, clock=believable), settings.rotate_keys_after),
            "heartbeat gauge": every(HEARTBEAT_GAUGE, heartbeat_gauge(db, clock)),
            "key gauges": every(KEY_GAUGES, lambda: measure_keys(db, rotation.file, clock.now())),
            **housekeeping(db, settings, clock, SURVIVORS, session_events=SESSION_EVENTS),
        },
        first=require_trial_flag(db, is_trial=settings.trial),
        metrics_port=settings.metrics_port,
        metrics_host=settings.metrics_host,
    )


def _keep_rotating(rotation: KeyRotation, after: timedelta) -> Loop:
    """A loop whose heartbeat goes on in a rotation of hours, which ends at its next batch where the worker is to."""

    def loop(stop: threading.Event) -> None:
        while not stop.is_set():
            rotate_keys(replace(rotation, pause=stop.wait), after=after)
            stop.wait(KEYS)

    return loop


def _prepare_keys(rotation: KeyRotation, settings: WorkerSettings) -> None:
    """Make the keyring where no key lives; one that is lost holds up neither events, clocks nor withdrawals."""
    try:
        if settings.old_keks:
            take_over_keys(rotation, settings.old_keks)
        make_first_key(rotation)
    except KeyringUnavailable as error:
        _log.error("no identity can be sealed or opened: %s", error.sentence)


if __name__ == "__main__":
    main()
