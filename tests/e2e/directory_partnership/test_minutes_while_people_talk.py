"""Minutes in a browser: saved as typed, a second writer's lines come in, a refused text stays on the page alone."""

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from directory_service.partnership.store.tables import Meeting, MinutesLine
from support.events import eventually
from support.kit.browser_clock import let_it_ask_again, stop_the_clock
from support.partnership import FAR_BODY

TYPE_AND_LOOK = """field => {
    field.value += "!";
    field.dispatchEvent(new Event("input", {bubbles: true}));
    return field.form.querySelector(".said").textContent;
}"""


@pytest.fixture
def table(shared_table: Any) -> Any:
    """One for all tests of this file, each of which has a meeting of its own."""
    return shared_table


@pytest.fixture(scope="module")
def each_month(table_of_the_file: Any) -> Iterator[dict[str, Any]]:
    """What is stored of a meeting that has begun, of one month after another: a district has one in each."""
    table_of_the_file.partnership.a_meeting()
    (begun,) = table_of_the_file.partnership.meetings()
    stored = {column.name: getattr(begun, column.name) for column in Meeting.__table__.columns}
    return (stored | {"month": date(year, 1, 1)} for year in itertools.count(2030))


@pytest.fixture
def meeting(table: Any, each_month: Iterator[dict[str, Any]]) -> UUID:
    made = uuid4()
    with table.partnership.worker() as session:
        session.add(Meeting(**next(each_month) | {"id": made}))
    return made


def texts(table: Any, meeting: UUID) -> list[str]:
    of_it = select(MinutesLine.text).where(MinutesLine.meeting_id == meeting)
    with table.partnership.worker() as session:
        return list(session.scalars(of_it.order_by(MinutesLine.created_at, MinutesLine.id)))


def opened(table: Any, meeting: object) -> Page:
    page: Page = table.context("coordinator", width=1280).new_page()
    page.goto(f"/meetings/{meeting}/minutes")
    return page


def test_two_people_type_at_once_and_see_each_other(table: Any, meeting: UUID) -> None:
    left, right = opened(table, meeting), opened(table, meeting)

    left.locator("#f-text").press_sequentially("Cards are short")
    expect(left.locator("#add .said")).to_have_text("Saved")
    assert texts(table, meeting) == ["Cards are short"], "saved before anybody pressed a key for it"
    left.locator("#f-text").press("Enter")
    right.locator("#f-text").fill("The centre opens on Sundays")
    right.locator("#add input[value=decision]").check(force=True)
    right.locator("#f-text").press("Enter")
    for page in (left, right):
        expect(page.locator("[data-lines] textarea")).to_have_count(2)
    expect(left.locator("[data-lines] .decision textarea")).to_have_value("The centre opens on Sundays")

    own = left.locator("[data-lines] li:not(.decision)")
    own.locator("textarea").fill("Cards are short in two units")
    expect(own.locator(".said")).to_have_text("Saved")
    same = own.locator("form").get_attribute("data-line")
    changed = right.locator(f"form[data-line='{same}'] textarea")
    expect(changed).to_have_value("Cards are short in two units")
    assert sorted(texts(table, meeting)) == ["Cards are short in two units", "The centre opens on Sundays"]

    changed.focus()
    own.locator("textarea").fill("Cards are short in six units")
    expect(own.locator(".said")).to_have_text("Saved")
    changed.fill("Cards are short in three units")
    expect(right.locator("li:has(:focus) .said")).to_contain_text("theirs stands below")
    expect(right.locator("li:has(:focus) + li textarea")).to_have_value("Cards are short in six units")


def test_the_sheet_on_the_wall_fills_in_while_somebody_types(table: Any, meeting: UUID) -> None:
    minutes, wall = opened(table, meeting), table.context("coordinator", width=1280).new_page()
    wall.goto(f"/meetings/{meeting}/sheet")
    wall.evaluate("() => scrollTo(0, 200)")

    minutes.locator("#f-text").fill("The centre opens on Sundays")
    minutes.locator("#f-text").press("Enter")

    expect(wall.locator(".sheet .minutes")).to_have_text("The centre opens on Sundays", timeout=30_000)
    assert wall.evaluate("() => scrollY") == 200


def test_the_sheet_on_the_wall_asks_no_more_once_its_meeting_is_off(table: Any, meeting: UUID) -> None:
    wall = table.context("coordinator", width=1280).new_page()
    stop_the_clock(wall)
    wall.goto(f"/meetings/{meeting}/sheet")
    asked: list[int] = []
    wall.on("response", lambda answer: asked.append(answer.status) if "x-setu-poll" in answer.request.headers else None)
    assert [let_it_ask_again(wall).status for _ in range(2)] == [200, 304]

    table.partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    assert let_it_ask_again(wall).status == 200
    wall.clock.run_for(60_000)
    wall.evaluate("fetch(location.href).then(answer => answer.text())")  # whatever was asked before is answered by now
    assert asked == [200, 304, 200]


def hold_the_next(page: Page) -> list[Route]:
    """What the page sends next is held in this list until it is continued."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held or route.request.method != "POST":
            route.continue_()
        else:
            held.append(route)

    page.route("**/minutes**", hold)
    return held


def wait_for_one(held: list[Route], page: Page) -> None:
    """Let the page work until something is held; one that sends nothing fails."""
    for _ in range(500):
        if held:
            return
        page.wait_for_timeout(20)
    raise AssertionError("nothing was sent for ten seconds")


def test_a_kind_picked_while_the_text_is_on_its_way_is_saved_too(table: Any, meeting: UUID) -> None:
    page = opened(table, meeting)
    held = hold_the_next(page)
    page.locator("#f-text").fill("The centre opens on Sundays")
    wait_for_one(held, page)
    page.locator("#add input[value=decision]").check(force=True)
    page.locator("#f-text").press("Enter")

    held[0].continue_()

    expect(page.locator("[data-lines] .decision textarea")).to_have_value("The centre opens on Sundays")
    with table.partnership.worker() as session:
        kinds = session.scalars(select(MinutesLine.kind).where(MinutesLine.meeting_id == meeting))
        assert kinds.all() == ["decision"]


def test_a_next_line_that_is_emptied_again_is_no_line_and_what_is_typed_while_it_goes_is_one(
    table: Any, meeting: UUID
) -> None:
    page = opened(table, meeting)
    page.locator("#f-text").fill("The centre opens on Sundays")
    expect(page.locator("#add .said")).to_have_text("Saved")
    assert page.locator("#f-text").evaluate(TYPE_AND_LOOK) == "", "not saved yet, and not said to be"
    page.locator("#f-text").fill("")
    eventually(lambda: texts(table, meeting) == [])
    page.locator("#f-text").fill("Cards are short")
    page.locator("#f-text").press("Enter")
    expect(page.locator("[data-lines] textarea")).to_have_value("Cards are short")
    assert texts(table, meeting) == ["Cards are short"]

    page.locator("#f-text").fill("The centre opens on Sundays")
    expect(page.locator("#add .said")).to_have_text("Saved")
    held = hold_the_next(page)
    page.locator("#f-text").fill("")
    wait_for_one(held, page)
    page.locator("#f-text").fill("Ink is short")
    held[0].continue_()
    expect(page.locator("#add .said")).to_have_text("Saved")
    expect(page.locator("#f-text")).to_have_value("Ink is short")
    assert sorted(texts(table, meeting)) == ["Cards are short", "Ink is short"]  # written in one moment of its clock


def sent_by(page: Page) -> list[int]:
    """The statuses of the answers to what the page sends from now on."""
    statuses: list[int] = []
    page.on("response", lambda answer: statuses.append(answer.status) if answer.request.method == "POST" else None)
    return statuses


def test_what_is_typed_after_the_session_ended_stays_and_goes_once_its_writer_is_back(
    table: Any, meeting: UUID
) -> None:
    page = opened(table, meeting)
    mine = page.context.cookies()
    others = table.context("coordinator", at=FAR_BODY).cookies()
    sent, saved = sent_by(page), list[str]()
    for text, whose, refused in (("Cards are short", [], 401), ("Cards are very short", others, 409)):
        page.context.clear_cookies()
        page.context.add_cookies(whose)
        sent.clear()

        page.locator("#f-text").fill(text)

        expect(page.locator("#add .said")).to_contain_text("Your session has ended.")
        expect(page.locator("#add .said a[target=_blank]")).to_have_text("Sign in, in a new window")
        expect(page.locator("#f-text")).to_have_value(text)
        page.wait_for_timeout(4_000)
        assert sent == [refused], "it is not sent again by itself"
        assert texts(table, meeting) == saved
        page.context.clear_cookies()
        page.context.add_cookies(mine)
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator("#add .said")).to_have_text("Saved")
        saved = [text]
        assert texts(table, meeting) == saved


def test_a_refused_text_is_told_at_once_and_stays_in_the_box(table: Any, meeting: UUID) -> None:
    page = opened(table, meeting)
    page.locator("#f-text").fill("Constable Ram came")
    page.locator("#f-text").press("Enter")

    expect(page.locator("#add .said")).to_contain_text("a person's name")
    expect(page.locator("#f-text")).to_have_value("Constable Ram came")
    assert texts(table, meeting) == []
