"""Mail carrier over SMTP, with the standard library.

TLS: `smtps://` speaks it from the first byte; `smtp://` must be upgraded by STARTTLS, except to this machine itself or
where the address says `?tls=never`. Certificates are always checked. What an operator can mend (sign-in, TLS, sender)
is temporary, so that a wrong setting does not turn every waiting message into a failed one.
"""

import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from notification_service.outside.carrier import Message, PermanentError, TemporaryError
from notification_service.outside.mail import compose

TIMEOUT = 15.0  # seconds for each exchange; at most a dozen of them fit into a delivery's lease
KEPT = 5.0  # seconds; servers close an idle connection after minutes
_FINE = 250
_PORTS = {"smtp": 25, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """`smtp[s]://[user:password@]host[:port][?tls=never]`, taken apart."""

    host: str
    port: int
    implicit_tls: bool
    starttls: str  # "always" | "offered" | "never"
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises ValueError in plain words, without quoting the address (it may hold a password)."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("must read smtp://host:port or smtps://host:port")
        if options not in ({}, {"tls": "never"}):
            raise ValueError("knows one option only, ?tls=never")
        upgrade = "never" if options else "offered" if parts.hostname in _HERE else "always"
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            implicit_tls=parts.scheme == "smtps",
            starttls=upgrade,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or "") if parts.username else None,
        )


class SmtpMailer:
    """Keeps the `Carrier` promise over a connection that each thread keeps while mails follow each other.

    One that was idle for `kept` seconds is made anew, and so is one after any trouble: a server may have closed it.
    """

    def __init__(self, address: SmtpAddress, sender: str, *, timeout: float = TIMEOUT, kept: float = KEPT) -> None:
        self._address = address
        self._sender = sender
        self._timeout = timeout
        self._kept = kept
        self._own = threading.local()

    def send(self, mail: Message) -> None:
        """Hand the mail to the server; raises TemporaryError or PermanentError."""
        message = compose(mail, self._sender)
        with _as_delivery_errors():
            server = self._take() or self._open()
            try:
                server.send_message(message, from_addr=self._sender, to_addrs=[mail.to])
            except BaseException:
                server.close()
                raise
            self._own.server, self._own.since = server, time.monotonic()

    def try_server(self) -> None:
        """Connect, encrypt and sign in as for a mail, and send none. Raises what smtplib and the network raise."""
        self._open().close()

    def _take(self) -> smtplib.SMTP | None:
        """The connection that this thread kept, if it is fresh and the server still answers on it."""
        server, self._own.server = getattr(self._own, "server", None), None
        if server is None:
            return None
        with suppress(smtplib.SMTPException, OSError):
            if time.monotonic() - self._own.since < self._kept and server.rset()[0] == _FINE:
                return cast("smtplib.SMTP", server)
        server.close()
        return None

    def _open(self) -> smtplib.SMTP:
        server = self._connect()
        try:
            self._secure(server)
        except BaseException:
            server.close()
            raise
        return server

    def _connect(self) -> smtplib.SMTP:
        address = self._address
        if address.implicit_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(address.host, address.port, timeout=self._timeout, context=context)
        return smtplib.SMTP(address.host, address.port, timeout=self._timeout)

    def _secure(self, server: smtplib.SMTP) -> None:
        address = self._address
        server.ehlo_or_helo_if_needed()
        if not address.implicit_tls and address.starttls != "never":
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            elif address.starttls == "always":
                raise TemporaryError("no_encryption")
        if address.user is not None:
            server.login(address.user, address.password or "")


@contextmanager
def _as_delivery_errors() -> Iterator[None]:
    """Turn what smtplib and the network raise into the two types."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise _by_code(code, "address_refused") from None
    except smtplib.SMTPDataError as refused:
        raise _by_code(refused.smtp_code, "message_refused") from None
    except smtplib.SMTPAuthenticationError as refused:
        raise TemporaryError("sign_in_refused", refused.smtp_code) from None
    except smtplib.SMTPSenderRefused as refused:
        raise TemporaryError("sender_refused", refused.smtp_code) from None
    except smtplib.SMTPResponseException as refused:
        raise TemporaryError("try_later", refused.smtp_code) from None
    except (smtplib.SMTPNotSupportedError, ssl.SSLError):
        raise TemporaryError("no_encryption") from None
    except (smtplib.SMTPException, OSError) as error:
        # smtplib turns a time-out into "disconnected" and keeps it as the context
        waited_in_vain = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        raise TemporaryError("no_answer" if waited_in_vain else "unreachable") from None


def _by_code(code: int, permanent_word: str) -> PermanentError | TemporaryError:
    """RFC 5321 §4.2.1: 5yz is permanent, 4yz is not."""
    return PermanentError(permanent_word, code) if code >= 500 else TemporaryError("try_later", code)
