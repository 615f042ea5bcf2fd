"""A manager's services from a file: everything is shown before anything is stored, and then all of it or nothing."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import text

from support.listings import (
    Directory,
    save,
)
from support.uploads import (
    MEDICINE,
    ORIGIN,
    TALK,
    THEIRS,
    confirm,
    count,
    preview_of,
    stored,
)


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


def test_a_new_service_is_shown_with_all_that_would_be_said_of_it(
    ready: Directory, manager: Callable[..., FlaskClient]
) -> None:
    _, page = preview_of(manager(), "name,districts,cost\nNew place,315,free\n")

    added = page.partition('id="added"')[2].partition("</section>")[0]
    for label, said in (("Districts served", "Kolkata"), ("Cost", "Free"), ("People served", "not said")):
        assert said in added.partition(f"{label}")[2].partition("</dd>")[0], label
    assert "315" not in added


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
