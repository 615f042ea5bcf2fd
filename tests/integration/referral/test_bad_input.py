"""Every field wrong, unknown, missing, too long, of the wrong type: a problem with the field's name, nothing stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from referral_service.outside.codes import new_card_code
from support.fresh_databases import FreshDatabases
from support.kit.examples import IN_A_SOAK
from support.referral import NURSE, OFFICER, WORKER, ReferralService, a_body, a_consent
from support.referrals.app import a_referral_service

FULL = a_body(urgent=["PREGNANT"], card="0000001-8", expected_release="2026-04-01", notes="Dose", setting="prison")
FULL["person"] |= {"gender": "man", "preferences": ["woman_worker"]}
FULL["consent"] |= {"authority": "guardian"}
WRONG: tuple[Any, ...] = (None, True, 7, -1, 1.5, "", "x" * 5000, [], {}, [None], {"a": 1}, "\u202e", "💥", [["x"]])
NESTED = 10_000


def paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every field of the body, as a path of names."""
    for name, inner in value.items():
        yield (*path, name)
        if isinstance(inner, dict):
            yield from paths(inner, (*path, name))


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The full body with one field replaced."""
    body: dict[str, Any] = json.loads(json.dumps(FULL))
    place = body
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return body


@pytest.fixture(scope="module")
def setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all of it: nothing may be left in it anyway."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)


@pytest.fixture(autouse=True)
def _nothing_stored(setu: ReferralService) -> Iterator[None]:
    yield
    with setu.worker_db.transaction() as session:
        for table in ("task", "referral_sent", "identity", "tally", "outbox", "idempotency_key"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608  # our own words


def sent(setu: ReferralService, body: Any) -> Any:
    return setu.post(NURSE, "/api/referrals", body, Idempotency_Key="k")


@pytest.mark.parametrize("path", list(paths(FULL)), ids=".".join)
def test_a_wrong_value_is_refused_by_the_fields_name(setu: ReferralService, path: tuple[str, ...]) -> None:
    for value in WRONG:
        response = sent(setu, changed(path, value))
        assert response.status_code == 422, (path, value, response.text)
        assert response.content_type == "application/problem+json"
        named = [error["field"] for error in response.get_json()["errors"]]
        # the value was one that the field takes; no such card stops it, or that the service is elsewhere
        is_fine = named == ["card"] or (path, named) == (("district",), ["service_id"])
        assert is_fine or any(field.startswith(".".join(path)) for field in named), (path, value, named)


@pytest.mark.parametrize("where", [(), ("consent",), ("person",), ("person", "contact")], ids=str)
def test_an_unknown_field_is_refused_by_its_name(setu: ReferralService, where: tuple[str, ...]) -> None:
    response = sent(setu, changed((*where, "hiv_status"), "x"))
    assert response.status_code == 422
    assert ".".join((*where, "hiv_status")) in [error["field"] for error in response.get_json()["errors"]]


@pytest.mark.parametrize(
    "path",
    [
        ("setting",), ("district",), ("needs",), ("service_id",), ("consent",), ("person",), ("consent", "answer"),
        ("consent", "version"), ("consent", "language"), ("consent", "interpreted"), ("consent", "channel"),
        ("person", "contact"), ("person", "language"), ("person", "age_band"), ("person", "contact", "method"),
        ("person", "contact", "value"),
    ],
    ids=".".join,
)  # fmt: skip
def test_a_missing_field_is_named(setu: ReferralService, path: tuple[str, ...]) -> None:
    body = changed(path, None)
    place = body
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    response = sent(setu, body)
    assert response.status_code == 422
    assert ".".join(path) in [error["field"] for error in response.get_json()["errors"]]


@pytest.mark.parametrize(
    ("language", "interpreted", "refused"),
    [("trp", False, ["consent.interpreted"]), ("trp", True, ["card"]), ("hi-IN", False, ["card"])],
)
def test_a_text_that_the_version_has_not_in_the_language_must_be_interpreted(
    setu: ReferralService, language: str, *, interpreted: bool, refused: list[str]
) -> None:
    consent = FULL["consent"] | {"language": language, "interpreted": interpreted}
    response = sent(setu, FULL | {"consent": consent})
    assert response.status_code == 422
    assert [error["field"] for error in response.get_json()["errors"]] == refused  # and there is no such card


RAW = {
    "not json": (b"{", 400),
    "empty": (b"", 400),
    "deep": (b'{"a":' * NESTED + b"1" + b"}" * NESTED, 400),
    "deep list": (b'{"needs":' + b"[" * NESTED + b"]" * NESTED + b"}", 400),
    "NUL": (b'{"setting": "a\\u0000b"}', 400),
    "lone surrogate": (b'{"setting": "\\ud800"}', 400),
    "NaN": (b'{"district": NaN}', 400),
    "infinite": (b'{"district": 1e999}', 400),
    "duplicate": (b'{"setting": "street", "setting": "prison"}', 400),
    "wrong encoding": ('{"setting": "é"}'.encode("latin-1"), 400),
    "10 MB": (b'{"notes": "' + b"x" * 10_000_000 + b'"}', 413),
    "a list": (b"[]", 422),
    "a text": (b'"x"', 422),
}


@pytest.mark.parametrize("name", list(RAW))
def test_bytes_that_are_no_request(setu: ReferralService, name: str) -> None:
    raw, status = RAW[name]
    for path in ("/api/referrals", "/api/withdrawals"):
        response = setu.client(OFFICER).post(
            path, data=raw, content_type="application/json", headers={"Idempotency-Key": "k"}
        )
        assert response.status_code == status, (path, response.text)
        assert response.content_type == "application/problem+json"


def test_another_content_type_is_415(setu: ReferralService) -> None:
    response = setu.client(OFFICER).post("/api/referrals", data="a=b", headers={"Idempotency-Key": "k"})
    assert response.status_code == 415


@pytest.mark.parametrize("key", ["", "x" * 300, "ключ", "a b c"])
def test_a_bad_idempotency_key_is_400(setu: ReferralService, key: str) -> None:
    assert setu.post(OFFICER, "/api/referrals", a_body(), Idempotency_Key=key).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "cursor=bm90",
        "state=odd",
        "state=requested",
        "q=x",
        "limit=1&limit=2",
    ],
)
def test_a_wrong_query_names_its_parameter(setu: ReferralService, query: str) -> None:
    response = setu.get(OFFICER, f"/api/referrals?{query}")
    assert response.status_code == 400, response.text
    assert response.get_json()["errors"][0]["field"].split(".")[0] == query.split("=", maxsplit=1)[0]


PATHS = list(paths(FULL))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=30 if IN_A_SOAK else 3, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.lists(ANYTHING, min_size=len(PATHS), max_size=len(PATHS)))
def test_nothing_makes_a_500(setu: ReferralService, values: list[Any]) -> None:
    """At each place of the body: of some drawn ones a short run would always ask the same few."""
    for path, value in zip(PATHS, values, strict=True):
        body = changed(path, value)
        body["service_id"] = "00000000-0000-0000-0000-00000000dead"  # so that nothing can be stored by chance
        response = setu.client(NURSE).post(
            "/api/referrals",
            data=json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )
        assert response.status_code in {400, 422}, (path, response.text)


def test_codes_of_withdrawals_are_judged_from_the_input_alone(setu: ReferralService) -> None:
    unknown = new_card_code(setu.dependencies.ids)
    assert setu.post(None, "/api/withdrawals", {"code": unknown}).status_code == 202
    assert setu.post(None, "/api/withdrawals", {"code": unknown.lower()[:4] + " - " + unknown[4:]}).status_code == 202
    wrong = unknown[:-1] + ("2" if unknown[-1] != "2" else "3")
    for bad in (wrong, unknown[:-1], unknown + "2", "O" * 14, "", "x" * 1000, "R-2222-2222"):
        response = setu.post(None, "/api/withdrawals", {"code": bad})
        assert (response.status_code, response.get_json()["errors"][0]["field"]) == (422, "code"), bad


def test_a_transition_without_or_with_a_wrong_tag(setu: ReferralService) -> None:
    path = "/api/referrals/00000000-0000-7000-8000-000000000000"
    assert setu.post(WORKER, f"{path}/accept", {}).status_code == 404  # 404 comes before 428
    assert setu.post(WORKER, f"{path}/decline", {"reason": "odd"}).status_code == 422  # and 422 before 404
    assert setu.post(WORKER, f"{path}/withdraw", {"reason": "odd"}).status_code == 403  # and 403 before all
    assert setu.post(None, f"{path}/withdraw", {"reason": "odd"}).status_code == 401
    assert setu.post(WORKER, f"{path}/dance", {}).status_code == 404
    assert setu.submit(OFFICER, consent=a_consent(answer="maybe")).status_code == 422
