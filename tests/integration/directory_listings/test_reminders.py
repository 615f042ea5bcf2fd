"""Providers are reminded of listings that nobody confirmed for 90 days, once a lapse."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sample_accounts import open_account
from directory_service.listings.domain.confirmation import REMIND_AFTER_DAYS
from directory_service.listings.domain.records import Organization
from directory_service.listings.use_cases.remind_of_confirmation import remind_of_confirmation
from support.listings import (
    NOON,
    Directory,
    a_provider,
    a_service,
)

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
TODAY = date(2026, 11, 24)
PROVIDER, UNMANAGED, PENDING = a_provider(), a_provider("Nobody"), a_provider("Pending", status="pending")


def managed(directory: Directory, *providers: Organization) -> None:
    dependencies = Dependencies.from_settings(directory.settings)
    with directory.worker.transaction() as session:
        for provider in providers:
            open_account(
                session,
                dependencies,
                provider.id,
                user=provider.name.lower(),
                role="provider_manager",
                districts=(),
                now=NOON,
            )


def reminded(directory: Directory, days: int = 0) -> Sequence[str]:
    directory.forget_events()
    with directory.worker.transaction() as session:
        remind_of_confirmation(session, NOON + timedelta(days=days))
    events = directory.events()
    schema = json.loads((CONTRACTS / "directory.confirmation.due.v1.json").read_text())
    for event in events:
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(event.data)
    return [event.subject for event in events]


def test_a_provider_hears_once_a_lapse_of_what_nobody_confirmed(directory: Directory) -> None:
    last_good_day = TODAY - timedelta(days=REMIND_AFTER_DAYS)
    old = a_service(PROVIDER, "old", assured_date=last_good_day - timedelta(days=1))
    older = a_service(PROVIDER, "older", assured_date=date(2020, 1, 1))
    fine, never = a_service(PROVIDER, "fine", assured_date=last_good_day), a_service(PROVIDER, "never")
    elsewhere = [a_service(owner, owner.name, assured_date=date(2020, 1, 1)) for owner in (UNMANAGED, PENDING)]
    off = a_service(PROVIDER, "off", assured_date=date(2020, 1, 1), status="inactive")
    directory.save(PROVIDER, UNMANAGED, PENDING, old, older, fine, never, off, *elsewhere, indexed=False)
    managed(directory, PROVIDER, PENDING)

    assert reminded(directory) == [str(PROVIDER.id)], "one event for both of its listings"
    assert reminded(directory) == []
    assert reminded(directory, days=1) == [str(PROVIDER.id)], "the third one has lapsed"
    assert reminded(directory, days=90) == []
    assert reminded(directory, days=91) == [str(PROVIDER.id)], "what was never confirmed, since it came in"

    directory.save(replace(old, assured_date=TODAY), indexed=False)

    assert reminded(directory, days=90) == []
    assert reminded(directory, days=91) == [str(PROVIDER.id)], "confirmed, and forgotten again"
