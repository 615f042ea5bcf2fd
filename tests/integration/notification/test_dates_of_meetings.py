"""A notice of a meeting tells its date to everybody, and sends nobody to look for a place where it cannot be seen."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from support.notification import (
    KOLKATA,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    SUPERVISOR,
    UNIT,
    WORKER,
    Scene,
    an_event,
    membership_of,
)

LOOK, ASK = "see when and where", "ask whoever manages your organisation where it is"


def words_of(scene: Scene, account: UUID, language: str = "en") -> str:
    page = scene.client.get(f"/?lang={language}", headers=scene.headers(account)).text
    return re.sub(r"<[^>]+>", "", page.partition('<ul class="rows">')[2])


def tell(scene: Scene, **more: object) -> None:
    """Both sides of a meeting in a week, and two focal points: an officer and a case worker."""
    focal_points = [str(membership_of(each)) for each in (OFFICER, WORKER)]
    told = {"receivers": [str(NGO), str(UNIT)], "focal_points": focal_points, "district": KOLKATA, "version": 1}
    due = (NOON + timedelta(days=7)).isoformat()
    scene.plan(an_event("directory.meeting.planned.v1", {**told, "due_at": due, **more}))


@pytest.mark.parametrize("moved", [{}, {"moved_from": NOON.isoformat()}], ids=["planned", "moved"])
def test_who_opens_no_page_of_meetings_reads_the_date_and_whom_to_ask(scene: Scene, moved: dict[str, str]) -> None:
    tell(scene, **moved)

    for account, says, not_said in (
        (MANAGER, LOOK, ASK),
        (SUPERVISOR, LOOK, ASK),
        (OFFICER, ASK, LOOK),
        (WORKER, ASK, LOOK),
    ):
        words = words_of(scene, account)
        assert (says in words, not_said in words) == (True, False), words
        assert re.search(r"Date told: *\d+ \w+ 20\d\d, \d\d:\d\d", words), words


def test_the_date_stands_there_after_the_notice_was_opened(scene: Scene) -> None:
    tell(scene)
    scene.client.post("/read", headers=scene.headers(OFFICER))
    (notice,) = scene.client.get("/api/notices", headers=scene.headers(OFFICER)).get_json()["items"]

    opened = scene.client.post(f"/open/{notice['id']}", headers=scene.headers(OFFICER))

    assert (opened.status_code, opened.headers["Location"]) == (303, "http://notification.test/")
    assert "Date told:" in words_of(scene, OFFICER)
    assert "बताई गई तारीख़:" in words_of(scene, OFFICER, "hi")
    assert "জানানো তারিখ:" in words_of(scene, OFFICER, "bn")
