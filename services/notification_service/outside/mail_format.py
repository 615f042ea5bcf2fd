"""Format of a mail: the one plain text with its headers, for every module that carries mail.

Equal messages are equal mails, byte by byte, with the same Message-ID: a mailbox drops the second.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notification_service.outside.carrier import Message, PermanentError


def compose(mail: Message, sender: str) -> EmailMessage:
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
