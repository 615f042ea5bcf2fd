"""The number beside "Our services": listings that want a "still right", the provider's own alone."""

from dataclasses import replace
from datetime import date, timedelta

from directory_service.listings.domain.confirmation import REMIND_AFTER_DAYS
from directory_service.listings.use_cases.count_to_confirm import count_to_confirm
from support.listings import NOON, Directory, a_provider, a_service

TODAY = date(2026, 11, 24)


def test_old_ones_count_until_they_are_confirmed_and_nobody_elses(directory: Directory) -> None:
    provider, other = a_provider(), a_provider("Other")
    last = TODAY - timedelta(days=REMIND_AFTER_DAYS)
    old = a_service(provider, "Old", assured_date=last - timedelta(days=1))
    fine = a_service(provider, "Fine", assured_date=last)
    off = a_service(provider, "Off", assured_date=date(2020, 1, 1), status="inactive")
    foreign = a_service(other, "Foreign", assured_date=date(2020, 1, 1))
    directory.save(provider, other, old, fine, off, foreign, indexed=False)

    def counted() -> int:
        with directory.worker.transaction() as session:
            return count_to_confirm(session, provider.id, NOON)

    assert counted() == 1
    directory.save(replace(old, assured_date=TODAY), indexed=False)
    assert counted() == 0
