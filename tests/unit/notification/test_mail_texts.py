"""A mail without a reference says as little as can be, and nothing that is untrue."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel, Place
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.write_mail import write_text
from service_kit.web.html.catalogues import compile_all

LINKS = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")


def test_a_mail_about_a_reset_says_that_there_was_one_since_its_owner_cannot_sign_in() -> None:
    told = DeliveryRow(
        id=uuid4(),
        kind="sign_in_reset",
        channel=Channel.MAIL,
        language="en",
        place=Place.ACCOUNT.value,
        reference=None,
        referral_id=None,
        recipient_role="coordinator",
        due_at=None,
        created_at=datetime(2026, 11, 29, 9, 0, tzinfo=UTC),
    )

    subject, body = write_text(told, LINKS)

    assert subject == "Setu"
    assert "Your sign-in was reset on 29 November 2026, 14:30: a new slip was printed" in body
    assert "tell a data officer of your state" in body
    assert "your coordinator" not in body, "who may have done it"


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "A date that you were told is off."),
        ("hi", "जो तारीख़ आपको बताई गई थी, वह रद्द है।"),
        ("bn", "যে তারিখ আপনাকে জানানো হয়েছিল, তা বাতিল।"),
    ],
)
def test_a_mail_about_a_meeting_that_is_off_says_that_and_leads_to_the_list(language: str, first: str) -> None:
    compile_all()
    told = DeliveryRow(
        id=uuid4(),
        kind="meeting",
        channel=Channel.MAIL,
        language=language,
        place=Place.MEETINGS.value,
        reference=None,
        referral_id=None,
        recipient_role="provider_manager",
        due_at=None,
    )

    subject, body = write_text(told, LINKS)

    assert (subject, body.splitlines()[0]) == ("Setu", first)
    assert body.splitlines()[-1] == "https://setu.test/notifications/"


@pytest.mark.parametrize("place", [place for place in Place if place not in (Place.INBOX, Place.SENT)])
def test_only_a_mail_about_the_account_says_that_it_is_about_the_account(place: Place) -> None:
    told = DeliveryRow(
        id=uuid4(),
        channel=Channel.MAIL,
        language="en",
        place=place.value,
        reference=None,
        referral_id=None,
        recipient_role="provider_manager",
        due_at=None,
    )
    subject, body = write_text(told, LINKS)
    first = (
        "There is a message for you about your account." if place is Place.ACCOUNT else "There is a message for you."
    )
    assert (subject, body.splitlines()[0]) == ("Setu", first)
    assert ("If you cannot sign in any more, ask" in body) == (place is Place.ACCOUNT)
