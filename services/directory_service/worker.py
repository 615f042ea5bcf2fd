"""The directory's background process: events out and in, the index in step, old things swept, the audit log chained."""

from collections.abc import Callable
from datetime import datetime
from random import SystemRandom

from sqlalchemy.orm import Session

from directory_service import settings as configuration
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.revoke_half_chosen_passwords import revoke_half_chosen_passwords
from directory_service.accounts.use_cases.settle_staffing import settle_staffing
from directory_service.accounts.use_cases.sweep_accounts import (
    rewrap_secrets,
    sweep_accounts,
)
from directory_service.consumers import HANDLERS
from directory_service.editing.use_cases.decide_change import forget_decided
from directory_service.editing.use_cases.store_upload import forget_uploads
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.finding.use_cases.measure_index_lag import measure_index_lag
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker
from directory_service.listings.use_cases.coarsen_areas import coarsen_areas
from directory_service.listings.use_cases.remind_of_confirmation import remind_of_confirmation
from directory_service.listings.use_cases.renew_copy_ids import renew_copy_ids
from directory_service.listings.use_cases.renew_row_ids import renew_row_ids
from directory_service.listings.use_cases.separate_shared_places import separate_shared_places
from directory_service.listings.use_cases.sweep_hidden_places import HiddenPlacesSweep
from directory_service.partnership.outside.board_keys import BoardKeys
from directory_service.partnership.use_cases.board.publish_board_batch import BoardSealing
from directory_service.partnership.use_cases.board.remind_of_board import remind_of_board
from directory_service.partnership.use_cases.board.tend_board import tend_board
from directory_service.partnership.use_cases.propose_meetings import propose_meetings
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.remind_of_silence import remind_of_silence
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from directory_service.partnership.use_cases.training.hold_counted_sessions import hold_counted_sessions
from directory_service.partnership.use_cases.training.remind_of_training import remind_of_training
from directory_service.registry.store.units import date_undated_closings
from directory_service.registry.store.uploads import forget_registry_uploads
from directory_service.survivors import SURVIVORS
from service_kit import logs, worker
from service_kit.clock import SystemClock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.db.installation import require_trial_flag
from service_kit.db.session_heartbeat import keep_sending_heartbeats
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.relay import Relay
from setu.events import SESSION_EVENTS


def main() -> None:
    """Run until SIGTERM."""
    settings = configuration.load_worker()
    logs.configure(settings.service, "worker", settings.log_level)
    clock, db, dependencies = (
        SystemClock(),
        Database(settings.database_url, pool_size=8),
        Dependencies.from_settings(settings),
    )

    believable = BelievableClock(db, clock)
    index = SearchIndex(settings.index_dir)
    publication = Publication(settings.publisher, settings.licence, settings.attribution)
    board = BoardSealing(BoardKeys(settings.board_key_dir), SystemRandom())

    def sweep() -> None:
        now = believable.now()
        with db.transaction() as session:
            sweep_accounts(session, now)
            revoke_half_chosen_passwords(session, dependencies, now)
            forget_uploads(session, now)
            forget_decided(session, now)
            forget_registry_uploads(session, now)
            date_undated_closings(session, now)

    def rewrap() -> None:
        with db.transaction() as session:
            rewrap_secrets(session, dependencies)

    def by_clock(seconds: float, work: Callable[[Session, datetime], object]) -> worker.Loop:
        """Loop of its own, so that what keeps this one from its work keeps no other."""

        def run() -> None:
            with db.transaction() as session:
                work(session, believable.now())

        return worker.every(seconds, run)

    worker.run(
        {
            "relay": Relay(db, settings.amqp_url).run,
            "consumer": Consumer(db, settings.amqp_url, "directory_service", HANDLERS, clock=clock).run,
            "heartbeat": keep_sending_heartbeats(db, dependencies.ids, clock, SESSION_EVENTS),
            "sweep": worker.every(600, sweep),
            "index": Indexer(db, settings.index_dir).run,
            "datapackage": DatapackageMaker(db, PackageFolder(settings.export_dir), publication).run,
            "index lag": worker.every(5, lambda: measure_index_lag(db, index, clock.now())),
            "rewrap": worker.every(600, rewrap),
            "shared places": worker.every(5, lambda: separate_shared_places(db, clock.now())),
            "areas": worker.every(600, HiddenPlacesSweep(coarsen_areas, db, clock).run_round),
            "copy ids": worker.every(60, lambda: renew_copy_ids(db, clock.now())),
            "row ids": worker.every(600, HiddenPlacesSweep(renew_row_ids, db, clock).run_round),
            "confirmations": by_clock(3600, remind_of_confirmation),
            "meetings": by_clock(600, propose_meetings),
            "agreements": by_clock(60, tend_agreements),
            "counted sessions": by_clock(60, hold_counted_sessions),
            "reminders of meetings": by_clock(60, remind_of_partnership),
            "reminders of training": by_clock(60, remind_of_training),
            "reminders of the board": by_clock(60, remind_of_board),
            "silence": by_clock(60, remind_of_silence),
            "board": worker.every(60, lambda: tend_board(db, board, believable.now())),
            "staffing": worker.every(30, lambda: settle_staffing(db, clock.now())),
            **worker.housekeeping(db, settings, clock, SURVIVORS, session_events=SESSION_EVENTS),
        },
        first=require_trial_flag(db, is_trial=settings.trial),
        metrics_port=settings.metrics_port,
        metrics_host=settings.metrics_host,
    )


if __name__ == "__main__":
    main()
