"""A provider's new name, wherever it is asked for: nobody else of the state has it when it comes into force."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.organizations.store.state_locks import lock_states
from directory_service.organizations.store.tables import Organization
from support.editing import COORDINATOR, OTHER, PROVIDER, Headers, make_new, patch
from support.events import eventually, waiting_for_locks
from support.listings import KOLKATA, Directory, a_provider, save

OWN = f"/api/organizations/{PROVIDER.id}"
TAKEN = {
    "en": "another provider of the state has it by now",
    "hi": "राज्य के किसी और प्रदाता का अब यही नाम है",
    "bn": "রাজ্যের অন্য কোনো পরিষেবা সংস্থার এখন এই নাম আছে",
}


@pytest.fixture
def asked(directory: Directory, client: FlaskClient, headers: Headers) -> str:
    """A new provider asks to be called "Zoram Care"; the id of what waits."""
    make_new(directory)
    assert rename(client, headers, "Zoram Care").status_code == 202
    found = re.search(
        r"/approvals/([0-9a-f-]{36})/approve", client.get("/approvals", headers=as_coordinator(headers)).text
    )
    assert found
    return found[1]


def rename(client: FlaskClient, headers: Headers, name: str) -> TestResponse:
    return patch(client, headers(client.get(OWN, headers=headers()).headers["ETag"]), {"name": name}, OWN)


def as_coordinator(headers: Headers, language: str = "en") -> dict[str, str]:
    return headers(who=replace(COORDINATOR, language=language))


def approve(client: FlaskClient, headers: dict[str, str], request: str) -> TestResponse:
    seen = re.search(r'name="seen" value="([^"]+)"', client.get("/approvals", headers=headers).text)
    assert seen
    return client.post(f"/approvals/{request}/approve", data={"seen": seen[1]}, headers=headers)


def name_of(directory: Directory) -> str:
    with directory.worker.transaction() as session:
        return session.get_one(Organization, PROVIDER.id).name


def test_a_name_that_somebody_else_got_meanwhile_is_not_approved_and_can_be_refused(
    directory: Directory, client: FlaskClient, headers: Headers, asked: str
) -> None:
    directory.save(a_provider("ZORAM care"))

    for language in ("en", "hi", "bn"):
        coordinator = as_coordinator(headers, language)
        answer = approve(client, coordinator, asked)
        seen = re.search(r'name="seen" value="([^"]+)"', answer.text)
        assert (answer.status_code, TAKEN[language] in answer.text) == (409, True), language
        assert seen, language
        assert name_of(directory) == PROVIDER.name, language

    refusal = {"seen": seen[1], f"reason.{asked}": "not_right"}
    assert client.post(f"/approvals/{asked}/refuse", data=refusal, headers=coordinator).status_code == 303


def test_of_two_who_take_a_name_at_once_one_gets_it(
    directory: Directory, client: FlaskClient, headers: Headers, asked: str
) -> None:
    coordinator = as_coordinator(headers)
    with ThreadPoolExecutor(1) as pool:
        with directory.worker.transaction() as session:
            lock_states(session, [KOLKATA])
            approved = pool.submit(approve, client, coordinator, asked)
            eventually(lambda: waiting_for_locks(directory.worker) == 1)
            save(session, a_provider("Zoram Care"), directory.now)
        answer = approved.result()

    assert answer.status_code == 409
    assert name_of(directory) == PROVIDER.name


def test_a_name_that_is_free_is_approved(
    directory: Directory, client: FlaskClient, headers: Headers, asked: str
) -> None:
    assert approve(client, as_coordinator(headers), asked).status_code == 303
    assert name_of(directory) == "Zoram Care"


def test_greek_and_cyrillic_letters_are_refused_by_api_and_on_the_own_page(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    for name in ("\u039dodi", "N\u043edi"):
        answer = rename(client, headers, name)
        assert (answer.status_code, [each["field"] for each in answer.get_json()["errors"]]) == (422, ["name"])
        assert "Greek or Cyrillic" in answer.text
        page = client.get("/listings/organization", headers=headers())
        seen = re.search(r'name="seen" value="([^"]+)"', page.text)
        typed = {"name": name, "seen": seen[1] if seen else ""}
        shown = client.post("/listings/organization", data=typed, headers=headers())
        assert (shown.status_code, "It has a Greek or Cyrillic one" in shown.text) == (422, True)
    assert rename(client, headers, OTHER.name.upper()).status_code == 422
    assert rename(client, headers, "आशा १ Zôram").status_code == 200
