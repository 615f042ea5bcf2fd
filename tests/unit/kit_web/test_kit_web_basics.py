"""Entity tags, problems, the way back after sign-in, tokens, cookies."""

from datetime import timedelta

import pytest
from flask import Blueprint, Response, request
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.http import http_date

from service_kit.errors import TooMany
from service_kit.session_tokens import EarlyToken, ExpiredToken, InvalidToken, SessionTokens, by_cookie
from service_kit.translations import N_
from service_kit.web.access.origins import origin_of, safe_next
from service_kit.web.access.require import public
from service_kit.web.access.session_cookie import end_session_cookie, set_session_cookie
from service_kit.web.etag import if_match, if_none_match, not_modified, set_etag
from service_kit.web.problems import KIT_WORDS, SLUG_OF_STATUS, WORDS, register_problem_type
from setu.navigation import MENU
from setu.roles import TITLES
from support.web import NOON, PUBLIC_KEYS, TOKENS, a_principal, a_web, settings


class Refused(Exception):
    """An error of a service."""


def _blueprint() -> Blueprint:
    blueprint = Blueprint("versions", __name__)

    @blueprint.route("/api/thing", methods=["PUT", "GET"])
    @public
    def thing() -> Response:
        if request.method == "PUT":
            if_match(7)
        elif if_none_match(7):
            return not_modified(7)
        return set_etag(Response("{}"), 7)

    @blueprint.get("/api/fails")
    @public
    def fails() -> str:
        raise ValueError("the name was Ravi")

    @blueprint.get("/fails")
    @public
    def page_fails() -> str:
        raise ValueError("the name was Ravi")

    @blueprint.get("/api/refuses")
    @public
    def refuses() -> str:
        raise Refused("No such card.")

    @blueprint.get("/api/throttled")
    @public
    def throttled() -> str:
        raise TooMany(0)

    return blueprint


WEB = a_web(pages=[_blueprint()], problems={Refused: (422, "unknown-card")})


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 428),
        ('"7"', 200),
        (' "7" ', 200),
        ('"6"', 412),
        ("*", 412),
        ('W/"7"', 412),
        ("7", 412),
        ('"7", "8"', 412),
        ('"07"', 412),
        ("", 412),
    ],
)
def test_only_exactly_the_present_strong_tag_may_change(header: str | None, status: int) -> None:
    answer = WEB.client().put("/api/thing", headers={} if header is None else {"If-Match": header})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("header", "status"), [('"7"', 304), ('W/"7"', 304), ('"1", "7"', 304), ("*", 304), ('"8"', 200)]
)
def test_a_reader_who_has_it_gets_304(header: str, status: int) -> None:
    answer = WEB.client().get("/api/thing", headers={"If-None-Match": header})

    assert (answer.status_code, answer.headers["ETag"]) == (status, '"7"')


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/docs"])
def test_a_304_has_the_headers_of_the_answer_that_it_stands_for(path: str) -> None:
    whole = WEB.client().get(path)
    same = WEB.client().get(path, headers={"If-None-Match": whole.headers["ETag"]})

    kept = {name: value for name, value in whole.headers.items() if name in same.headers and name != "X-Request-Id"}
    assert same.status_code == 304
    assert {**kept, "X-Request-Id": same.headers["X-Request-Id"]} == dict(same.headers)


def test_a_304_of_data_repeats_no_policy_that_its_holder_holds() -> None:
    whole = WEB.client().get("/api/openapi.json")
    same = WEB.client().get("/api/openapi.json", headers={"If-None-Match": whole.headers["ETag"]})

    policies = {"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"}
    assert policies <= set(whole.headers.keys())
    assert not policies & set(same.headers.keys())
    assert same.headers["Cache-Control"] == whole.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/api/fails", "/fails"])
def test_a_fault_of_ours_shows_and_logs_nothing_of_what_was_in_it(path: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = WEB.client().get(path + ("?who=Ravi" if path == "/fails" else ""))

    assert answer.status_code == 500
    assert "Ravi" not in answer.text
    assert "ValueError" not in answer.text
    assert "Ravi" not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)
    assert "ValueError at test_kit_web_basics.py" in caplog.text


def test_a_services_own_error_is_answered_by_its_table() -> None:
    answer = WEB.client().get("/api/refuses")

    assert (answer.status_code, answer.json["type"], answer.json["detail"]) == (
        422,
        "/problems/unknown-card",
        "No such card.",
    )


def test_too_many_says_when_to_try_again() -> None:
    assert WEB.client().get("/api/throttled").headers["Retry-After"] == "1"


@pytest.mark.parametrize("slug", sorted(KIT_WORDS))
@pytest.mark.parametrize("language", ["en", "hi", "bn"])
def test_every_problem_type_has_a_page_of_words(slug: str, language: str) -> None:
    answer = WEB.client().get(f"/problems/{slug}", headers={"Accept-Language": language})

    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert (KIT_WORDS[slug][0] in answer.text) == (language == "en")


def test_every_status_has_words_and_a_service_adds_its_own() -> None:
    assert set(SLUG_OF_STATUS.values()) <= set(WORDS)
    try:
        register_problem_type("card-unknown", N_("Card not known"), N_("Check the number."))
        assert "Card not known" in WEB.client().get("/problems/card-unknown").text
    finally:
        WORDS.pop("card-unknown")
    assert WEB.client().get("/problems/card-unknown").status_code == 404


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8002/sent", "http://127.0.0.1:8002/sent"),
        ("http://127.0.0.1:8002", "http://127.0.0.1:8002/"),
        ("http://127.0.0.1:8003/a/b?need=OST#x", "http://127.0.0.1:8003/a/b"),
        ("http://127.0.0.1:8004/", None),
        ("https://127.0.0.1:8002/", None),
        ("//evil.example/", None),
        ("/sent", None),
        ("http://127.0.0.1:8002@evil.example/", None),
        ("http://evil.example\\@127.0.0.1:8002/", None),
        ("http://127.0.0.1:8002.evil.example/", None),
        ("http://127.0.0.1:99999999/", None),
        ("javascript:alert(1)", None),
        ("http://127.0.0.1:8002/\r\nSet-Cookie: x", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
    ],
)
def test_sign_in_leads_back_to_our_three_services_only(url: str | None, kept: str | None) -> None:
    assert safe_next(url, settings()) == kept


@given(st.text(max_size=60))
def test_no_text_leads_anywhere_else(text: str) -> None:
    found = safe_next("http://127.0.0.1:8002" + text, settings())

    assert found is None or origin_of(found) == "http://127.0.0.1:8002"


def test_behind_one_gateway_the_prefixes_count() -> None:
    one = settings(
        addresses={
            "directory": "https://s.example/directory",
            "referral": "https://s.example",
            "notification": "https://s.example/notifications",
        },
    )

    assert safe_next("https://s.example/directory/members", one) == "https://s.example/directory/members"
    assert safe_next("https://s.example:443/sent", one) == "https://s.example/sent"


def test_a_token_carries_the_whole_principal() -> None:
    reset = NOON - timedelta(days=3, microseconds=1)
    worker = a_principal(role="case_worker", second_factor_at=NOON, districts=(315, 79), since=reset)

    assert TOKENS.verify(TOKENS.mint(worker), NOON) == worker
    assert TOKENS.verify(TOKENS.mint(by_cookie(worker)), NOON) == by_cookie(worker)


@pytest.mark.parametrize("moment", [NOON - timedelta(minutes=5), NOON + timedelta(hours=8)])
def test_a_token_is_valid_between_its_times_only(moment) -> None:  # type: ignore[no-untyped-def]  # the values come from a table
    with pytest.raises(InvalidToken):
        TOKENS.verify(TOKENS.mint(a_principal()), moment)


def test_one_of_ours_whose_time_is_over_is_told_from_any_other_and_its_cookie_lasts_to_say_so() -> None:
    token, ends = TOKENS.mint(a_principal()), NOON + timedelta(hours=8)
    with pytest.raises(ExpiredToken):
        TOKENS.verify(token, ends)
    with pytest.raises(EarlyToken) as early:
        TOKENS.verify(token, NOON - timedelta(minutes=5))
    assert early.value.who == TOKENS.verify(token, NOON)

    with a_web().app.test_request_context():
        cookie = set_session_cookie(Response(), token, ends).headers["Set-Cookie"]

    assert "Expires=" + http_date(ends + timedelta(hours=1)) in cookie.split("; ")


def test_a_token_whose_algorithm_says_otherwise_is_refused() -> None:
    claims = {"iss": "setu-directory", "sub": str(a_principal().account)}
    symmetric = jwt.encode({"alg": "HS256", "kid": "k1"}, claims, OctKey.import_key(PUBLIC_KEYS["k1"]))
    unsigned = "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.eyJpc3MiOiJzZXR1LWRpcmVjdG9yeSJ9."

    for token in (symmetric, unsigned, "", "a.b", "\ud800.x.y"):
        with pytest.raises(InvalidToken):
            TOKENS.verify(token, NOON)


def test_only_who_has_the_private_key_mints() -> None:
    with pytest.raises(RuntimeError):
        SessionTokens(PUBLIC_KEYS).mint(a_principal())
    with pytest.raises(ValueError, match="no partner"):
        SessionTokens(PUBLIC_KEYS, bytes(32))


def test_a_route_that_names_no_access_stops_the_start() -> None:
    blueprint = Blueprint("open", __name__)

    @blueprint.get("/forgotten")
    def forgotten() -> str:
        return ""

    with pytest.raises(RuntimeError, match="/forgotten"):
        a_web(pages=[blueprint])


def test_every_role_has_a_name_and_a_way_somewhere() -> None:
    assert all(any(item.roles and role in item.roles for item in MENU) for role in TITLES)


def test_behind_tls_the_cookie_is_the_hosts_own_and_the_browser_is_told_to_stay() -> None:
    secure = a_web(cookie_secure=True)

    assert "max-age" in secure.client().get("/healthz").headers["Strict-Transport-Security"]
    with secure.app.test_request_context():
        cookie = set_session_cookie(Response(), "t", NOON).headers["Set-Cookie"]
        assert cookie.startswith("__Host-setu_session=t;")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        ended = end_session_cookie(Response())
        assert ended.headers["Clear-Site-Data"] == '"cache"'
        taken = ended.headers.getlist("Set-Cookie")
        assert all("Expires=Thu, 01 Jan 1970" in each and "Secure" in each for each in taken)
        assert {each.partition("=")[0] for each in taken} >= {"__Host-setu_session", "__Secure-setu_form"}


def test_forwarded_headers_are_believed_only_behind_the_proxy() -> None:
    forwarded = {"X-Forwarded-Prefix": "/directory", "X-Forwarded-Host": "s.example", "X-Forwarded-Proto": "https"}

    assert 'href="/static/kit/' in a_web().client().get("/problems/stale", headers=forwarded).text
    assert (
        'href="/directory/static/kit/'
        in a_web(behind_proxy=True).client().get("/problems/stale", headers=forwarded).text
    )
