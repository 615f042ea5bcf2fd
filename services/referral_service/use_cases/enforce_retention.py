"""Enforce retention (docs/privacy.md): delete what has expired.

Promises: the referrer's row goes 90 days after submission, whatever happened; keys, identities and tasks a year after
closing, and with them that their card said something; how often a sender's cards counted for a provider with the
calendar year; what is sealed of a request at the desk a year after its end; what a card that was handed out alone leads
to a year after that day. Counts stay, since they are tallied as things happen
(`domain/figures/tally.py`), but for those that would name a provider, which are moved to the state. Reads compute what
is shown by themselves, so a worker that is down hides nothing it should show and shows nothing it should hide. Each run
of a job is counted, and what it removed.
"""

from datetime import datetime

from referral_service.domain.retention import CARD_ALONE_LEADS, DESK_DETAILS_LIVE
from referral_service.domain.voices import Voice
from referral_service.store import expired_rows
from referral_service.store.cards.card_holders import forget_cards_alone, forget_counted_needs
from referral_service.store.desk import desk_due
from referral_service.store.voices import forget_heard, forget_senders, move_to_states
from referral_service.use_cases.dependencies import Dependencies
from service_kit import metrics
from service_kit.db.engine import Database
from setu.india import day_in_india

BATCH = 500  # referrals at once
_runs = metrics.counter("retention_runs", "Runs of a job of retention", ["job"])
_done = metrics.counter("retention_done", "What jobs of retention removed, closed or put before somebody", ["job"])


def enforce_retention(db: Database, *, dependencies: Dependencies, now: datetime) -> None:
    """One sweep; `db` is the worker's."""
    with db.transaction() as session:
        gone = expired_rows.delete_expired_sent(session, now)
        closed = expired_rows.close_old_ghosts(session, now)
        lapsed = desk_due.close_lapsed(session, now)
        ended = desk_due.end_undecided(session, now)
        forgotten = desk_due.forget_details(session, now - DESK_DETAILS_LIVE)
        unlinked = forget_senders(session, day_in_india(now).year)
        forget_counted_needs(session)
        move_to_states(session)
        alone = forget_cards_alone(session, day_in_india(now - CARD_ALONE_LEADS))
        for code_mac in alone:
            forget_heard(session, _digests_of(code_mac, dependencies))
    count_run("referrer's rows", gone)
    count_run("unanswered ghosts", closed)
    count_run("unconfirmed emergencies", lapsed)
    count_run("undecided requests", ended)
    count_run("details of requests", forgotten)
    count_run("senders of voices", unlinked)
    count_run("cards handed out alone", len(alone))
    with db.transaction() as session:
        roots = expired_rows.closed_for_good(session, now - dependencies.times.terms.key_lives, BATCH)
        for root_id in roots:
            for code_mac in expired_rows.destroy_chain(session, root_id):
                forget_heard(session, _digests_of(code_mac, dependencies))
    count_run("closed referrals", len(roots))


def _digests_of(code_mac: bytes, dependencies: Dependencies) -> list[bytes]:
    """All that is remembered of what a card said, but for what goes with the year."""
    early = dependencies.early_voice_mac(code_mac, Voice.BADLY_TREATED)
    return [*(dependencies.voice_mac(code_mac, said) for said in Voice), early]


def count_run(job: str, done: int) -> None:
    """Count a run that was committed."""
    _runs.labels(job).inc()
    _done.labels(job).inc(done)
