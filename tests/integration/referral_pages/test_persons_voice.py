"""The page behind the card, and the page of what was said: without a browser."""

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select

from referral_service.domain.voices import Voice
from referral_service.outside.codes import new_card_code
from referral_service.store.tables_cards import card_request, voice_count
from service_kit.identity import Principal
from service_kit.session_tokens import by_cookie
from support.referral import (
    BODY,
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    DATA_OFFICER,
    HYDERABAD,
    KOLKATA,
    OFFICER,
    OTHER_STATION,
    STATION,
    TOKENS,
    WORKER,
    ReferralService,
    a_person,
)

LEADS_TO_THE_SERVICE = re.compile('(href|formaction)="/with-card"')
TELLING = ("drug", "dependence", "hiv", "opioid", "निर्भरता", "নির্ভরতা", "नशा", "নেশা", "एचआईवी", "এইচআইভি")
OF_POLICE = (
    *("police", "station", "officer", "prison", "jail", "custody", "arrest", "case against"),
    *("पुलिस", "थाने", "अधिकारी", "जेल", "कारागार", "हिरासत", "रिहाई", "ख़िलाफ़"),
    *("পুলিশ", "থানা", "অফিসার", "জেল", "কারাগার", "হেফাজত", "মুক্তি", "মামলা"),
)


def queued(setu: ReferralService) -> list[str]:
    """What waits for the worker, in any order."""
    with setu.worker_db.transaction() as session:
        return sorted(session.scalars(select(card_request.c.asked)))


def counted(setu: ReferralService, said: Voice, district: int | None, organization: UUID | None, count: int) -> None:
    """So often this was said, this year, in West Bengal."""
    row = {"year": 2026, "said": said, "state": "WB", "district": district, "organization_id": organization}
    with setu.worker_db.transaction() as session:
        session.execute(insert(voice_count).values(**row, audience=[KOLKATA, 303], count=count))


def lines(page: str) -> list[tuple[str, str]]:
    """Term and value of every line."""
    parts = page.split("<dt>")[1:]
    return [(_plain(part.split("</dt>")[0]), _plain(part.split("<dd>")[1].split("</dd>")[0])) for part in parts]


def _plain(html: str) -> str:
    while "<" in html:
        html = html[: html.index("<")] + html[html.index(">") + 1 :]
    return " ".join(html.split())


def test_each_of_the_five_leads_to_the_same_calm_page_whatever_the_code_was(setu: ReferralService) -> None:
    referral, client, answers = setu.sent(), setu.app.test_client(), set()
    for code in (referral.card_code, new_card_code(setu.ids)):
        for said in Voice:
            answer = client.post("/withdraw/say", data={"code": code, "said": said})
            answers.add((answer.status_code, answer.headers["Location"], answer.data))
    assert {(status, location) for status, location, _body in answers} == {(303, "/withdraw/heard")}
    assert len(answers) == 1
    assert queued(setu) == sorted([*Voice, *Voice])
    assert "We have heard you" in client.get("/withdraw/heard").text


def test_taking_consent_back_is_one_press_on_the_same_page_and_unchanged(setu: ReferralService) -> None:
    referral, client = setu.sent(), setu.app.test_client()
    assert 'formaction="/withdraw"' in client.get("/withdraw").text
    answer = client.post("/withdraw", data={"code": referral.card_code})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/withdraw/done")
    assert queued(setu) == ["withdrawal"]


def test_enter_in_the_field_or_an_unknown_word_chooses_nothing_and_loses_nothing(setu: ReferralService) -> None:
    code = setu.sent().card_code
    for said in ("", "withdrawal", "something else"):
        page = setu.app.test_client().post("/withdraw/say", data={"code": code, "said": said}, follow_redirects=True)
        assert (page.request.path, queued(setu)) == ("/withdraw", []), said
        assert "Press one of the answers." in page.text, said
        assert f'value="{code}"' in page.text, said


def test_a_wrong_code_is_refused_in_words_beside_the_field(setu: ReferralService) -> None:
    code = new_card_code(setu.ids)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    page = setu.app.test_client().post("/withdraw/say", data={"code": wrong, "said": "pressed"}, follow_redirects=True)
    assert (page.request.path, queued(setu)) == ("/withdraw", [])
    assert "changed places" in page.text


def test_who_found_the_card_reads_on_its_pages_neither_of_drugs_nor_of_the_police(setu: ReferralService) -> None:
    client = setu.app.test_client()
    for path in ("/", "/withdraw", "/withdraw/heard", "/withdraw/done", "/privacy"):
        for language in ("en", "hi", "bn"):
            client.set_cookie("setu_lang", language)
            page = client.get(path).text.lower()
            assert [word for word in (*TELLING, *OF_POLICE) if word in page] == [], (path, language)


def test_no_link_of_a_page_behind_the_card_leads_to_the_front_page_that_says_whom_it_is_for(
    setu: ReferralService,
) -> None:
    front = setu.app.extensions["setu"].settings.addresses["directory"]
    for path in ("/withdraw", "/withdraw/heard", "/withdraw/done"):
        links = re.findall(r'href="([^"]+)"', setu.app.test_client().get(path).text)
        assert [link for link in links if link.rstrip("/") == front] == [], path


def test_only_who_may_open_the_services_page_is_led_to_it(setu: ReferralService) -> None:
    assert [
        who is None or who.role for who in (None, WORKER, OFFICER, COORDINATOR) if _led_to_the_service(setu, who)
    ] == [
        True,
        "case_worker",
    ]


def _led_to_the_service(setu: ReferralService, who: Principal | None) -> bool:
    page = setu.get(who, "/withdraw")
    assert page.status_code == 200
    return bool(LEADS_TO_THE_SERVICE.search(page.text))


def test_the_code_goes_along_to_that_page_in_the_body_and_counts_nothing_yet(setu: ReferralService) -> None:
    code = new_card_code(setu.ids)
    page = setu.get(WORKER, "/withdraw").text
    assert 'name="from" value="card" formaction="/with-card"' in page
    assert 'href="/with-card' not in page

    filled = setu.client(WORKER).post("/with-card", data={"code": code, "from": "card"})

    assert (filled.status_code, f'value="{code}"' in filled.text, "arrival is counted" in filled.text) == (
        200,
        True,
        False,
    )


def test_where_the_session_is_over_the_code_stands_in_no_address_and_in_no_page(setu: ReferralService) -> None:
    code = new_card_code(setu.ids)
    worker = setu.app.test_client()
    worker.set_cookie("setu_session_8000", TOKENS.mint(by_cookie(WORKER)))
    worker.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert 'formaction="/with-card"' in worker.get("/withdraw").text
    setu.clock.advance(timedelta(minutes=11))

    asked = worker.post("/with-card", data={"code": code, "from": "card"})

    assert (asked.status_code, asked.location) == (401, None)
    assert code not in asked.text


def test_below_ten_stands_the_state_and_from_ten_on_who_it_was(setu: ReferralService) -> None:
    for said, organization, count in (
        (Voice.PRESSED, STATION, 12),
        (Voice.PRESSED, OTHER_STATION, 9),
        (Voice.BADLY_TREATED, None, 9),
    ):
        counted(setu, said, KOLKATA, organization, count)
    counted(setu, Voice.MONEY_OR_SEX, None, None, 3)
    pressed = [("North Station · Kolkata", "about 10"), ("Elsewhere in West Bengal", "fewer than 10")]
    few, last_year = [("West Bengal", "fewer than 10")], [("West Bengal", "fewer than 10")]

    page = setu.get(COORDINATOR, "/voices").text
    assert [page.count(f"<h{level}>") for level in (2, 3)] == [2, 4]
    assert lines(page) == pressed + last_year + few + last_year
    assert lines(setu.get(DATA_OFFICER, "/voices").text) == pressed + last_year + (few + last_year) * 2


def test_another_states_coordinator_sees_nothing_of_it(setu: ReferralService) -> None:
    counted(setu, Voice.PRESSED, KOLKATA, STATION, 50)
    assert {place for place, _ in lines(setu.get(COORDINATOR_ELSEWHERE, "/voices").text)} == {"Telangana"}
    both = a_person(30, BODY, "coordinator", districts=(KOLKATA, HYDERABAD))
    assert "about 50" in setu.get(both, "/voices").text


def test_a_body_without_districts_is_told_why_there_is_nothing(setu: ReferralService) -> None:
    assert "no district yet" in setu.get(a_person(31, BODY, "data_officer", districts=()), "/voices").text


def test_the_page_says_that_it_was_opened_so_the_notice_that_led_there_is_read(setu: ReferralService) -> None:
    assert '/read-about/voices"' in setu.get(DATA_OFFICER, "/voices").text
