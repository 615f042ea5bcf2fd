"""No word of an identity, a need, a service or of health in any message: over every kind, language and channel.

What is looked through is what leaves, as it is on the wire and decoded: headers, subject, body and link, also of events
that tell more than their contract lets them.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest

from notification_service.domain.links import Links
from notification_service.domain.notices import OUTGOING, Channel, PlannedNotice
from notification_service.domain.routing import plan
from notification_service.domain.routing_table import ROLE_OF, ROUTES
from notification_service.outside.mail_format import compose
from notification_service.outside.sms_gateway import compose_sms
from notification_service.outside.sms_settings import SmsSettings
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.read_event import read_event
from notification_service.use_cases.write_mail import write_message
from service_kit.web.html.catalogues import compile_all
from setu.languages import SCREEN_LANGUAGES
from setu.needs import CODES
from support.notices.sms import write_sms_file
from support.notification import NGO, NOON, TERM, UNIT, a_member, an_event, referral_data

CANARIES = ("Canary Tara Devi", "+919800099999", "CANARY-OST", "Canary Clinic", "canary.tara@home.example")
HEALTH = (
    "drug", "opioid", "methadone", "hiv", "health", "clinic", "treatment", "patient", "medicine", "disease", "test",
    "police", "prison", "arrest", "counsel", "therapy", "addict",
    "दवा", "नशा", "स्वास्थ्य", "इलाज", "अस्पताल", "एचआईवी", "पुलिस", "जेल", "जाँच",
    "মাদক", "নেশা", "স্বাস্থ্য", "চিকিৎসা", "হাসপাতাল", "এইচআইভি", "পুলিশ", "জেল", "ওষুধ",
)  # fmt: skip
LINKS = Links("https://setu.example", "https://setu.example/directory", "https://setu.example/notifications")
PLACES = re.compile(r"https://setu\.example/[a-z/0-9-]*")
SENT = {rule.kind for rules in ROUTES.values() for rule in rules if len(rule.channels) > 1}


def planned(topic: str, language: str) -> Iterator[PlannedNotice]:
    """What one event tells everybody whom its lines name, by mail and, without a mail address, by SMS."""
    kind, _, state = topic.partition("#")
    told_too_much = {"name": CANARIES[0], "contact": CANARIES[1], "need": CANARIES[2], "service": CANARIES[3]}
    data = referral_data(UUID(int=77), NGO, UNIT, account_id=str(UUID(int=5)), organization_id=str(UNIT))
    data |= {"region": "IN-WB", "team": True, "expires_at": (NOON + TERM).isoformat(), **told_too_much}
    event = read_event(an_event(kind, data | ({"state": state} if state else {})))
    roles = {ROLE_OF.get(audience, "officer") for rule in ROUTES[topic] for audience in rule.audiences}
    for has_mail in (True, False):
        people = [
            a_member(
                role, organization=place, account=UUID(int=5), language=language, has_mail=has_mail, has_phone=True
            )
            for role in roles
            for place in (UNIT, NGO)
        ]
        yield from plan(event, people, NOON, [Channel(word) for word in OUTGOING])


def wire(notice: PlannedNotice, channel: Channel, sms: SmsSettings) -> str:
    """The message as it leaves on a channel, and decoded once more."""
    row = DeliveryRow(
        id=notice.delivery_id(channel),
        channel=channel.value,
        recipient_role=notice.recipient_role,
        created_at=notice.created_at,
        **{name: getattr(notice, name) for name in ("kind", "place", "referral_id", "reference", "due_at", "language")},
    )
    if channel is Channel.SMS:
        return json.dumps(compose_sms(write_message(row, "+919800012301", LINKS), sms)[0], ensure_ascii=False)
    mail = compose(write_message(row, "asha@ngo.example", LINKS), "setu@mail.example")
    return mail.as_string() + str(mail["Subject"]) + mail.get_content()


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_no_message_of_any_kind_says_who_why_or_where(language: str, tmp_path: Path) -> None:
    compile_all()
    sms = SmsSettings.read(str(write_sms_file(tmp_path, notices=LINKS.notification_url)))
    left = {
        (notice.kind, channel): wire(notice, channel, sms)
        for topic in ROUTES
        for notice in planned(topic, language)
        for channel in notice.sends
    }
    assert set(left) == {(kind, Channel(word)) for kind in SENT for word in OUTGOING}
    for text in left.values():
        for canary in CANARIES:
            forms = (
                canary,
                quote(canary),
                base64.b64encode(canary.encode()).decode().rstrip("="),
                canary.encode().hex(),
            )
            assert not any(form in text for form in forms)
        assert not ({*HEALTH, *map(str.lower, CODES)} & set(words_of(PLACES.sub("", text))))
        assert not any(word in address for address in PLACES.findall(text) for word in HEALTH)


def words_of(text: str) -> list[str]:
    """Every word, those of other scripts with their marks."""
    return re.findall(r"[\w\u0900-\u09ff]+", text.lower())


def test_the_look_would_find_a_word() -> None:
    assert {"hiv", "जाँच"} <= set(words_of("Subject: HIV, जाँच."))
