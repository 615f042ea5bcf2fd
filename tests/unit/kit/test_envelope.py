import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_kit.envelope import Event, Undecodable

EVENT = Event(
    type="directory.service.changed.v1",
    subject="0190aaaa",
    data={"version": 3, "name": "आशा"},
    id=UUID("01977420-dc01-7047-ae01-7a52f0500615"),
    time=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
)
words = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1)
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | storable,
    lambda inner: st.lists(inner) | st.dictionaries(storable, inner),
)


@given(words, words, st.dictionaries(words, json_values), st.datetimes(timezones=st.just(UTC)), st.uuids(), words)
def test_an_event_comes_back_as_it_went(
    kind: str, subject: str, data: dict[str, object], time: datetime, number: UUID, correlation: str
) -> None:
    event = Event(kind, subject, data, number, time, source="/directory", correlation_id=correlation)

    assert Event.from_bytes(event.to_bytes()) == event


def test_the_envelope_is_a_cloud_event_with_its_extensions() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"

    document = json.loads(replace(EVENT, correlation_id=trace).to_bytes())

    assert document["specversion"] == "1.0"
    assert document["source"] == "/directory"
    assert document["time"] == "2026-03-01T09:30:00Z"
    assert document["sequence"] == "3"
    assert document["correlationid"] == trace
    assert document["traceparent"].startswith(f"00-{trace}-")


@pytest.mark.parametrize("missing", ["type", "subject", "id", "time", "source", "data", "specversion"])
def test_an_envelope_without_a_part_is_refused(missing: str) -> None:
    document = json.loads(EVENT.to_bytes())
    del document[missing]

    with pytest.raises(Undecodable):
        Event.from_bytes(json.dumps(document).encode())


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "seven"},
        {"time": "yesterday"},
        {"time": "2026-03-01T09:30:00"},
        {"data": []},
        {"type": 7},
        {"subject": "a\x00b"},
        {"specversion": "0.3"},
    ],
)
def test_an_envelope_with_a_wrong_part_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Undecodable):
        Event.from_bytes(json.dumps({**json.loads(EVENT.to_bytes()), **wrong}).encode())


@given(st.binary())
def test_any_bytes_are_an_event_or_undecodable(body: bytes) -> None:
    with pytest.raises(Undecodable):
        Event.from_bytes(body)


def test_not_a_number_is_never_sent() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        replace(EVENT, data={"value": float("nan")}).to_bytes()
