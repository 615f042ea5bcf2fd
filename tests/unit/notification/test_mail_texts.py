"""A mail without a reference says as little as can be, and nothing that is untrue."""

from uuid import uuid4

import pytest

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel, Place
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.write_mail import write_text

LINKS = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")


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
