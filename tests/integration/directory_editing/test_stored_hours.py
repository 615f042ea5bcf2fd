"""What was stored when it was still taken stops nothing: of such hours people are told to ask, and nobody counts."""

import json
import logging
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from sqlalchemy import text

from directory_service.editing.pages.change_words import (
    ReferenceNames,
    words_of,
)
from directory_service.listings.domain.history import Difference
from directory_service.listings.use_cases.load_stored_service import load_stored_service
from setu.opening_hours import opens_on
from setu.recurrence import Rule
from support.editing import (
    ADDRESS,
    PROVIDER,
    SERVICE,
    Headers,
    patch,
)
from support.kit.counted_work import calls_of
from support.listings import (
    Directory,
    a_service,
)

COUNTED_FOR_EVER = {"rrule": "FREQ=DAILY;INTERVAL=0", "opens_at": "09:00", "closes_at": "17:00"}
LONG_OPEN = a_service(PROVIDER, "Open for long")
LONG_AGO = {"places_available": 3, "places_as_of": "0001-01-01T00:00:00+14:00"}
KEPT = {"notes": "RRULE:FREQ=DAILY;INTERVAL=0", "opens_at": "09:00+05:30", "closes_at": "17:00+05:30"}


def test_a_service_with_hours_that_are_taken_no_more_stays_and_may_be_changed(
    directory: Directory, client: FlaskClient, headers: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    rules = {"rules": json.dumps({"schedules": [COUNTED_FOR_EVER], **LONG_AGO}), "id": SERVICE.id}
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE service SET record = record || CAST(:rules AS jsonb) WHERE id = :id"), rules)
    told_before = REGISTRY.get_sample_value("setu_stored_hours_refused_total") or 0

    with caplog.at_level(logging.WARNING):
        assert "Please ask for the opening hours." in client.get(f"/services/{SERVICE.id}").text
        directory.save(replace(PROVIDER, description="More care."))
    document = client.get(ADDRESS).get_json()
    assert KEPT.items() <= document["schedules"][0].items()
    assert "capacities" not in document
    assert client.get("/api/services").get_json()["total_items"] == 1
    assert client.get("/api/services?open_at=2026-11-24T12:00:00%2B05:30").get_json()["total_items"] == 0
    assert [each.getMessage() for each in caplog.records].count("stored hours are of a kind that is taken no more") == 1
    assert REGISTRY.get_sample_value("setu_stored_hours_refused_total") == told_before + 1

    changed = patch(client, headers(client.get(ADDRESS).headers["ETag"]), {"alert": "Closed tomorrow"})

    assert (changed.status_code, changed.get_json()["schedules"]) == (200, document["schedules"])
    with directory.worker.transaction() as session:
        record = session.execute(text("SELECT record FROM service WHERE id = :id"), {"id": SERVICE.id}).scalar_one()
    assert "schedules" not in record
    assert load_stored_service(record).hsds["schedules"] == document["schedules"]
    with client.application.test_request_context():
        words = words_of(Difference("schedules", [COUNTED_FOR_EVER], None), ReferenceNames({}, {}))
    assert words.before == ("FREQ=DAILY;INTERVAL=0: 09:00–17:00",)


def test_monthly_hours_that_began_long_ago_cost_a_search_one_look_each_and_the_next_one_none(
    directory: Directory, client: FlaskClient
) -> None:
    def rules(begins: str) -> str:
        ends = [f"2020-01-{day:02}" for day in range(1, 31)]
        rule = {"rrule": "FREQ=MONTHLY", "opens_at": "00:00", "closes_at": "00:00", "valid_from": begins}
        return json.dumps({"schedules": [{**rule, "valid_to": end} for end in ends]})

    directory.save(LONG_OPEN)
    with directory.worker.transaction() as session:
        for service, begins in ((SERVICE, "0001-01-31"), (LONG_OPEN, "1900-01-31")):
            session.execute(
                text("UPDATE service SET record = record || CAST(:rules AS jsonb) WHERE id = :id"),
                {"rules": rules(begins), "id": service.id},
            )
    directory.save(replace(PROVIDER, description="More care."))
    directory.index()

    def search(at: str) -> None:
        assert client.get(f"/api/services?open_at={at}%2B05:30").get_json()["total_items"] == 0

    first = calls_of(opens_on, lambda: search("2026-11-24T12:00:00"))
    again = calls_of(opens_on, lambda: search("2026-11-24T12:00:59"))

    assert (first, again) == (30, 0)  # what began before 1900 is not counted at all
    assert calls_of(Rule.falls_on, lambda: client.get(f"/services/{LONG_OPEN.id}")) <= 6 * 30 * 42
