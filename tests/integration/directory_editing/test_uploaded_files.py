"""Files of services: which are taken, whose they are, and how long they are kept."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.editing.domain.sheets.table import LARGEST
from directory_service.editing.use_cases.store_upload import (
    MOST,
    forget_uploads,
)
from service_kit.clock import FrozenClock
from support.listings import (
    Directory,
)
from support.uploads import ORIGIN, OTHER, confirm, count, preview_of, send, stored


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


def test_anothers_file_and_one_that_is_not_there_are_the_same_404_with_a_line_in_the_audit_log(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    theirs, _ = preview_of(manager(OTHER.id), "name\nTheirs\n")
    absent = f"/listings/upload/{UUID(int=7)}"
    me = manager()

    for method, what in (("GET", ""), ("POST", ""), ("POST", "/discard")):
        before = len(noted(ready))
        answers = [me.open(f"{each}{what}", method=method, headers=ORIGIN) for each in (theirs, absent)]

        assert [answer.status_code for answer in answers] == [404, 404], (method, what)
        mine, nobodys = (answer.text.replace(each, "") for answer, each in zip(answers, (theirs, absent), strict=True))
        assert mine == nobodys, (method, what)  # but for the page's own address
        assert {*noted(ready)[before:]} == {each.rpartition("/")[2] for each in (theirs, absent)}, (method, what)
        assert count(ready, "listing_upload") == 1, (method, what)


def noted(directory: Directory) -> list[str]:
    with directory.worker.transaction() as session:
        lines = "SELECT object_id FROM audit_entry WHERE action = 'access.not_found' ORDER BY position"
        return list(session.scalars(text(lines)).all())


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
