"""Posted strength from a file: unknown ranks are asked about once, a later day replaces, an earlier one does not."""

import re

from sqlalchemy import text

from support.registry import AIZAWL, LUNGLEI, Registry, confirm_file, post, send_file

UPLOAD = "/registry/strength/upload"
HEADER = "unit_code,scope,rank,posted,as_of,source\n"


def figures(registry: Registry) -> list[tuple[str, int, str]]:
    with registry.house.worker.transaction() as session:
        query = "SELECT rank, posted, as_of::text FROM posted_strength ORDER BY rank"
        return [tuple(row) for row in session.execute(text(query))]


def test_a_later_day_replaces_and_the_same_file_changes_nothing(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="MZ-1", name="Bawngkawn station")
    file = f"{HEADER}MZ-1,own,HC,12,2026-04-01,SP's letter\nMZ-1,own,constable,40,2026-04-01,SP's letter\n"

    assert confirm_file(browser, send_file(browser, UPLOAD, file)).status_code == 303
    assert figures(registry) == [("HC", 12, "2026-04-01"), ("PC", 40, "2026-04-01")]
    assert "The file changes nothing" in browser.get(send_file(browser, UPLOAD, file).location).text
    newer = f"{HEADER}MZ-1,own,HC,15,2026-10-01,Roll\nMZ-1,own,PC,1,2025-01-01,Old roll\n"
    page = send_file(browser, UPLOAD, newer)
    assert "1 figure stays" in browser.get(page.location).text
    confirm_file(browser, page)

    assert figures(registry) == [("HC", 15, "2026-10-01"), ("PC", 40, "2026-04-01")]
    shown = browser.get("/registry/strength").text
    assert re.search(r"Head constable</strong>: 15 ", shown)
    assert re.search(r"Inspector</strong>: .*not known.*known for 0 of 1 units", shown)


def test_an_unknown_rank_is_asked_about_once_in_a_state(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="MZ-1")
    sent = send_file(browser, UPLOAD, f"{HEADER}MZ-1,own,Naik Writer,3,2026-04-01,Roll\n")
    page = browser.get(sent.location).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]  # type: ignore[index]  # it is on the page
    assert "“Naik Writer”, line 2" in page

    unsaid = post(browser, sent.location, seen=seen)
    assert unsaid.status_code == 422
    assert post(browser, sent.location, seen=seen, **{"rank.police_unit.naik-writer": "NURSE"}).status_code == 422
    assert figures(registry) == []
    assert post(browser, sent.location, seen=seen, **{"rank.police_unit.naik-writer": "HC"}).status_code == 303

    assert figures(registry) == [("HC", 3, "2026-04-01")]
    theirs = registry.browser(registry.other)
    registry.make(theirs, code="MZ-9", district_code=str(LUNGLEI))
    known = send_file(theirs, UPLOAD, f"{HEADER}MZ-9,own,naik writer,4,2026-04-01,Roll\n")
    assert "1 new figure" in theirs.get(known.location).text


def test_faults_are_named_and_another_districts_unit_is_none(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="MZ-1")
    registry.make(browser, kind="provider", code="MZ-NGO")
    registry.make(registry.browser(registry.other), code="FAR", district_code=str(LUNGLEI))
    file = f"""{HEADER}FAR,own,HC,1,2026-04-01,Roll
MZ-NGO,own,HC,1,2026-04-01,Roll
MZ-1,everywhere,HC,1,2026-04-01,Roll
MZ-1,own,HC,many,2026-04-01,Roll
MZ-1,own,HC,1,2999-04-01,Roll
MZ-1,own,HC,1,2026-04-01,=1+1
MZ-1,own,HC,1,2026-04-01,Roll
MZ-1,own,head constable,1,2026-04-01,Roll
"""
    page = browser.get(send_file(browser, UPLOAD, file).location).text

    told = [(int(line), field) for line, field in re.findall(r"<li>Line (\d+), <code[^>]*>(\w+)</code>:", page)]
    assert told == [
        (2, "unit_code"),
        (3, "unit_code"),
        (4, "scope"),
        (5, "posted"),
        (6, "as_of"),
        (7, "source"),
        (9, "rank"),
    ]
    assert figures(registry) == []


def test_the_file_to_fill_in_comes_back_as_it_was(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="MZ-1")
    empty = browser.get("/registry/strength/template.csv").text
    assert browser.get(f"/registry/strength/template.csv?district={'9' * 5_000}").text == empty
    assert "MZ-1,own,HC,,," in empty
    confirm_file(browser, send_file(browser, UPLOAD, f"{HEADER}MZ-1,own,HC,7,2026-04-01,Roll\n"))

    assert "MZ-1,own,HC,7,2026-04-01,Roll" in browser.get("/registry/strength/template.csv").text


def test_rows_of_another_district_are_closed_to_the_web_role(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="MZ-1")
    confirm_file(browser, send_file(browser, UPLOAD, f"{HEADER}MZ-1,own,HC,7,2026-04-01,Roll\n"))

    for districts, count in (((AIZAWL,), 1), ((LUNGLEI,), 0), ((), 0)):
        with registry.house.web.transaction(registry.house.as_web(role="coordinator", districts=districts)) as session:
            assert session.scalar(text("SELECT count(*) FROM posted_strength")) == count
