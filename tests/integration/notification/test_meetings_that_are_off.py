"""A meeting's notice without a date says that it is off: in each language, in the log of messages, and to a phone."""

from datetime import timedelta

from sqlalchemy import select

from notification_service.domain.notices import Channel
from notification_service.settings import load
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.write_mail import write_text
from notification_service.use_cases.write_sms import write_sms
from service_kit.envelope import Event
from support.notification import KOLKATA, MANAGER, NGO, NOON, OFFICER, UNIT, Scene, add_member, an_event, membership_of

OFF = "A district meeting: the date that you were told is off"


def a_meeting(*, is_off: bool) -> Event:
    """Of which both sides and an officer are told, who is a focal point."""
    named = {"receivers": [str(NGO), str(UNIT)], "focal_points": [str(membership_of(OFFICER))]}
    due = {} if is_off else {"due_at": (NOON + timedelta(days=7)).isoformat()}
    return an_event("directory.meeting.planned.v1", {"district": KOLKATA, "version": 1, **named, **due})


def test_the_list_says_so_in_the_readers_language_and_of_that_meeting_alone(scene: Scene) -> None:
    scene.plan(a_meeting(is_off=False), a_meeting(is_off=True))

    for language, words in (
        ("en", OFF),
        ("hi", "ज़िला बैठक: जो तारीख़ आपको बताई गई थी, वह रद्द है"),
        ("bn", "জেলা বৈঠক: যে তারিখ আপনাকে জানানো হয়েছিল, তা বাতিল"),
    ):
        page = scene.client.get(f"/?lang={language}", headers=scene.headers(OFFICER)).text
        assert (page.count("data-row="), page.count(words)) == (2, 1), language


def test_the_log_of_messages_says_what_was_sent(scene: Scene) -> None:
    scene.plan(a_meeting(is_off=True))
    page = scene.client.get("/deliveries", headers=scene.headers(MANAGER)).text
    assert (OFF in page, "see when" in page) == (True, False)

    with scene.db.transaction() as session:
        mine = session.scalars(select(DeliveryRow.id).where(DeliveryRow.account_id == MANAGER)).one()
    message = scene.client.get(f"/deliveries/{mine}", headers=scene.headers(MANAGER)).text
    assert (OFF in message, "A date that you were told is off." in message) == (True, True)


def test_a_phone_gets_the_registered_sentence_alone(scene: Scene) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, OFFICER, UNIT, "officer", mail=None, phone="+919800012301", version=9)

    scene.plan(a_meeting(is_off=True), channels={Channel.MAIL, Channel.SMS})

    with scene.db.transaction() as session:
        row = session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == OFFICER)).one()
    links = load(scene.environment).links
    assert write_text(row, links) == ("", write_sms(None, "en", links.notification_url))
