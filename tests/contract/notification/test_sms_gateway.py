"""The SMS carrier against a real HTTP server that accepts, refuses, asks to wait, leads elsewhere, hangs and drips."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from local_stack.sms_gateway import DRIP_S
from notification_service.outside.carrier import Message, PermanentError, TemporaryError
from notification_service.outside.sms_gateway import SmsGateway
from notification_service.outside.sms_settings import SmsSettings
from notification_service.use_cases.write_sms import write_sms
from support.notices.sms import APP, RunningGateway, sms_gateway, write_sms_file
from support.notification import NOON

TEXT = write_sms("R-7KQ2-9XTC", "en", APP)


def an_sms(to: str = "+919800012345", body: str = TEXT) -> Message:
    return Message(UUID(int=7), kind="new", language="en", to=to, subject="", body=body, dated=NOON)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningGateway]:
    with sms_gateway(tmp_path) as started:
        yield started


def test_an_sms_arrives_under_its_registered_template_with_the_same_id_each_time(running: RunningGateway) -> None:
    gateway = SmsGateway(running.settings, "secret")
    gateway.send(an_sms())
    gateway.send(an_sms())
    first, second = running.gateway.messages
    assert first == second
    assert first == {
        "mobile": "+919800012345",
        "message": TEXT,
        "client_id": str(UUID(int=7)),
        "dlt_template_id": "1107000000000000001",
        "dlt_entity_id": "1101000000000000001",
        "sender": "SETUIN",
        "type": "gsm7",
    }


@pytest.mark.parametrize(
    ("last", "kind", "word", "code"),
    [
        ("60", PermanentError, "message_refused", 400),
        ("61", PermanentError, "message_refused", 410),
        ("62", TemporaryError, "try_later", 429),
        ("63", TemporaryError, "try_later", 500),
        ("64", TemporaryError, "sign_in_refused", 401),
        ("65", TemporaryError, "not_understood", 302),
    ],
)
def test_what_the_gateway_says_decides_between_later_and_never(
    running: RunningGateway, last: str, kind: type[Exception], word: str, code: int
) -> None:
    with pytest.raises(kind) as raised:
        SmsGateway(running.settings, None).send(an_sms(f"+9198000123{last}"))
    assert (str(raised.value), getattr(raised.value, "code")) == (word, code)  # noqa: B009 (both types have it)
    assert running.gateway.messages == [], "no redirect is followed"


@pytest.mark.parametrize("last", ["66", "67", "68"])
def test_a_gateway_that_hangs_or_drips_is_left_when_the_time_is_up(running: RunningGateway, last: str) -> None:
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        SmsGateway(running.settings, None, timeout=0.3).send(an_sms(f"+9198000123{last}"))
    assert time.monotonic() - began < DRIP_S / 2


def test_where_nobody_listens_it_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match="unreachable"):
        SmsGateway(SmsSettings.read(str(write_sms_file(tmp_path))), None, timeout=1).send(an_sms())


@pytest.mark.parametrize(
    ("to", "body", "word"),
    [
        ("9800012345", TEXT, "bad_address"),
        ("+91 98000\r\nX: y", TEXT, "bad_address"),
        ("+919800012345", TEXT + "!", "not_registered"),
    ],
)
def test_what_may_not_be_sent_never_leaves(running: RunningGateway, to: str, body: str, word: str) -> None:
    with pytest.raises(PermanentError, match=word):
        SmsGateway(running.settings, None).send(an_sms(to, body))
    assert running.gateway.messages == []


def test_a_refusal_inside_an_answer_of_status_200_is_a_refusal(tmp_path: Path, running: RunningGateway) -> None:
    other = write_sms_file(tmp_path, gateway=running.url, **{'status = "accepted"': 'status = "queued"'})
    with pytest.raises(PermanentError, match="message_refused"):
        SmsGateway(SmsSettings.read(str(other)), None).send(an_sms())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('url = "{0}/send"', 'url = "http://sms.example/send"', "https"),
        ('url = "{0}/send"', 'url = "https://user:hidden@sms.example/"', "neither a user"),
        ('body = "json"', 'body = "xml"', "one of: json, form"),
        ('id = "client_id"\n', "", "lacks id"),
        ('to = "mobile"', 'mobile = "mobile"', "knows no mobile"),
        ('header = "SETUIN"', 'header = "SETU IN"', "dlt.header"),
        ('id = "1107000000000000003"', 'id = "x"', "dlt.template 3: id"),
        ("[dlt]", "[other]", "lacks 'entity'"),
        ("[gateway]", "[gateway", "no TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place_and_without_quoting(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = write_sms_file(tmp_path, **{old.format("http://127.0.0.1:9"): new})
    with pytest.raises(ValueError, match=words) as raised:
        SmsSettings.read(str(path))
    assert "hidden" not in str(raised.value)
