"""Retention is a setting: a state may keep less than the promise and not more, and each job's runs are counted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from referral_service.domain.clocks import Times
from referral_service.domain.retention import Terms
from referral_service.settings import load
from referral_service.store.tables import referral_key
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.run_clocks import run_clocks
from support.fresh_databases import Urls
from support.referral import WORKER, ReferralService, events_of
from support.referrals.app import a_referral_service

SHORT = Times(untouched=timedelta(days=10), terms=Terms(key_lives=timedelta(days=100)))
JOBS = ("referrer's rows", "unanswered ghosts", "closed referrals", "held by a closed provider", "untouched referrals")


@pytest.fixture
def frugal(fresh_database: Callable[[str], Urls]) -> ReferralService:
    """Where a state keeps less."""
    return a_referral_service(fresh_database("referral"), times=SHORT)


def counted(what: str, job: str) -> float:
    return REGISTRY.get_sample_value(f"setu_retention_{what}_total", {"job": job}) or 0


def test_a_state_that_keeps_less_destroys_earlier_and_asks_earlier(frugal: ReferralService) -> None:
    closed, under_way = frugal.sent(), frugal.sent()
    frugal.must(WORKER, closed, "decline", reason="no_capacity")
    frugal.must(WORKER, under_way, "accept")
    frugal.must(WORKER, under_way, "start", first_contact="2026-03-02")
    runs = {job: counted("runs", job) for job in JOBS}
    done = {job: counted("done", job) for job in JOBS}

    frugal.clock.advance(timedelta(days=11))
    run_clocks(frugal.worker_db, dependencies=frugal.dependencies, now=frugal.clock.now())
    frugal.clock.advance(timedelta(days=90))
    enforce_retention(frugal.worker_db, dependencies=frugal.dependencies, now=frugal.clock.now())

    assert [event["type"] for event in events_of(frugal)].count("referral.review.due.v1") == 1
    with frugal.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(referral_key)) == 1
    assert {job: counted("runs", job) - runs[job] for job in JOBS} == dict.fromkeys(JOBS, 1)
    assert {job: counted("done", job) - done[job] for job in JOBS} == dict(zip(JOBS, (2, 0, 1, 0, 1), strict=True))


@pytest.mark.parametrize("name", ["SETU_KEEP_CLOSED_DAYS", "SETU_UNTOUCHED_DAYS", "SETU_TEAM_GONE_DAYS"])
def test_nobody_keeps_longer_than_what_people_are_promised(
    name: str, settings_env: Callable[..., dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = "postgresql://nobody@nowhere/x"
    environment = settings_env("referral", Urls(nowhere, nowhere, nowhere, nowhere), **{name: "366"})

    with pytest.raises(SystemExit):
        load(environment)

    assert f"{name}: must be a whole number from 1 to" in capsys.readouterr().err
