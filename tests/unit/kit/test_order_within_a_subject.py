"""Batches of the relay and of the consumer: nothing overtakes within a subject, nothing waits for another."""

from hypothesis import given
from hypothesis import strategies as st

from service_kit.db.inbox import Arrival
from service_kit.ids import SeededIds
from service_kit.messaging import triage
from service_kit.messaging.relay import OutboxRow, waves
from service_kit.messaging.triage import Item

subjects = st.lists(st.sampled_from("abcde"))


@given(subjects)
def test_waves_hold_everything_once_and_no_subject_twice(names: list[str]) -> None:
    rows = [OutboxRow(position, str(position), "t", name, "{}", 0) for position, name in enumerate(names)]

    found = waves(rows)

    assert sorted(row.position for wave in found for row in wave) == [row.position for row in rows]
    assert all(len({row.subject for row in wave}) == len(wave) for wave in found)
    for subject in set(names):
        positions = [row.position for wave in found for row in wave if row.subject == subject]
        assert positions == sorted(positions)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans())), st.sets(st.sampled_from("abcde")))
def test_an_event_waits_exactly_if_an_earlier_one_of_its_subject_does(
    batch: list[tuple[str, bool]], waiting: set[str]
) -> None:
    ids = SeededIds("batch")
    items = [
        Item(Arrival(ids.uuid(), "t", subject, b"", "waiting" if waits else "done"), None) for subject, waits in batch
    ]

    entering = triage.hold_back(items, waiting)

    held = set(waiting)
    for (subject, waits), item in zip(batch, entering, strict=True):
        held |= {subject} if waits else set()
        assert (item.arrival.state == "waiting") == (subject in held)
