"""Protocol of mail carriers: what a mail is, and what anything that sends one must promise.

A channel to people (mail today; SMS or webhooks beside it when somebody needs them) is a protocol like this one and
a module that keeps it. `send` returns when the provider has taken the message, and otherwise raises one of two
types, because what follows differs: temporary trouble is tried again, a permanent refusal is shown to a person.
Sending the same `Mail` twice must carry the same Message-ID, so that a mailbox can drop the second.
"""

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol
from uuid import UUID


class DeliveryError(Exception):
    """A message was not taken. `word` is one of a few words for people; `code` is the provider's, where it gave one.

    Never carries the provider's text, which may quote an address.
    """

    def __init__(self, word: str, code: int | None = None) -> None:
        super().__init__(word)
        self.word = word
        self.code = code


class TemporaryError(DeliveryError):
    """It may work later: nobody answered, the mailbox is full, the provider asks to come back."""


class PermanentError(DeliveryError):
    """It will not work as it is: no such address, the message is refused."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `id` is the delivery's; `to` never appears in `repr`."""

    id: UUID
    to: str = field(repr=False)
    subject: str
    body: str
    dated: datetime


class Mailer(Protocol):
    """Something that carries mail."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raises TemporaryError or PermanentError."""
        ...


def compose(mail: Mail, sender: str) -> EmailMessage:
    """Return the message as it goes over the wire; equal for equal input. Raises PermanentError for a bad address."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name="Setu", addr_spec=sender)
    message["To"] = _address(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.dated)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.body)
    return message


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except Exception:  # noqa: BLE001 (the parser raises several kinds, some undocumented)
        raise PermanentError("bad_address") from None
    if not text.isascii() or not address.username or "." not in address.domain:
        raise PermanentError("bad_address")
    return address
