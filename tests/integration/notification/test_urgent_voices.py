"""That somebody was asked for money or sex reaches the state's data officer, at once and whatever waits unread."""

from datetime import timedelta

from notification_service.use_cases.plan_notices import plan_notices
from support.notices.planned import Begin, mails, told
from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    NOON,
    ONLY_MAIL,
    Scene,
    an_event,
)


def test_the_urgent_word_of_a_person_reaches_the_states_data_officer_and_no_delivery_log(
    scene: Scene, begin: Begin
) -> None:
    for region in ("IN-WB", "IN-TR"):
        with begin() as session:
            plan_notices(
                session, [an_event("referral.voice.urgent.v1", {"region": region, "version": 1})], NOON, ONLY_MAIL
            )
    assert told(begin) == [(DATA_OFFICER, "urgent_voice")]
    [item] = scene.client.get("/api/notices", headers=scene.headers(DATA_OFFICER)).get_json()["items"]
    assert (item["link"], item["reference"], item["due_at"]) == ("http://referral.test/voices", None, None)
    for who in (COORDINATOR, MANAGER):
        assert scene.client.get("/api/deliveries", headers=scene.headers(who)).get_json()["items"] == []


def test_a_flood_of_urgent_words_buries_none_and_what_comes_after_reading_is_told_again(
    scene: Scene, begin: Begin
) -> None:
    def said(times: int) -> None:
        with begin() as session:
            word = {"region": "IN-WB", "version": 1}
            plan_notices(session, [an_event("referral.voice.urgent.v1", word) for _ in range(times)], NOON, ONLY_MAIL)

    said(5)
    said(1)
    assert told(begin) == [(DATA_OFFICER, "urgent_voice")]
    assert len(mails(begin)) == 1

    scene.client.post("/api/notices/read-all", headers=scene.headers(DATA_OFFICER))
    said(2)

    assert told(begin) == [(DATA_OFFICER, "urgent_voice")] * 2


def test_an_urgent_word_that_nobody_read_for_a_day_holds_back_no_other(begin: Begin) -> None:
    for hours in (0, 23, 25):
        now = NOON + timedelta(hours=hours)
        with begin() as session:
            word = {"region": "IN-WB", "version": 1}
            plan_notices(session, [an_event("referral.voice.urgent.v1", word, time=now)], now, ONLY_MAIL)
    assert told(begin) == [(DATA_OFFICER, "urgent_voice")] * 2
    assert len(mails(begin)) == 1, "both to one reader"
