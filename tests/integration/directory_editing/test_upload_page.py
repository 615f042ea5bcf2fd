"""A manager's services from a file: everything is shown before anything is stored, and then all of it or nothing."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from conftest import Keys
from directory_service.app import create_app
from directory_service.editing.domain.sheets.table import LARGEST
from directory_service.editing.use_cases.store_upload import (
    MOST,
    forget_uploads,
)
from service_kit.clock import FrozenClock
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens
from support.listings import (
    NOON,
    Directory,
    a_place,
    a_provider,
    a_service,
    save,
)

PROVIDER, OTHER = a_provider(), a_provider("Other")
PLACE = a_place(PROVIDER)
TALK = a_service(PROVIDER, "Talk", places=(PLACE.id,), women_only=True)
MEDICINE = a_service(PROVIDER, "Medicine", descriptions={"hi": "-दवा"}, minimum_age=18)
THEIRS = a_service(OTHER, "Theirs")
ORIGIN = {"Origin": "http://directory.test"}


@pytest.fixture
def ready(directory: Directory) -> Directory:
    directory.save(PROVIDER, OTHER, PLACE, TALK, MEDICINE, THEIRS)
    directory.forget_events()
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE organization SET established_at = now()"))
    return directory


@pytest.fixture
def clock(ready: Directory) -> FrozenClock:
    return FrozenClock(ready.now)


@pytest.fixture
def app(ready: Directory, clock: FrozenClock) -> Flask:
    return create_app(ready.settings, clock=clock, db=ready.web)


@pytest.fixture
def manager(app: Flask, ready: Directory, keys: Keys) -> Callable[..., FlaskClient]:
    """`manager(organization)`: a browser in which a manager of it is signed in."""
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())

    def made(organization: UUID = PROVIDER.id, role: str = "provider_manager") -> FlaskClient:
        ids = [SystemIds().uuid() for _ in range(3)]
        who = Principal(
            *ids, organization, "provider", role, (315,), "en", NOON, ready.now, NOON + timedelta(days=7), since=None
        )
        client = app.test_client()
        client.set_cookie(f"setu_session_{ready.settings.port_base}", tokens.mint(who))
        return client

    return made


def send(client: FlaskClient, content: str | bytes, **more: str) -> TestResponse:
    data: dict[str, Any] = {"sheet": (io.BytesIO(content if isinstance(content, bytes) else content.encode()), "a.csv")}
    return client.post("/listings/upload", data={"missing": "keep", **data, **more}, headers=ORIGIN)


def preview_of(client: FlaskClient, content: str | bytes, **more: str) -> tuple[str, str]:
    """The address of the preview, and the page."""
    sent = send(client, content, **more)
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"], client.get(sent.headers["Location"]).text


def confirm(client: FlaskClient, address: str, page: str) -> TestResponse:
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen, page
    return client.post(address, data={"seen": seen[1]}, headers=ORIGIN)


def stored(directory: Directory) -> dict[str, dict[str, Any]]:
    """Every service that is in the directory, by name."""
    with directory.worker.transaction() as session:
        rows = session.execute(text("SELECT record, version FROM service WHERE deleted_at IS NULL"))
        return {row.record["name"]: row.record | {"version": row.version} for row in rows}


def count(directory: Directory, table: str) -> int:
    with directory.worker.transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 # names of ours


def test_the_own_services_sent_back_as_they_came_change_nothing(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    client = manager()
    before = stored(ready)

    taken = client.get("/listings/upload/services.csv")
    address, page = preview_of(client, taken.data, missing="remove")

    assert taken.headers["Cache-Control"] == "no-store"
    assert "attachment" in taken.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(taken.data.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["Medicine", "Talk"]
    assert rows[0]["description_hi"] == "unchanged", "of before: a spreadsheet would run it, so no file holds it"
    assert rows[1]["places"] == "Clinic"
    assert "The file changes nothing" in page
    assert 'name="seen"' not in page
    assert client.post(f"{address}/discard", headers=ORIGIN).status_code == 303
    assert (stored(ready), count(ready, "listing_upload")) == (before, 0)


def test_everything_is_shown_first_and_then_done_at_once(ready: Directory, manager: Callable[..., FlaskClient]) -> None:
    client, before = manager(), stored(ready)
    content = (
        f"id,name,phone,needs,opening_hours\n"
        f"{TALK.id},Talk and tea,+91 33 2222 2222,COUNS,Mo-Su 08:00-20:00\n"
        f",New place to go,,DIC,\n"
        f"{THEIRS.id},Theirs,,,\n"
        f"{TALK.id},Broken,call us,XYZ,\n"
    )

    address, page = preview_of(client, content)

    assert (stored(ready), count(ready, "listing_history")) == (before, 0)
    for words in (
        "1 service is new", "1 service changes", "2 lines are left out",
        "Line 4", "None of your services has this id", "Line 5", "stands in line 2 already",
        "+91 00000 00001", "+91 33 2222 2222", "Mo-Fr 09:00-17:00", "New place to go",
    ):  # fmt: skip
        assert words in page
    assert client.get(address).text == page  # it survives a reload

    done = confirm(client, address, page)

    assert done.status_code == 303
    said = client.get(done.headers["Location"]).text
    assert "1 service is new." in said
    assert "1 service has changed." in said
    now = stored(ready)
    assert set(now) == {"Talk and tea", "Medicine", "New place to go", "Theirs"}
    assert (now["Medicine"], now["Theirs"]) == (before["Medicine"], before["Theirs"])
    assert (now["Talk and tea"]["phone"], now["Talk and tea"]["women_only"]) == ("+91 33 2222 2222", True)
    assert now["Talk and tea"]["version"] == before["Talk"]["version"] + 1
    assert count(ready, "listing_upload") == 0
    changed = [event.subject for event in ready.events() if event.type == "directory.service.changed.v1"]
    assert len(changed) == len({*changed}) == 2
    assert client.get(f"/api/services/{TALK.id}").get_json()["name"] == "Talk and tea"
    again = client.post(address, data={"seen": "x"}, headers=ORIGIN)
    assert again.status_code == 404


def test_what_is_in_no_row_leaves_where_that_was_asked_and_no_row_may_mean_it(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    client = manager()

    _, unclear = preview_of(client, "name,phone\nTalk,\nMedicin,call us\n", missing="remove")
    address, page = preview_of(client, "name,phone\nTalk,\n", missing="remove")
    done = confirm(client, address, page)

    assert "no service leaves the directory" in unclear
    assert "1 service leaves the directory" in page
    assert "removed=1" in done.headers["Location"]
    assert set(stored(ready)) == {"Talk", "Theirs"}
    assert client.get(f"/api/services/{MEDICINE.id}").status_code == 410


def test_what_changed_meanwhile_is_looked_at_again_and_nothing_is_done(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    client = manager()
    address, page = preview_of(client, "name,alert\nTalk,Closed on Friday\n")
    with ready.worker.transaction() as session:
        save(session, replace(TALK, alert="Moved"), ready.now + timedelta(seconds=9))

    stale = confirm(client, address, page)

    assert stale.status_code == 409
    assert "Your services changed after you opened this page" in stale.text
    assert "Moved" in stale.text
    assert stored(ready)["Talk"]["alert"] == "Moved"
    assert confirm(client, address, stale.text).status_code == 303
    assert stored(ready)["Talk"]["alert"] == "Closed on Friday"


def test_what_a_new_provider_sends_waits_but_for_what_is_true_today(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    with ready.worker.transaction() as session:
        session.execute(text("UPDATE organization SET established_at = NULL"))
    client = manager()

    address, page = preview_of(client, "name,accepting,alert\nTalk,closed,\nMedicine,,Ring first\nNew,,\n")
    done = confirm(client, address, page)

    assert "a coordinator looks at changes before they are public" in page
    assert "waiting=2" in done.headers["Location"]
    assert "changed=1" in done.headers["Location"]
    now = stored(ready)
    assert "New" not in now
    assert "alert" not in now["Medicine"]
    assert now["Talk"]["accepting"] == "closed"
    assert count(ready, "change_request") == 2
    _, again = preview_of(client, client.get("/listings/upload/services.csv").data)
    assert "The file changes nothing" in again


def test_a_file_can_say_that_all_is_right_today(ready: Directory, manager: Callable[..., FlaskClient]) -> None:
    client = manager()

    address, page = preview_of(client, "name\nTalk\nMedicine\n", confirms="yes")
    confirm(client, address, page)

    assert "2 services are confirmed as right" in page
    assert {row.get("assured_date") for row in stored(ready).values()} == {date(2026, 11, 24).isoformat(), None}


def test_a_file_that_cannot_be_used_is_told_so_beside_the_field_and_not_kept(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    client = manager()
    cases: list[tuple[bytes, int, str]] = [
        (b"", 422, "The file has no rows"),
        (b"PK\x03\x04", 422, "This is a workbook"),
        ("name\nCafé\n".encode("latin-1"), 422, "line 2 has a letter in another encoding"),
        (b"name,phon,<b>\nx,1,2\n", 422, "Did you mean “phone”?"),
        (b"phone\n1\n", 422, "neither a column “name” nor “id”"),
        (b"name\n" + b"x\n" * 600, 422, "600 rows; at most 500"),
        (b"x" * (LARGEST + 1), 413, "larger than 2 megabytes"),
        (b"x" * (LARGEST * 3), 413, "larger than 2 megabytes"),
    ]
    for content, status, words in cases:
        page = send(client, content, missing="remove", confirms="yes")
        assert (page.status_code, words in page.text) == (status, True), words
        assert 'id="f-sheet-error"' in page.text
        assert 'class="error-summary"' in page.text
        assert "<b>" not in page.text.partition("<main")[2]
        assert status == 413 or re.search(r'value="remove" checked', page.text)
    none = client.post("/listings/upload", data={"missing": "keep"}, headers=ORIGIN)
    assert (none.status_code, "Choose a file." in none.text) == (422, True)
    assert count(ready, "listing_upload") == 0


def test_the_template_is_left_out_as_it_is_and_taken_once_its_id_is_gone(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    client = manager()
    template = client.get("/listings/upload/template.csv").data.decode("utf-8-sig")

    _, as_it_is = preview_of(client, template)
    _, filled = preview_of(client, template.replace("example,", ",", 1))

    assert "the line with the example is left out" in as_it_is
    assert "1 service is new" in filled
    assert "left out" not in filled


@pytest.mark.parametrize(("method", "what"), [("GET", ""), ("POST", ""), ("POST", "/discard")])
def test_anothers_file_and_one_that_is_not_there_are_the_same_404_with_a_line_in_the_audit_log(
    ready: Directory, manager: Callable[..., FlaskClient], method: str, what: str
) -> None:
    theirs, _ = preview_of(manager(OTHER.id), "name\nTheirs\n")
    absent = f"/listings/upload/{UUID(int=7)}"

    answers = [manager().open(f"{each}{what}", method=method, headers=ORIGIN) for each in (theirs, absent)]

    assert [answer.status_code for answer in answers] == [404, 404]
    mine, nobodys = (answer.text.replace(each, "") for answer, each in zip(answers, (theirs, absent), strict=True))
    assert mine == nobodys  # but for the page's own address
    with ready.worker.transaction() as session:
        noted = session.scalars(text("SELECT object_id FROM audit_entry WHERE action = 'access.not_found'")).all()
    assert {*noted} == {each.rpartition("/")[2] for each in (theirs, absent)}
    assert count(ready, "listing_upload") == 1


def test_a_file_is_its_own_organisations_managers_and_gone_after_a_day(
    ready: Directory, manager: Callable[..., FlaskClient], clock: FrozenClock
) -> None:
    client = manager()
    address, page = preview_of(client, "name,alert\nTalk,Mine\n")

    for stranger in (manager(OTHER.id), manager(role="case_worker")):
        looked, done = stranger.get(address), confirm(stranger, address, page)
        assert looked.status_code in {404, 403}
        assert done.status_code in {404, 403}
        assert "Mine" not in looked.text
    assert "alert" not in stored(ready)["Talk"]
    assert client.post(address, data={"seen": "x"}, headers={"Origin": "http://evil.test"}).status_code == 403

    sent = [preview_of(client, f"name\nFile {at}\n")[0] for at in range(MOST)]
    assert count(ready, "listing_upload") == MOST, "the oldest made room"
    assert [client.get(each).status_code for each in sent] == [200] * MOST
    address = sent[-1]

    with ready.worker.transaction() as session:
        forget_uploads(session, clock.now() + timedelta(hours=23))
    assert count(ready, "listing_upload") == MOST
    with ready.worker.transaction() as session:
        forget_uploads(session, clock.now() + timedelta(hours=24))
    assert count(ready, "listing_upload") == 0
    assert client.get(address).status_code == 404
