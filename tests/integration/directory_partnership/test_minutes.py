"""Minutes: saved as typed, two writers lose nothing, confirmed ones are only added to, refused text is nowhere."""

import re
import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from directory_service.partnership.store.tables import MinutesLine
from directory_service.partnership.use_cases.write_minutes import NewLine, add_line, change_line
from support.kit.examples import examples
from support.partnership import STATION, Partnership, in_force

JSON = {"Accept": "application/json"}


def line(words: str, number: int | UUID = 1, **more: str) -> dict[str, str]:
    made = UUID(int=number) if isinstance(number, int) else number
    return {"line": str(made), "part": "4", "kind": "note", "text": words, **more}


def written(partnership: Partnership) -> list[str]:
    with partnership.worker() as session:
        return sorted(session.scalars(select(MinutesLine.text)))


def test_a_line_is_added_once_and_changed_as_it_was_seen(partnership: Partnership) -> None:
    address = f"/meetings/{partnership.a_meeting()}/minutes"
    browser = partnership.browser("coordinator")
    for _ in range(2):
        answer = browser.post(address, data=line("Cards are short"), headers=JSON).get_json()
        assert answer["line"]["version"] == 1
    changed = browser.post(f"{address}/{UUID(int=1)}", data=line("Cards are very short", seen="1"), headers=JSON)
    assert changed.get_json()["line"]["version"] == 2
    held = browser.get(f"{address}/lines")
    assert [each["text"] for each in held.get_json()["lines"]] == ["Cards are very short"]
    assert browser.get(f"{address}/lines", headers={"If-None-Match": held.headers["ETag"]}).status_code == 304
    browser.post(f"{address}/{UUID(int=1)}", data=line("", seen="2"), headers=JSON)
    assert written(partnership) == []


def test_without_a_script_the_button_does_the_same(partnership: Partnership) -> None:
    address = f"/meetings/{partnership.a_meeting()}/minutes"
    browser = partnership.browser("coordinator")
    assert browser.post(address, data=line("Cards are short")).status_code == 303
    browser.post(f"{address}/{UUID(int=1)}", data=line("Two units need cards", seen="1"))
    late = browser.post(f"{address}/{UUID(int=1)}", data=line("Three units need cards", seen="1"))
    page = browser.get(late.headers["Location"]).text
    told, _, below = page.partition("Theirs stays, and stands below; yours is a line of its own, further down.")
    assert told != page
    assert below.index("Two units need cards") < below.index("<form"), "theirs stands below at once"
    assert below.index("Two units need cards</textarea>") < below.index("Three units need cards</textarea>")
    assert written(partnership) == ["Three units need cards", "Two units need cards"]


def test_what_somebody_else_made_of_the_line_comes_with_the_answer(partnership: Partnership) -> None:
    address = f"/meetings/{partnership.a_meeting()}/minutes"
    browser = partnership.browser("coordinator")
    browser.post(address, data=line("Cards are short"))
    same = f"{address}/{UUID(int=1)}"
    browser.post(same, data=line("Two units need cards", seen="1"), headers=JSON)

    late = browser.post(same, data=line("Three units need cards", seen="1"), headers=JSON).get_json()

    assert (late["is_new"], late["line"]["text"]) == (True, "Three units need cards")
    assert (late["theirs"]["id"], late["theirs"]["text"]) == (str(UUID(int=1)), "Two units need cards")
    browser.post(same, data=line("", seen="2"), headers=JSON)
    gone = browser.post(same, data=line("Four units need cards", seen="2"), headers=JSON).get_json()
    assert (gone["is_new"], gone["theirs"]) == (True, None), "there is nothing of theirs to show"
    page = browser.get(browser.post(same, data=line("Five units need cards", seen="2")).headers["Location"]).text
    assert "Somebody took that line out at the same time. Yours stands below as a line of its own." in page


def test_two_writers_at_the_same_line_keep_both_texts_whatever_the_order(partnership: Partnership) -> None:
    meeting, both = partnership.a_meeting(), threading.Barrier(2)
    partnership.browser("coordinator").post(f"/meetings/{meeting}/minutes", data=line("First"))
    statuses: list[int] = []

    def write(words: str) -> None:
        browser = partnership.browser("coordinator")
        both.wait()
        answer = browser.post(f"/meetings/{meeting}/minutes/{UUID(int=1)}", data=line(words, seen="1"), headers=JSON)
        statuses.append(answer.status_code)

    writers = [threading.Thread(target=write, args=(words,)) for words in ("From the left", "From the right")]
    for each in writers:
        each.start()
    for each in writers:
        each.join()

    assert statuses == [200, 200]
    assert written(partnership) == ["From the left", "From the right"]


words = st.sampled_from(["hours", "cards", "women", "training", "visits"])
steps = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["add", "change", "look"]), st.integers(0, 3), words), max_size=14
)


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(steps=steps)
def test_nothing_that_two_writers_typed_is_lost(partnership: Partnership, steps: list[Any]) -> None:
    """Each writer sees the page as it was at the last look; what was typed on a seen line, or beside it, stays."""
    meeting = partnership.a_meeting()
    who, now = partnership.somebody("coordinator"), partnership.clock.now()
    with partnership.worker() as session:
        session.execute(delete(MinutesLine))
    seen: dict[str, dict[UUID, int]] = {"A": {}, "B": {}}
    order, expected = [], {}
    for number, (writer, step, which, word) in enumerate(steps):
        typed = NewLine(4, "note", f"{word} {writer} {number}")
        with partnership.directory.web.transaction(who.scope) as session:
            if step == "look":
                seen[writer] = {row.id: row.version for row in session.scalars(select(MinutesLine))}
            elif step == "add":
                added = add_line(session, who, meeting, uuid4(), typed, now)
                order.append(added.id)
                expected[added.id] = (typed.text, 1)
            elif which < len(order) and order[which] in seen[writer]:
                target, version = order[which], seen[writer][order[which]]
                out = change_line(session, who, meeting, target, typed, version, now, ids=partnership.ids)
                assert out.line is not None
                assert out.is_new == (expected[target][1] != version), "a line that moved is never overwritten"
                expected[out.line.id] = (typed.text, out.line.version)
                seen[writer][out.line.id] = out.line.version

    assert written(partnership) == sorted(kept for kept, _ in expected.values())


def test_confirmed_minutes_are_only_added_to(partnership: Partnership) -> None:
    first = partnership.a_meeting()
    browser = partnership.browser("coordinator")
    browser.post(f"/meetings/{first}/minutes", data=line("Cards are short"))
    browser.post(f"/meetings/{first}/settle", data={"seen": "2"})
    assert browser.post(f"/meetings/{first}/confirm", data={"seen": "3"}).status_code == 409, (
        "not before the next meeting"
    )
    partnership.propose()
    partnership.a_meeting()
    browser = partnership.browser("coordinator")
    assert browser.post(f"/meetings/{first}/confirm", data={"seen": "3"}).status_code == 303

    changed = browser.post(f"/meetings/{first}/minutes/{UUID(int=1)}", data=line("Nothing was short", seen="1"))
    added = browser.post(f"/meetings/{first}/minutes", data=line("The cards came later", 2))
    assert (changed.status_code, added.status_code) == (409, 303)
    assert written(partnership) == ["Cards are short", "The cards came later"]
    assert "added after the minutes were confirmed" in browser.get(f"/meetings/{first}").text


def test_refused_text_is_stored_nowhere_and_logged_nowhere(
    partnership: Partnership, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    address = f"/meetings/{partnership.a_meeting()}/minutes"
    browser, refused = partnership.browser("coordinator"), ("Shri Zzyzx came", "ring 98765 43210", "রাত ১০টায় জিজিএক্স")
    with caplog.at_level("DEBUG"):
        for words in refused:
            answers = [browser.post(address, data=line(words), headers=kind) for kind in (JSON, {})]
            assert [answer.status_code for answer in answers] == [422, 422]
            action = {"action_text": words, "post": words, "owner": str(STATION.id), "due": "2027-01-10"}
            assert browser.post(address.replace("/minutes", "/actions"), data=action).status_code == 422

    out = capfd.readouterr()
    with partnership.worker() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        stored = [
            (table, words)
            for table in tables
            for words in refused
            if session.scalar(text(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE :w"), {"w": f"%{words}%"})  # noqa: S608 - names from the catalogue
        ]
    assert stored == []
    assert [words for words in refused if words in caplog.text + out.out + out.err] == []


def test_only_the_coordinator_writes_minutes_and_only_once_the_meeting_began(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    assert partnership.browser("provider_manager").get(f"/meetings/{meeting}/minutes").status_code == 403
    early = partnership.browser("coordinator").post(f"/meetings/{meeting}/minutes", data=line("Too early"))
    assert early.status_code == 409


def test_a_version_that_no_row_has_is_a_conflict_however_long_it_is(partnership: Partnership) -> None:
    agreement, meeting = in_force(partnership), partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    for seen in ("", "-1", "x", "²", "9" * 5000):
        for act in (f"/meetings/{meeting}/cancel", f"/meetings/{meeting}/settle", f"/partnerships/{agreement}/end"):
            assert coordinator.post(act, data={"seen": seen}).status_code == 409, (act, seen[:9])


def test_parts_to_choose_from_are_numbered_as_the_reader_writes_numbers(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()

    page = partnership.browser("coordinator").get(f"/meetings/{meeting}/minutes?lang=bn").text

    assert re.findall(r'<option value="7"[^>]*>(\S+) ', page) == ["৭."]
