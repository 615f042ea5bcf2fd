"""Study cards: read by whoever refers or answers, judged at once, counted without a trace of who answered."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from directory_service.listings.domain.records import Organization
from directory_service.partnership.domain.study_cards import CARDS, STATEMENTS
from support.partnership import BODY, FAR_BODY, Partnership

RIGHT = {code: ["true" if one.is_true else "untrue" for one in card.statements] for code, card in CARDS.items()}


def answers(said: list[str]) -> dict[str, str]:
    return {f"s{place}": each for place, each in enumerate(said)}


def rows(partnership: Partnership, table: str) -> list[tuple[Any, ...]]:
    with partnership.worker() as session:
        return [tuple(row) for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608  # names of our own


def test_each_card_has_facts_and_five_statements_of_both_kinds() -> None:
    assert list(CARDS) == ["law", "words", "overdose", "consent", "women"]
    for card in CARDS.values():
        assert len(card.statements) == STATEMENTS
        assert {one.is_true for one in card.statements} == {True, False}
        assert {one.fact for one in card.statements} <= set(range(len(card.facts)))


def test_who_refers_or_answers_reads_and_judges(partnership: Partnership) -> None:
    for role in ("officer", "custody_health", "case_worker"):
        browser = partnership.browser(role)
        page = browser.get("/study").text
        assert all(f'href="/study/{code}"' in page for code in CARDS), role
        answer = browser.post("/study/law", data=answers(RIGHT["law"]))
        assert answer.location == "/study/law/answers?said=ututu", role
        assert "5 of 5 right" in browser.get(answer.location).text, role
    assert partnership.browser("unit_supervisor").get("/study").status_code == 403


def test_answers_are_sums_and_leave_nothing_else(partnership: Partnership) -> None:
    before = {table: len(rows(partnership, table)) for table in ("outbox", "audit_entry")}
    for said in (RIGHT["overdose"], RIGHT["overdose"], ["true"] * 5):
        assert partnership.browser("officer").post("/study/overdose", data=answers(said)).status_code == 303
    month = partnership.clock.now().date().replace(day=1)
    assert sorted(rows(partnership, "study_count")) == [
        (315, month, "overdose", 1, False, 1),
        (315, month, "overdose", 1, True, 2),
    ]
    assert {table: len(rows(partnership, table)) for table in before} == before


def test_sums_are_told_of_months_that_are_over_from_ten_on_and_rounded_to_five(partnership: Partnership) -> None:
    """Exact and live, they would tell a supervisor who looks before and after how one constable answered."""

    def told(at: Organization = BODY) -> str:
        page = partnership.browser("coordinator", at).get("/training").text
        return page.partition("Study cards answered")[2].partition("</p>")[0]

    for said, often in ((RIGHT["overdose"], 9), (["true"] * 5, 3)):
        for _ in range(often):
            assert partnership.browser("officer").post("/study/overdose", data=answers(said)).status_code == 303
    assert told() == ""
    partnership.clock.advance(timedelta(days=31))
    assert told() == " in the last 12 whole months: about 10, understood: fewer than 10."
    assert told(FAR_BODY) == ""


def test_an_answer_that_is_missing_is_asked_for_and_none_is_counted(partnership: Partnership) -> None:
    browser = partnership.browser("officer")
    asked = browser.post("/study/words", data=answers(["true", "", "maybe", "true", "true"]))
    assert (asked.status_code, asked.text.count('class="error"')) == (422, 2)
    assert rows(partnership, "study_count") == []
    for path in ("/study/football", "/study/law/answers?said=tttt", "/study/law/answers?said=ttttx"):
        assert browser.get(path).status_code == 404


def test_programs_answer_alike(partnership: Partnership) -> None:
    program, at = partnership.program("case_worker"), "/api/partnership/study-cards"
    assert [each["code"] for each in program.get(at).get_json()["items"]] == list(CARDS)
    judged = program.post(f"{at}/consent/answers", json={"answers": [True] * 5}).get_json()
    assert judged == {"right": [one.is_true for one in CARDS["consent"].statements], "passed": False}
    for wrong in ([True], ["yes"] * 5):
        assert program.post(f"{at}/consent/answers", json={"answers": wrong}).status_code == 422
    assert program.post(f"{at}/football/answers", json={"answers": [True] * 5}).status_code == 404
    assert partnership.program("coordinator").get(at).status_code == 403
