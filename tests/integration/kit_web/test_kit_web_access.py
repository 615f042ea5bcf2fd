"""Who gets in, through the whole application, on a real database of the kit's tables."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from service_kit.clock import FrozenClock
from service_kit.db import revocation
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.session_tokens import SessionTokens, by_cookie
from service_kit.web.access.require import require
from service_kit.worker import prune
from setu.events import SESSION_EVENTS
from support.fresh_databases import Urls
from support.sent_again import press_send_again
from support.web import (
    NOON,
    TOKENS,
    Web,
    a_principal,
)


def _touched(web: Web) -> int:
    with web.db.transaction() as session:
        return int(session.execute(text("SELECT count(*) FROM session_activity")).scalar_one())


def _audited(owner_url: str) -> list[tuple[str, str]]:
    with Database(owner_url).transaction() as session:
        rows = session.execute(text("SELECT action, object_id FROM audit_entry ORDER BY position")).all()
    return [(row[0], row[1]) for row in rows]


def test_a_bearer_token_and_a_cookie_both_name_the_person(web: Web) -> None:
    officer = a_principal()

    assert web.program(officer).get("/api/things").json == {"role": "officer", "via": "bearer"}
    assert web.browser(officer).get("/api/things").json == {"role": "officer", "via": "cookie"}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer a.b.c", "Basic eDp5", "Bearer", "Bearer " + "x" * 9000])
def test_a_bad_authorization_header_is_401_even_beside_a_good_cookie(web: Web, header: str) -> None:
    answer = web.browser(a_principal()).get("/api/things", headers={"Authorization": header})

    assert (answer.status_code, answer.json["type"]) == (401, "/problems/sign-in-required")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_what_belongs_to_no_blueprint_is_closed_while_an_organisation_waits_unless_it_is_named(web: Web) -> None:
    web.app.add_url_rule("/loose", view_func=require()(lambda: "open"), endpoint="loose")
    waits = a_principal(is_pending=True)

    assert web.program(a_principal()).get("/loose").status_code == 200
    assert web.program(waits).get("/loose").status_code == 403
    assert web.program(waits).get("/counts").status_code == 200


def test_somebody_whose_organisation_waits_is_told_so_and_not_asked_for_a_second_factor(web: Web) -> None:
    waits = a_principal(role="case_worker", organization_kind="provider", is_pending=True)

    answer = web.program(waits).get("/api/things/secret")

    assert (answer.status_code, "is not active yet" in answer.text) == (403, True)


def test_a_token_of_another_key_is_refused_although_it_names_ours(web: Web) -> None:
    stranger = Ed25519PrivateKey.generate()
    forged = SessionTokens({"k1": stranger.public_key().public_bytes_raw()}, stranger.private_bytes_raw())

    answer = web.client().get("/api/things", headers={"Authorization": f"Bearer {forged.mint(a_principal())}"})

    assert answer.status_code == 401


def test_a_token_ends_at_its_time_though_it_was_verified_before(web: Web) -> None:
    program, browser = web.program(a_principal()), web.browser(a_principal())
    assert program.get("/api/things").status_code == 200

    web.clock.advance(timedelta(hours=8))

    assert program.get("/api/things").status_code == 401
    assert browser.get("/form").headers["Location"].endswith("&why=over")
    assert "You were signed in for eight hours." in browser.post("/form").text


def test_a_revoked_session_is_refused_on_the_very_next_request(web: Web) -> None:
    officer = a_principal()
    program, browser = web.program(officer), web.browser(officer)
    assert program.get("/api/things").status_code == 200

    with web.db.transaction() as session:
        revocation.revoke(session, officer.session, officer.expires_at)

    assert program.get("/api/things").status_code == 401
    assert browser.get("/form").headers["Location"].startswith("http://127.0.0.1:8001/sign-in?next=")


def test_the_event_of_a_revocation_ends_the_session_here_and_is_forgotten_in_time(web: Web, kit_urls: Urls) -> None:
    officer = a_principal()
    data = {"session_id": str(officer.session), "expires_at": officer.expires_at.isoformat(), "version": 1}
    event = Event("directory.session.revoked.v1", str(officer.session), data, id=a_principal().account, time=NOON)

    for _ in range(2):
        with web.db.transaction() as session:
            revocation.on_session_revoked(session, event)
    assert web.program(officer).get("/api/things").status_code == 401

    worker = Database(kit_urls.worker)
    counts = []
    for hours in (23, 25):
        prune(worker, FrozenClock(officer.expires_at + timedelta(hours=hours)), SESSION_EVENTS)
        with worker.transaction() as session:
            counts.append(session.execute(text("SELECT count(*) FROM revoked_session")).scalar_one())
    assert counts == [1, 0], "a day's grace: the clock of another machine may be behind"


def test_the_event_of_a_membership_that_ended_refuses_every_token_of_it_and_no_other(web: Web) -> None:
    officer = a_principal()
    wandering = replace(officer, session=UUID(int=7))
    elsewhere = replace(officer, session=UUID(int=7), membership=UUID(int=8))
    data = {
        "session_id": str(officer.session),
        "membership_id": str(officer.membership),
        "expires_at": officer.expires_at.isoformat(),
        "version": 1,
    }
    event = Event("directory.session.revoked.v1", str(officer.session), data, id=a_principal().account, time=NOON)

    with web.db.transaction() as session:
        revocation.on_session_revoked(session, event)

    statuses = [web.program(who).get("/api/things").status_code for who in (officer, wandering, elsewhere)]
    assert statuses == [401, 401, 200]


def test_role_is_decided_before_the_body_and_401_before_the_role(web: Web) -> None:
    huge = b"x" * 300_000

    assert web.client().post("/api/things", data=huge).status_code == 401
    assert web.program(a_principal(role="case_worker")).post("/api/things", data=huge).status_code == 403
    assert web.program(a_principal()).post("/api/things", data=huge).status_code == 413
    wrong_kind = web.program(a_principal()).post("/api/things?x=1", data=b"x", content_type="text/plain")
    assert wrong_kind.status_code == 415
    bad_query = web.program(a_principal()).post("/api/things?x=1", json={})
    assert (bad_query.status_code, bad_query.json["errors"][0]["field"]) == (400, "x")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://127.0.0.1:8002"}, 201),
        ({"Origin": "http://127.0.0.1:8001", "Sec-Fetch-Site": "same-site"}, 201),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 201),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:8002.evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
    ],
)
def test_a_change_by_cookie_must_come_from_our_own_pages(web: Web, headers: dict[str, str], status: int) -> None:
    client = web.client()
    client.set_cookie("setu_session_8000", TOKENS.mint(by_cookie(a_principal())), domain="localhost")

    assert client.post("/api/things", json={}, headers=headers).status_code == status


def test_a_bearer_is_exempt_from_the_origin_check_and_an_anonymous_change_needs_no_headers(web: Web) -> None:
    evil = {"Origin": "http://evil.example"}

    assert web.program(a_principal()).post("/api/things", json={}, headers=evil).status_code == 201
    assert web.client().post("/open").status_code == 200
    assert web.client().post("/open", headers=evil).status_code == 403


def test_ten_idle_minutes_lock_a_browser_and_no_program(web: Web) -> None:
    officer = a_principal()
    browser, program = web.browser(officer), web.program(officer)

    web.clock.advance(timedelta(minutes=9))
    assert browser.get("/form").status_code == 200
    web.clock.advance(timedelta(minutes=9))
    assert browser.get("/form").status_code == 200
    web.clock.advance(timedelta(minutes=11))
    locked = browser.get("/form")

    assert locked.status_code == 303
    where = "http://127.0.0.1:8001/sign-in?next=http%3A%2F%2F127.0.0.1%3A8002%2Fform&why=idle"
    assert locked.headers["Location"] == where
    assert browser.get("/api/things").status_code == 401
    assert program.get("/api/things").status_code == 200


def test_what_a_script_repeats_is_no_use(web: Web) -> None:
    browser = web.browser(a_principal())
    for _ in range(10):
        web.clock.advance(timedelta(minutes=1))
        assert browser.get("/form", headers={"X-Setu-Poll": "1"}).status_code == 200

    web.clock.advance(timedelta(seconds=1))
    answer = browser.get("/form", headers={"X-Setu-Poll": "1"})

    assert answer.status_code == 401
    assert _touched(web) == 0


def test_work_in_another_service_keeps_this_one_open_and_unlocks_nothing(web: Web) -> None:
    browser = web.browser(a_principal())
    web.clock.advance(timedelta(minutes=9))
    assert browser.post("/used").status_code == 204
    web.clock.advance(timedelta(minutes=9))
    assert browser.get("/form", headers={"X-Setu-Poll": "1"}).status_code == 200

    web.clock.advance(timedelta(minutes=2))
    assert browser.post("/used").status_code == 204
    assert browser.get("/form").status_code == 303


def test_an_answered_form_survives_a_session_that_ended(web: Web) -> None:
    officer = a_principal()
    browser = web.browser(officer)
    web.clock.advance(timedelta(minutes=11))

    answer = browser.post("/form", data={"need": ["OST", "LEGAL"], "name": 'A "B" <c>', "password": "hidden one"})
    again = press_send_again(web.browser(replace(officer, issued_at=web.clock.now())), "/form", answer.text)

    assert answer.status_code == 401
    assert again.get_json() == [["need", "OST"], ["need", "LEGAL"], ["name", 'A "B" <c>']]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_sent_is_never_offered_to_be_sent_again(web: Web, headers: dict[str, str]) -> None:
    answer = web.client().post("/form", data={"name": "planted"}, headers=headers)

    assert answer.status_code == 403
    assert "planted" not in answer.text


def test_nothing_of_the_query_goes_into_the_way_back(web: Web) -> None:
    answer = web.client().get("/form?need=OST&name=Ravi")

    assert "Ravi" not in answer.headers["Location"]
    assert "OST" not in answer.headers["Location"]


def test_a_second_factor_older_than_thirty_minutes_is_asked_again(web: Web) -> None:
    fresh = a_principal(role="case_worker", second_factor_at=NOON - timedelta(minutes=30))
    stale = a_principal(role="case_worker", second_factor_at=NOON - timedelta(minutes=31))

    assert web.program(fresh).get("/api/things/secret").status_code == 200
    assert web.program(stale).get("/api/things/secret").json["type"] == "/problems/second-factor-stale"
    assert web.program(a_principal(role="case_worker")).get("/api/things/secret").status_code == 401


def test_denials_and_missing_objects_are_in_the_audit_log(web: Web, kit_urls: Urls) -> None:
    thing = UUID(int=7)

    web.program(a_principal(role="case_worker")).get("/api/things")
    web.program(a_principal()).get(f"/api/things/{thing}")
    web.program(a_principal()).get("/api/nowhere")
    web.client().get(f"/api/things/{thing}")

    assert _audited(kit_urls.owner) == [("access.denied", ""), ("access.not_found", str(thing))]


def test_signed_in_answers_are_not_stored_and_every_answer_is_guarded(web: Web) -> None:
    answers = [web.browser(a_principal()).get(path) for path in ("/form", "/api/things", "/nothing", "/healthz")]

    assert [answer.headers["Cache-Control"] for answer in answers[:3]] == ["no-store"] * 3
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "base-uri 'none'; frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in answer.headers


def test_the_language_is_the_cookies_then_the_persons_then_the_browsers(web: Web) -> None:
    bengali = web.browser(a_principal(language="bn"))
    assert '<html lang="bn">' in bengali.get("/form").text

    chosen = bengali.post("/language", data={"language": "hi", "next": "http://127.0.0.1:8002/form?x=1"})

    assert chosen.headers["Location"] == "http://127.0.0.1:8002/form"
    assert '<html lang="hi">' in bengali.get("/form").text
    assert '<html lang="hi">' in web.client().get("/problems/stale", headers={"Accept-Language": "fr, hi;q=0.8"}).text
