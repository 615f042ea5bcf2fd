"""Districts of a state side by side: who sees which, the same facts on page, in JSON and CSV, few statements."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy import text as sql

from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.store.tables import MeetingAction
from directory_service.partnership.use_cases.list_offers import list_offers
from support.listings import KOLKATA, NOON, a_service
from support.partnership import (
    BODY,
    FAR_BODY,
    NODI,
    STATION,
    Partnership,
    a_cell,
    an_organization,
    freeze,
)
from support.training import count, plan_session, post_strength, today

HOWRAH = 313
API = "/api/partnership/state"


@pytest.fixture
def state(partnership: Partnership) -> Partnership:
    """West Bengal has two districts now, and its body is the whole state's."""
    with partnership.worker() as session:
        session.add(District(code=HOWRAH, state_code=19, name="Howrah", names={"bn": "হাওড়া"}))
    partnership.directory.save(an_organization("Shibpur", "police_unit", HOWRAH), indexed=False)
    be_whole(partnership)
    return partnership


def be_whole(partnership: Partnership, at: UUID = BODY.id) -> None:
    with partnership.worker() as session:
        row = session.get_one(Organization, at)
        row.record = {**row.record, "whole_state": True}


def table(client: FlaskClient) -> dict[tuple[str, ...], tuple[str, str]]:
    """District, month, table, row → value, shown."""
    rows = csv.DictReader(io.StringIO(client.get(f"{API}.csv").text.removeprefix("\ufeff")))
    found = [((row["district"], row["month"], row["table"], row["row"]), (row["value"], row["shown"])) for row in rows]
    assert len(found) == len(dict(found)), "each fact stands once"
    return dict(found)


def test_a_states_body_sees_the_whole_state_and_another_its_own_district(state: Partnership) -> None:
    def seen(role: str, at: object = BODY) -> list[int]:
        answer = state.program(role, at).get(API)
        return [each["district"] for each in answer.get_json()["districts"]]

    assert seen("coordinator") == seen("data_officer") == [HOWRAH, KOLKATA]
    assert seen("coordinator", FAR_BODY) == [261]
    page = state.browser("coordinator").get("/state").text
    assert ("Howrah" in page, "Kolkata" in page, "Aizawl" in page) == (True, True, False)
    for role in ("officer", "unit_supervisor", "case_worker", "provider_manager", "custody_health"):
        assert state.program(role).get(API).status_code == 403
        assert state.browser(role).get("/state").status_code == 403


def test_meetings_actions_and_training_are_exact_and_equal_on_page_json_and_csv(state: Partnership) -> None:
    meeting = state.a_meeting()
    coordinator = state.browser("coordinator")
    for text, due in (("Order cards", "2026-12-30"), ("Ask the prison", "2026-12-31")):
        order = {"action_text": text, "post": "station officer", "due": due, "owner": str(STATION.id)}
        assert coordinator.post(f"/meetings/{meeting}/actions", data=order).status_code == 303
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2", f"n.{NODI.id}": "3"})
    coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"})
    with state.worker() as session:
        action = session.query(MeetingAction).filter_by(text="Order cards").one()
        action.state, action.closed_at = "done", state.clock.now()
    count(coordinator, plan_session(state), str(STATION.id), PC="12/2")
    post_strength(state, {"PC": 20})
    month = f"{state.meetings()[0].month:%Y-%m}"
    state.clock.set(state.clock.now().replace(year=2027, month=1, day=20))

    client = state.program("coordinator")
    document = client.get(f"{API}?month={month}").get_json()
    kolkata = next(each for each in document["districts"] if each["district"] == KOLKATA)
    assert (kolkata["meetings_held"], kolkata["meetings_expected"]) == (1, 1)
    assert kolkata["actions"] == {"due": 2, "done": 1, "dropped": 0, "overdue": 1} == document["actions"]
    constables = kolkata["coverage"]["ranks"]["PC"]
    assert (constables["trained"], constables["posted"], constables["percent"]) == (10, None, None)
    facts = table(state.program("coordinator"))
    assert facts[str(KOLKATA), "", "actions", "overdue"] == ("1", "exact")
    assert facts[str(KOLKATA), month, "meeting", "state"] == ("held", "exact")
    assert facts[str(KOLKATA), "", "trained", "PC"] == ("10", "exact")
    assert facts[str(KOLKATA), "", "posted", "PC"] == ("", "not_known")
    page = state.browser("coordinator").get(f"/state?month={month}").text
    for words in ("1 of 1", "1 of 2", "1 overdue", "known for"):
        assert words in page, words


def test_figures_of_people_stand_as_published_the_states_line_too(state: Partnership) -> None:
    month = "2026-09"
    for district, sent in ((KOLKATA, a_cell("consent", "sent", 35)), (HOWRAH, a_cell("consent", "sent", None, HIDDEN))):
        freeze(state, sent, a_cell("unmet_need", "WOMEN", 15), month=month, district=district)
    whole = (a_cell("consent", "sent", 40), a_cell("unmet_need", "WOMEN", 30), a_cell("share", "children", 4, "exact"))
    freeze(state, *whole, month=month, district=None)

    document = state.program("coordinator").get(API).get_json()
    (shown,) = document["months"]
    assert [(cell["row"], cell["value"]) for cell in shown["figures"]] == [("sent", 40), ("WOMEN", 30), ("children", 4)]
    howrah = document["districts"][0]["months"][-1]["figures"]
    assert {"table": "consent", "row": "sent", "value": None, "shown": HIDDEN, "months": 1} in howrah
    facts = table(state.program("coordinator"))
    assert facts[str(HOWRAH), month, "consent", "sent"] == ("", HIDDEN)
    assert facts["", month, "consent", "sent"] == ("40", "rounded")
    freeze(state, a_cell("consent", "sent", 35), month="2026-10")  # a month later the quarter is still told
    page = state.browser("coordinator").get("/state?by=unmet").text
    for words in ("under 18", "4 %", "Frozen figures of the three months until September 2026."):
        assert words in page, words


HIDDEN = "fewer_than_10"


def test_who_sees_one_district_reads_the_states_public_line(state: Partnership) -> None:
    other = an_organization("Howrah body", "coordinating_body", HOWRAH)
    state.directory.save(other, indexed=False)
    freeze(state, a_cell("consent", "sent", 35), month="2026-09", district=HOWRAH)
    freeze(state, a_cell("consent", "sent", 40), month="2026-09", district=None)
    document = state.program("coordinator", other).get(API).get_json()
    assert [cell["value"] for cell in document["months"][0]["figures"]] == [40]


def test_capacity_is_what_open_listings_say(state: Partnership) -> None:
    both = (KOLKATA, HOWRAH)
    listed = (
        a_service(NODI, "Centre", needs=("OST", "WOMEN"), districts=both, places_available=4, places_as_of=NOON),
        a_service(NODI, "Ward", needs=("DETOX",), districts=both, accepting="closed"),
    )
    state.directory.save(*listed, indexed=False)
    capacity = state.program("coordinator").get(API).get_json()["districts"][0]["capacity"]
    assert capacity == {
        "services": 2,
        "open": 1,
        "waiting_list": 0,
        "closed": 1,
        "places": 4,
        "says_places": 1,
        "for_women": 1,
        "for_children": 0,
    }


def test_a_key_of_the_body_reads_the_view_and_a_providers_key_does_not(state: Partnership) -> None:
    def key(organization: UUID) -> str:
        with state.worker() as session:
            dependencies = Dependencies.from_settings(state.directory.settings)
            now = state.clock.now()
            return make_api_key(session, dependencies, organization, "x", scopes=None, by=None, now=now)

    state.a_meeting()
    count(state.browser("coordinator"), plan_session(state), str(STATION.id), PC="12/2")
    freeze(state, a_cell("consent", "sent", 35), month="2026-09")
    freeze(state, a_cell("share", "women", 9, "exact"), month="2026-09", district=None)
    client, bearer = state.app.test_client(), {"Authorization": f"Bearer {key(BODY.id)}"}
    assert client.get(API, headers=bearer).get_json() == state.program("coordinator").get(API).get_json()
    assert client.get(f"{API}.csv", headers=bearer).status_code == 200
    assert client.get("/api/partnership/meetings", headers=bearer).status_code == 403
    assert client.get("/state", headers=bearer).status_code in (401, 303)
    theirs = {"Authorization": f"Bearer {key(NODI.id)}"}
    assert client.get(API, headers=theirs).status_code == 403


def test_a_coordinator_makes_a_key_that_reads_and_none_that_writes_listings(state: Partnership) -> None:
    coordinator = state.member("coordinator")
    form = {"name": "Our warehouse", "days": "365"}
    assert coordinator.post("/api-keys/new", data=form | {"scopes": ["listings:write"]}).status_code == 422
    made = coordinator.post("/api-keys/new", data=form | {"scopes": ["partnership:read"]})
    assert "setu_" in made.text
    assert "Our warehouse" in coordinator.get("/api-keys").text


@contextmanager
def statements(partnership: Partnership) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = partnership.directory.web.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/state", API, f"{API}.csv", "/brief"])
def test_twelve_districts_cost_the_database_what_two_do(state: Partnership, path: str) -> None:
    def cost() -> int:
        with statements(state) as seen:
            assert state.browser("coordinator").get(path).status_code == 200
        return len(seen)

    few = cost()
    with state.worker() as session:
        session.add_all(District(code=900 + n, state_code=19, name=f"District {n}", names={}) for n in range(10))
    for number in range(10):
        freeze(state, a_cell("consent", "sent", 35), month="2026-09", district=900 + number)
        state.directory.save(an_organization(f"Station {number}", "police_unit", 900 + number), indexed=False)
    assert cost() == few <= 19


def test_services_are_found_by_the_districts_that_they_serve(state: Partnership, postgres_url: str) -> None:
    seen: list[tuple[str, Any]] = []
    state.directory.save(a_service(NODI, "Centre", districts=(KOLKATA, HOWRAH)), indexed=False)
    with state.worker() as session:
        another = "(jsonb_populate_record(service, jsonb_build_object('id', gen_random_uuid()))).*"
        session.execute(sql(f"INSERT INTO service SELECT {another} FROM service, generate_series(1, 200)"))  # noqa: S608 - no input

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    engine = state.directory.web.engine
    with psycopg.connect(postgres_url, dbname=engine.url.database, autocommit=True) as administrator:
        administrator.execute("VACUUM ANALYZE service")  # or the plan depends on whether that was done by itself
    with state.directory.web.transaction(state.somebody("coordinator").scope) as session:
        event.listen(engine, "before_cursor_execute", note)
        served = list_offers(session, [KOLKATA, HOWRAH])
        event.remove(engine, "before_cursor_execute", note)
        connection = session.connection()
        statement, parameters = seen[-1]
        for other in ("seqscan", "nestloop", "mergejoin"):  # two hundred rows of one provider are read as fast without
            connection.exec_driver_sql(f"SET LOCAL enable_{other} = off")
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    assert "service_districts_idx" in "".join(plan)
    assert "document" not in statement
    in_both = zip(served[KOLKATA], served[HOWRAH], strict=True)
    assert len(served[KOLKATA]) == 201
    assert all(one is other for one, other in in_both), "each service is read once"


def test_a_month_that_is_none_and_a_measure_that_is_none(state: Partnership) -> None:
    assert state.browser("coordinator").get("/state?month=2026-13&by=everything").status_code == 200
    for month in ("2026-13", "0001-01", "9999-12", "20२६-11", "2099-12"):
        assert state.program("coordinator").get(f"{API}?month={month}").status_code == 400, month
        for page in (f"/state?month={month}", f"/brief?until={month}", f"/brief?district={KOLKATA}&until={month}"):
            shown = state.browser("coordinator").get(page)
            assert (shown.status_code, re.search(r"\b2099\b", shown.text)) == (200, None), page
    assert today(state) > date(2026, 1, 1)
