"""Training on screen: planned, counted by rank by each side, shown as coverage, closed to other districts."""

import re
from datetime import timedelta

from sqlalchemy import text

from support.partnership import ALO, FAR_BODY, FAR_STATION, OTHER_STATION, PRISON, STATION, Partnership
from support.training import count, plan_session, post_strength, send_counts, today


def test_a_coordinator_counts_by_rank_and_the_count_replaces_itself(partnership: Partnership) -> None:
    training, coordinator = plan_session(partnership), partnership.browser("coordinator")
    assert "planned" in coordinator.get(f"/training/{training}").text
    for numbers in ("30/5", "12/2"):
        assert count(coordinator, training, str(STATION.id), PC=numbers, HC="৩").status_code == 303
    page = coordinator.get(f"/training/{training}").text
    assert "15 people, 2 of them trained before" in page
    assert "held" in page
    assert page.index("<dt>Constable") < page.index("<dt>Head constable")
    count(coordinator, training, str(STATION.id), PC="0", HC="0")
    assert "Nobody has counted yet" in coordinator.get(f"/training/{training}").text


def test_coverage_counts_only_what_was_held_against_who_is_posted(partnership: Partnership) -> None:
    supervisor, coordinator = partnership.browser("unit_supervisor"), partnership.browser("coordinator")
    assert "ask for strength" in supervisor.get("/training").text
    for at in (STATION, OTHER_STATION):
        post_strength(partnership, {"PC": 20, "HC": 5}, at=at)
    post_strength(partnership, {"WARDER": 10, "HEAD_WARDER": 0}, at=PRISON)
    training = plan_session(partnership)
    count(supervisor, training, PC="12/2")
    assert re.search(r"at most 0 %.*\n?.*0 of 60 posted", supervisor.get("/training").text)
    coordinator.post(f"/training/{training}/held", data={"seen": "1"})
    assert re.search(r"at most 17 %.*\n?.*10 of 60 posted", supervisor.get("/training").text)


def test_a_supervisor_counts_the_own_unit_alone(partnership: Partnership) -> None:
    training, supervisor = plan_session(partnership), partnership.browser("unit_supervisor")
    assert count(supervisor, training, str(OTHER_STATION.id), PC="4").status_code == 303
    with partnership.worker() as session:
        query = "SELECT organization_id, rank, attended, repeat FROM training_count"
        assert [tuple(row) for row in session.execute(text(query))] == [(STATION.id, "PC", 4, 0)]
    assert "planned" in supervisor.get(f"/training/{training}").text
    for role in ("provider_manager", "data_officer"):
        assert count(partnership.browser(role), training, PC="1").status_code == 403


def test_a_number_that_is_none_is_refused_and_stays_typed(partnership: Partnership) -> None:
    training, coordinator, faults = plan_session(partnership), partnership.browser("coordinator"), {}
    for numbers in ("many", "1000", "3/4", "3/x"):
        answer = count(coordinator, training, str(STATION.id), HC="7", PC=numbers)
        told = answer.status_code, answer.text.count('class="error-summary"'), 'value="7"' in answer.text
        if told != (422, 1, True):
            faults[numbers] = told
    assert faults == {}


def test_nobody_counts_before_the_day_and_a_session_that_is_called_off_stays_so(partnership: Partnership) -> None:
    ahead, coordinator = (
        plan_session(partnership, today(partnership) + timedelta(1)),
        partnership.browser("coordinator"),
    )
    assert count(coordinator, ahead, PC="3").status_code == 409
    assert coordinator.get(f"/training/{ahead}/certificates").status_code == 404
    stale = coordinator.post(f"/training/{ahead}/cancel", data={"seen": "9" * 5_000})
    assert stale.status_code == 409
    assert coordinator.post(f"/training/{ahead}/cancel", data={"seen": "1"}).status_code == 303
    assert coordinator.post(f"/training/{ahead}/held", data={"seen": "2"}).status_code == 409


def test_a_plan_is_changed_while_it_is_ahead_and_names_no_person(partnership: Partnership) -> None:
    training, coordinator = plan_session(partnership), partnership.browser("coordinator")
    typed = {"seen": "1", "day": str(today(partnership)), "topics": ["women"], "trainers": [str(ALO.id)]}
    refused = coordinator.post(f"/training/{training}/change", data={**typed, "place": "Shri Ram's office"})
    assert (refused.status_code, "a person's name" in refused.text or "person&#39;s name" in refused.text) == (
        422,
        True,
    )
    assert coordinator.post(f"/training/{training}/change", data={**typed, "place": "Lines"}).status_code == 303
    assert "Alo" in coordinator.get(f"/training/{training}").text
    empty = coordinator.post("/training/new", data={"place": "Lines"})
    assert (empty.status_code, empty.text.count('class="error"')) == (422, 3)
    strange = coordinator.post("/training/new", data={**typed, "trainers": [str(FAR_STATION.id)]})
    assert strange.status_code == 404


def test_another_district_is_not_there(partnership: Partnership) -> None:
    training = plan_session(partnership)
    for role, at in (("coordinator", FAR_BODY), ("unit_supervisor", FAR_STATION)):
        browser = partnership.browser(role, at)
        assert browser.get(f"/training/{training}").status_code == 404
        assert count(browser, training, PC="1").status_code == 404
        assert "/training/" + str(training) not in browser.get("/training").text
    with partnership.directory.web.transaction(partnership.somebody("coordinator", FAR_BODY).scope) as session:
        for table in ("training_session", "training_trainer", "training_count"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608  # names of our own
    assert partnership.browser("officer").get("/training").status_code == 403


def test_a_file_is_looked_at_first_and_stored_as_it_was_seen(partnership: Partnership) -> None:
    with partnership.worker() as session:
        session.execute(text("UPDATE organization SET code = 'WB-1' WHERE id = :id"), {"id": STATION.id})
    training, coordinator = plan_session(partnership), partnership.browser("coordinator")
    assert f"{training},WB-1,PC,0,0" in coordinator.get(f"/training/{training}/attendance.csv").text
    header = "session,unit_code,rank,attended,repeat\n"
    page = send_counts(coordinator, f"{header}{training},WB-1,constable,12,2\n{training},,WARDER,3,\n")
    seen, file = re.search(r'name="seen" value="(\w+)"', page.text)[1], f"{header}{training},WB-1,PC,12,2\n"  # type: ignore[index]  # it is there
    assert (
        coordinator.post(
            "/training/upload/confirm", data={"seen": seen, "file": f"{header}{training},,PC,9,0\n"}
        ).status_code
        == 409
    )
    file = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)[1]  # type: ignore[index]  # it is there
    assert coordinator.post("/training/upload/confirm", data={"seen": seen, "file": file}).status_code == 303
    assert "15 people, 2 of them trained before" in coordinator.get(f"/training/{training}").text


def test_what_is_wrong_in_a_file_is_named_by_line_and_a_column_of_names_refuses_it(partnership: Partnership) -> None:
    training, coordinator = plan_session(partnership), partnership.browser("coordinator")
    far = plan_session(partnership, at=FAR_BODY)
    lines = [f"{far},,PC,1,0", f"{training},XX,PC,1,0", f"{training},,Naik Writer,1,0", f"{training},,PC,x,0"]
    lines += [f"{training},,PC,1,2", f"{training},,PC,1,0", f"{training},,PC,1,0"]
    page = send_counts(coordinator, "session,unit_code,rank,attended,repeat\n" + "\n".join(lines)).text
    told = [(int(line), column) for line, column in re.findall(r"<li>Line (\d+), <code[^>]*>(\w+)</code>", page)]
    assert told == [(2, "session"), (3, "unit_code"), (4, "rank"), (5, "attended"), (6, "repeat"), (8, "rank")]
    named = send_counts(coordinator, f"session,name,rank,attended\n{training},Das,PC,1\n")
    assert (named.status_code, "never a name" in named.text) == (422, True)


def test_a_certificate_is_offered_once_the_session_was_held(partnership: Partnership) -> None:
    training, coordinator = plan_session(partnership), partnership.browser("coordinator")
    address, supervisor = f"/training/{training}", partnership.browser("unit_supervisor")
    for reader in (coordinator, supervisor):
        page = reader.get(address).text
        assert (f"{address}/certificates" in page, "once the session counts as held" in page) == (False, True)
        assert reader.get(f"{address}/certificates").status_code == 404

    coordinator.post(f"{address}/held", data={"seen": "1"})

    for reader in (coordinator, supervisor):
        page = reader.get(address).text
        assert (f"{address}/certificates" in page, "once the session counts as held" in page) == (True, False)
        assert reader.get(f"{address}/certificates").status_code == 200


def test_a_certificate_has_a_blank_line_and_no_name(partnership: Partnership) -> None:
    training = plan_session(partnership)
    partnership.browser("coordinator").post(f"/training/{training}/held", data={"seen": "1"})
    page = partnership.browser("unit_supervisor").get(f"/training/{training}/certificates").text
    assert page.count('class="blank-line"') == 3
    assert "55 minutes" in page
    assert "<input" not in page.split('class="certificate"')[1].split("</main>")[0]
