"""One contract for everything that carries mail: run against SMTP (a real server) and against files."""

import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from notification_service.outside.carrier import Carrier, PermanentError, TemporaryError
from notification_service.outside.mail_files import MailFiles
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from support.notices.mail import MAIL, SENDER
from support.notification import NOON
from support.notification_smtp import (
    DRIP,
    DRIP_S,
    SmtpServer,
    smtp_server,
)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture(params=["smtp", "files"])
def carried(
    request: pytest.FixtureRequest, server: SmtpServer, tmp_path: Path
) -> tuple[Carrier, Callable[[], list[EmailMessage]]]:
    if request.param == "smtp":
        return SmtpMailer(SmtpAddress.parse(server.url), SENDER), lambda: server.taken
    files = tmp_path / "mail"

    def read() -> list[EmailMessage]:
        found = sorted(files.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]  # type: ignore[misc]  # the policy makes EmailMessage

    return MailFiles(files, SENDER), read


def test_a_mail_arrives_as_it_was_written(carried: tuple[Carrier, Callable[[], list[EmailMessage]]]) -> None:
    mailer, taken = carried
    mailer.send(MAIL)
    [message] = taken()
    assert (message["To"], message["From"], message["Subject"]) == (
        "asha@ngo.example",
        f"Setu <{SENDER}>",
        "R-7KQ2-9XTC",
    )
    assert message.get_content().replace("\r\n", "\n") == "अ ক a\n.dot\n"
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_mail_twice_has_the_same_message_id(
    carried: tuple[Carrier, Callable[[], list[EmailMessage]]],
) -> None:
    mailer, taken = carried
    mailer.send(MAIL)
    mailer.send(MAIL)
    assert {message["Message-ID"] for message in taken()} == {f"<{UUID(int=7)}@mail.example>"}


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b", "a b@ngo.example", "a@ngo.example\nBcc: b@ngo.example", "अ@ngo.example", "@ngo.example"],
)
def test_an_address_that_cannot_be_right_is_refused_for_good_and_nothing_leaves(
    carried: tuple[Carrier, Callable[[], list[EmailMessage]]], address: str
) -> None:
    mailer, taken = carried
    with pytest.raises(PermanentError, match="bad_address"):
        mailer.send(replace(MAIL, to=address))
    assert taken() == []


@pytest.mark.parametrize(
    ("what", "answer", "kind", "word"),
    [
        ("rcpt", "550 no such user", PermanentError, "address_refused"),
        ("rcpt", "450 mailbox busy", TemporaryError, "try_later"),
        ("data_end", "554 refused", PermanentError, "message_refused"),
        ("data_end", "452 full", TemporaryError, "try_later"),
        ("greeting", "421 later", TemporaryError, "try_later"),
    ],
)
def test_what_the_server_says_decides_between_later_and_never(
    server: SmtpServer, what: str, answer: str, kind: type[Exception], word: str
) -> None:
    setattr(server.behaviour, what, answer)
    with pytest.raises(kind) as raised:
        SmtpMailer(SmtpAddress.parse(server.url), SENDER).send(MAIL)
    assert str(raised.value) == word
    assert getattr(raised.value, "code") == int(answer[:3])  # noqa: B009 (both types have it)
    assert server.taken == []


def test_a_server_that_says_nothing_is_left_after_the_time_is_up(server: SmtpServer) -> None:
    server.behaviour.data_end = ""
    with pytest.raises(TemporaryError, match="no_answer"):
        SmtpMailer(SmtpAddress.parse(server.url), SENDER, timeout=0.2).send(MAIL)


@pytest.mark.parametrize("what", ["greeting", "other", "rcpt", "data_end"])
def test_a_server_that_drips_is_left_when_the_time_is_up_however_often_a_byte_comes(
    server: SmtpServer, what: str
) -> None:
    setattr(server.behaviour, what, DRIP)
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        SmtpMailer(SmtpAddress.parse(server.url), SENDER, timeout=20, whole=0.3).send(MAIL)
    assert time.monotonic() - began < DRIP_S / 2


def test_a_kept_connection_that_drips_is_left_and_the_next_mail_goes_over_another(server: SmtpServer) -> None:
    mailer = SmtpMailer(SmtpAddress.parse(server.url), SENDER, timeout=20, whole=6, kept=60)
    mailer.send(MAIL)

    server.behaviour.other = DRIP
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        mailer.send(MAIL)
    assert time.monotonic() - began < DRIP_S
    assert server.connections == 1, "none is opened when the time is up"

    server.behaviour.other = "250 fine"
    mailer.send(MAIL)
    assert len(server.taken) == 2


@pytest.mark.parametrize(("hangs_up", "kept", "connections"), [(False, 60.0, 1), (False, 0.0, 3), (True, 60.0, 3)])
def test_mails_that_follow_each_other_share_a_connection_while_the_server_keeps_it(
    server: SmtpServer, hangs_up: bool, kept: float, connections: int
) -> None:
    server.behaviour.hang_up_after_each_mail = hangs_up
    mailer = SmtpMailer(SmtpAddress.parse(server.url), SENDER, kept=kept)
    for _ in range(3):
        mailer.send(MAIL)
    assert (len(server.taken), server.connections) == (3, connections)


def test_a_refused_mail_leaves_no_half_said_thing_to_the_next(server: SmtpServer) -> None:
    mailer = SmtpMailer(SmtpAddress.parse(server.url), SENDER)
    mailer.send(MAIL)
    server.behaviour.rcpt = "550 nobody here"
    with pytest.raises(PermanentError, match="address_refused"):
        mailer.send(MAIL)
    server.behaviour.rcpt = "250 fine"
    mailer.send(MAIL)
    assert (len(server.taken), server.connections) == (2, 2)


def test_a_server_that_hangs_up_is_tried_again(server: SmtpServer) -> None:
    server.behaviour.hang_up_after_data = True
    with pytest.raises(TemporaryError, match="unreachable"):
        SmtpMailer(SmtpAddress.parse(server.url), SENDER).send(MAIL)


def test_where_nobody_listens_it_is_tried_again() -> None:
    with pytest.raises(TemporaryError, match="unreachable"):
        SmtpMailer(SmtpAddress.parse("smtp://127.0.0.1:1"), SENDER, timeout=1).send(MAIL)


def test_without_encryption_nothing_leaves_for_another_machine(server: SmtpServer) -> None:
    elsewhere = SmtpAddress(host="127.0.0.1", port=server.port, implicit_tls=False, starttls="always")
    with pytest.raises(TemporaryError, match="no_encryption"):
        SmtpMailer(elsewhere, SENDER).send(MAIL)
    assert server.taken == []


@pytest.mark.parametrize("answer", ["220 go on", "454 not today"])
def test_a_server_that_offers_encryption_and_does_not_do_it_gets_nothing(server: SmtpServer, answer: str) -> None:
    server.behaviour.extensions, server.behaviour.starttls = ("STARTTLS",), answer
    with pytest.raises(TemporaryError, match=r"no_encryption|try_later"):
        SmtpMailer(SmtpAddress.parse(server.url), SENDER, timeout=20).send(MAIL)
    assert server.taken == []


@pytest.mark.parametrize(
    ("url", "starttls", "implicit", "port"),
    [
        ("smtp://mail.example", "always", False, 25),
        ("smtp://127.0.0.1:2525", "offered", False, 2525),
        ("smtp://mailhog:1025?tls=never", "never", False, 1025),
        ("smtps://u:p%40ss@mail.example", "always", True, 465),
    ],
)
def test_the_address_decides_about_encryption(url: str, starttls: str, implicit: bool, port: int) -> None:
    address = SmtpAddress.parse(url)
    assert (address.starttls, address.implicit_tls, address.port) == (starttls, implicit, port)
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://a?tls=maybe", "smtp://a?x=1"])
def test_another_address_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"must read|knows one option"):
        SmtpAddress.parse(url)


def test_a_full_disk_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(TemporaryError, match="unreachable"):
        MailFiles(tmp_path / "mail", SENDER).send(MAIL)


def test_a_folder_that_the_first_mail_makes_is_no_fault_and_is_not_made_by_looking(tmp_path: Path) -> None:
    MailFiles(tmp_path / "mail", SENDER).try_folder()
    assert not (tmp_path / "mail").exists()
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="Not a directory"):
        MailFiles(tmp_path / "mail", SENDER).try_folder()


def test_the_date_is_the_notices_own(carried: tuple[Carrier, Callable[[], list[EmailMessage]]]) -> None:
    mailer, taken = carried
    mailer.send(MAIL)
    assert taken()[0]["Date"].datetime - NOON == timedelta(0)


def test_mail_in_files_is_its_owners_alone_also_in_a_folder_that_was_open(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir(mode=0o755)
    mail = MAIL
    half = folder / f"{mail.id}.eml.new"
    half.write_bytes(b"of a process that died")

    MailFiles(folder, SENDER).send(mail)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]


def test_the_tests_own_server_takes_no_mail_whose_sender_died_within_it(server: SmtpServer) -> None:
    dying = smtplib.SMTP("127.0.0.1", server.port)
    dying.ehlo()
    dying.mail(SENDER)
    dying.rcpt("asha@ngo.example")
    assert dying.docmd("DATA")[0] == 354
    dying.send(b"Message-ID: <0000\r\n")
    dying.close()

    SmtpMailer(SmtpAddress.parse(server.url), SENDER).send(MAIL)

    assert [message["Subject"] for message in server.taken] == ["R-7KQ2-9XTC"]
