"""A worker looks through all hidden places at its start and a day later, and in between at what changed of late.

While two releases run, a process of the release before goes on hiding places as it did.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.use_cases.coarsen_areas import coarsen_areas
from directory_service.listings.use_cases.renew_row_ids import renew_row_ids
from directory_service.listings.use_cases.sweep_hidden_places import OF_LATE, HiddenPlacesSweep, Mend
from service_kit.db.engine import Database
from support.listings import Directory, a_place, a_provider, a_service, an_id

PROVIDER = a_provider()
HOUSE = a_place(PROVIDER, confidential=True, name="Shelter at the mill", area="Howrah")
SERVICE = a_service(PROVIDER, "Night shelter", places=(HOUSE.id,))
TEN_MINUTES = timedelta(minutes=10)
ROW = nested_id(SERVICE.id, "service_at_location", HOUSE.id)
AS_BEFORE = {
    coarsen_areas: "UPDATE location SET record = record || jsonb_build_object('area', 'Shelter at the mill')",
    renew_row_ids: "UPDATE service_at_location SET id = :foreign WHERE id = :own",
}


def hide_as_before(directory: Directory, mend: Mend, at: datetime) -> None:
    """As a process of the release before hides a place, at this moment."""
    with directory.worker.transaction() as session:
        session.execute(text(AS_BEFORE[mend]), {"foreign": an_id("of a file"), "own": ROW})
        session.execute(text("UPDATE location SET modified_at = :at"), {"at": at})
        session.execute(text("UPDATE service SET fingerprint = ''"))


@pytest.fixture(params=AS_BEFORE, ids=lambda mend: mend.__name__)
def mend(request: pytest.FixtureRequest, directory: Directory) -> Mend:
    directory.save(PROVIDER, HOUSE, SERVICE, replace(SERVICE, id=an_id("another"), places=()))
    mend: Mend = request.param
    return mend


def test_what_an_old_process_hides_is_found_by_the_next_round(directory: Directory, mend: Mend) -> None:
    sweep = HiddenPlacesSweep(mend, directory.worker, directory.clock)
    assert sweep.run_round() == 0

    hide_as_before(directory, mend, directory.clock.now())
    directory.clock.advance(TEN_MINUTES)

    assert [sweep.run_round(), sweep.run_round()] == [1, 0]


def test_what_changed_long_ago_is_read_at_the_start_and_a_day_later_alone(directory: Directory, mend: Mend) -> None:
    long_ago = directory.clock.now() - timedelta(days=90)
    hide_as_before(directory, mend, long_ago)
    sweep = HiddenPlacesSweep(mend, directory.worker, directory.clock)

    found = []
    for wait in (timedelta(0), TEN_MINUTES, OF_LATE, TEN_MINUTES, OF_LATE):
        directory.clock.advance(wait)
        found.append(sweep.run_round())
        hide_as_before(directory, mend, long_ago)

    assert found == [1, 0, 1, 0, 0]


def test_a_whole_round_that_fails_is_begun_again(directory: Directory) -> None:
    asked: list[datetime | None] = []

    def fail_once(_db: Database, _now: datetime, changed_since: datetime | None) -> int:
        asked.append(changed_since)
        if len(asked) == 1:
            raise RuntimeError
        return 0

    sweep = HiddenPlacesSweep(fail_once, directory.worker, directory.clock)
    with pytest.raises(RuntimeError):
        sweep.run_round()

    sweep.run_round()
    sweep.run_round()

    assert asked == [None, None, directory.clock.now() - OF_LATE]
