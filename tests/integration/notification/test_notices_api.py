"""`/api/notices` as its readers see it."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

from sqlalchemy import text

from support.notification import (
    COORDINATOR,
    NGO,
    NOON,
    OFFICER,
    OTHER_NGO,
    OTHER_WORKER,
    TERM,
    UNIT,
    WORKER,
    Scene,
    an_event,
    referral_data,
    view_data,
)

LIST = "/api/notices"


def submit(scene: Scene, *receivers: object, count: int = 1) -> None:
    for n in range(count):
        data = referral_data(uuid4(), *(receivers or (NGO,)))  # type: ignore[arg-type]  # given by keyword, one type each
        scene.plan(an_event("referral.submitted.v1", data, time=NOON + timedelta(seconds=n)))


def test_a_case_worker_reads_what_came_in(scene: Scene) -> None:
    referral = uuid4()
    scene.plan(an_event("referral.submitted.v1", referral_data(referral, NGO)))
    answer = scene.client.get(LIST, headers=scene.headers(WORKER))
    assert answer.status_code == 200
    assert answer.json is not None
    [item] = answer.json["items"]
    assert {**item, "id": ""} == {
        "id": "",
        "kind": "new",
        "reference": "R-7KQ2-9XTC",
        "link": f"http://referral.test/inbox/{referral}",
        "due_at": "2026-11-24T15:30:00+00:00",
        "created_at": "2026-11-24T06:30:00+00:00",
        "read": False,
    }
    assert (answer.json["unread"], answer.json["next"]) == (1, None)


def test_nobody_else_reads_it(scene: Scene) -> None:
    submit(scene)
    others = (OTHER_WORKER, OFFICER, COORDINATOR)
    read = {account: scene.client.get(LIST, headers=scene.headers(account)).json for account in others}
    assert read == {account: {"items": [], "unread": 0, "next": None} for account in others}


def test_without_a_session_there_is_no_answer(scene: Scene) -> None:
    assert scene.client.get(LIST).status_code == 401


def test_the_list_goes_on_where_the_page_ended(scene: Scene) -> None:
    submit(scene, count=5)
    seen, following = [], f"{LIST}?limit=2"
    while following:
        answer = scene.client.get(following, headers=scene.headers(WORKER)).json
        assert answer is not None
        seen += answer["items"]
        following = answer["next"]
    moments = [item["created_at"] for item in seen]
    assert len({item["id"] for item in seen}) == 5
    assert moments == sorted(moments, reverse=True)


def test_a_wrong_parameter_is_named(scene: Scene) -> None:
    named = {"limit=0": "limit", "limit=101": "limit", "cursor=x": "cursor", "colour=red": "colour"}
    refused = {}
    for query in named:
        answer = scene.client.get(f"{LIST}?{query}", headers=scene.headers(WORKER))
        refused[query] = (answer.status_code, [error["field"] for error in answer.get_json()["errors"]])
    assert refused == {query: (400, [field]) for query, field in named.items()}


def test_reading_marks_one_and_then_all(scene: Scene) -> None:
    submit(scene, count=3)
    first = scene.client.get(LIST, headers=scene.headers(WORKER)).json["items"][0]["id"]  # type: ignore[index]  # a JSON body
    for _ in range(2):
        assert scene.client.post(f"{LIST}/{first}/read", headers=scene.headers(WORKER)).status_code == 204
    answer = scene.client.get(LIST, headers=scene.headers(WORKER)).json
    assert answer is not None
    assert (answer["unread"], answer["items"][0]["read"]) == (2, True)
    scene.clock.advance(timedelta(minutes=1))
    assert scene.client.post(f"{LIST}/read-all", headers=scene.headers(WORKER)).status_code == 204
    assert scene.client.get(LIST, headers=scene.headers(WORKER)).json["unread"] == 0  # type: ignore[index]  # a JSON body


def test_a_session_from_after_a_reset_sees_nothing_earlier(scene: Scene) -> None:
    submit(scene)
    since = NOON + timedelta(minutes=1)
    answer = scene.client.get(LIST, headers=scene.headers(WORKER, since=since))
    assert answer.json == {"items": [], "unread": 0, "next": None}
    assert scene.client.get(LIST, headers=scene.headers(WORKER)).json["unread"] == 1  # type: ignore[index]  # a JSON body


def test_another_persons_notice_is_not_there_and_the_try_is_in_the_audit_log(scene: Scene) -> None:
    submit(scene)
    notice = scene.client.get(LIST, headers=scene.headers(WORKER)).json["items"][0]["id"]  # type: ignore[index]  # a JSON body
    absent = scene.client.post(f"{LIST}/{uuid4()}/read", headers=scene.headers(OTHER_WORKER))
    theirs = scene.client.post(f"{LIST}/{notice}/read", headers=scene.headers(OTHER_WORKER))
    assert (absent.status_code, theirs.status_code) == (404, 404)
    assert absent.data == theirs.data
    with scene.db.transaction() as session:
        rows = session.execute(text("SELECT actor, object_id, outcome FROM audit_entry ORDER BY position")).all()
    assert (OTHER_WORKER, notice, "404") in [tuple(row) for row in rows]


def test_whoever_acts_for_another_organisation_does_not_see_this_ones(scene: Scene) -> None:
    submit(scene)
    elsewhere = scene.headers(WORKER, organization=OTHER_NGO)
    assert scene.client.get(LIST, headers=elsewhere).json["items"] == []  # type: ignore[index]  # a JSON body


def test_asking_again_with_the_tag_costs_nothing_until_something_changes(scene: Scene) -> None:
    submit(scene)
    tag = scene.client.get(LIST, headers=scene.headers(WORKER)).headers["ETag"]
    again = scene.client.get(LIST, headers={**scene.headers(WORKER), "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    submit(scene)
    assert scene.client.get(LIST, headers={**scene.headers(WORKER), "If-None-Match": tag}).status_code == 200


def test_an_officers_notice_vanishes_at_its_moment_worker_or_no_worker(scene: Scene) -> None:
    scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT)))
    scene.clock.set(NOON + TERM - timedelta(seconds=1))
    assert len(scene.client.get(LIST, headers=scene.headers(OFFICER)).json["items"]) == 1  # type: ignore[index]  # a JSON body
    scene.clock.set(NOON + TERM)
    assert scene.client.get(LIST, headers=scene.headers(OFFICER)).json["items"] == []  # type: ignore[index]  # a JSON body


HIDDEN = ("withdrawn", "closed", "reminder.due", "escalation.due", "decision.due", "review.due", "question.answered")


def test_no_hidden_event_anywhere_changes_a_byte_for_the_officer(scene: Scene) -> None:
    def answers(*events: object) -> list[tuple[bytes, str, int]]:
        with scene.db.transaction() as session:
            session.execute(text("DELETE FROM notice"))
            session.execute(text("DELETE FROM delivery"))
            session.execute(text("DELETE FROM progress"))
        scene.plan(*events)  # type: ignore[arg-type]  # given by keyword, one type each
        heard = []
        for url in (LIST, "/"):
            answer = scene.client.get(url, headers=headers)
            heard.append((answer.data, answer.headers["ETag"], answer.status_code))
        return heard

    headers, faults = scene.headers(OFFICER), {}
    for kind, place in product(HIDDEN, range(3)):
        referral = uuid4()
        history = [
            an_event("referral.submitted.v1", referral_data(referral, NGO)),
            an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT, "accepted", version=2)),
        ]
        hidden = an_event(f"referral.{kind}.v1", referral_data(referral, NGO, version=7))
        # ids of later events shift when another one is made before them
        shifted = [an_event(event.type, event.data, time=event.time) for event in history]
        without, with_it = answers(*history), answers(*shifted[:place], hidden, *shifted[place:])
        if without != with_it:
            faults[kind, place] = (without, with_it)
    assert faults == {}


def test_the_comparison_would_see_what_an_officer_may_see(scene: Scene) -> None:
    """A change of the view itself shows at once, so the test above can fail."""
    headers, referral = scene.headers(OFFICER), uuid4()
    before = scene.client.get(LIST, headers=headers).data
    scene.plan(an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT, "not_taken", version=2)))
    assert scene.client.get(LIST, headers=headers).data != before
