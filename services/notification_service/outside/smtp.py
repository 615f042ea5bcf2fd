"""Mail carrier over SMTP, with the standard library.

TLS: `smtps://` speaks it from the first byte; `smtp://` must be upgraded by STARTTLS, except to this machine itself or
where the address says `?tls=never`. Certificates are always checked. What an operator can mend (sign-in, TLS, sender)
is temporary, so that a wrong setting does not turn every waiting message into a failed one. A mail and all that comes
before it end within `WHOLE`, connects and handshakes included, whatever the server does (`deadline.py`).
"""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from notification_service.outside.carrier import Message, PermanentError, TemporaryError
from notification_service.outside.deadline import connect, deadline
from notification_service.outside.mail_format import compose

TIMEOUT = 15.0  # seconds for each answer's next byte
WHOLE = 30.0  # seconds for everything that one mail takes; far less than the minute that makes a loop ill
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

    def __init__(
        self,
        address: SmtpAddress,
        sender: str,
        *,
        timeout: float = TIMEOUT,
        whole: float = WHOLE,
        kept: float = KEPT,
    ) -> None:
        self._address = address
        self._sender = sender
        self._timeout = timeout
        self._whole = whole
        self._kept = kept
        self._own = threading.local()

    def send(self, mail: Message) -> None:
        """Hand the mail to the server; raises TemporaryError or PermanentError."""
        message = compose(mail, self._sender)
        with _as_delivery_errors(), self._exchange() as connection:
            server = self._take(connection) or self._open(connection)
            server.send_message(message, from_addr=self._sender, to_addrs=[mail.to])
        self._own.server, self._own.since = server, time.monotonic()

    def try_server(self) -> None:
        """Connect, encrypt and sign in as for a mail, and send none. Raises what smtplib and the network raise."""
        with self._exchange() as connection:
            self._open(connection)
        connection.close()

    @contextmanager
    def _exchange(self) -> Iterator["_Connection"]:
        """Ends in time; after any trouble its connection is closed."""
        connection = _Connection()
        try:
            with deadline(self._whole, connection.current_socket) as seconds_left:
                connection.timeout = lambda: min(self._timeout, seconds_left())
                yield connection
        except BaseException:
            connection.close()
            raise

    def _take(self, connection: "_Connection") -> smtplib.SMTP | None:
        """The connection that this thread kept, if it is fresh and the server still answers on it."""
        server: smtplib.SMTP | None = getattr(self._own, "server", None)
        connection.server, self._own.server = server, None
        if server is None:
            return None
        with suppress(smtplib.SMTPException, OSError):
            if time.monotonic() - self._own.since < self._kept and server.rset()[0] == _FINE:
                return server
        connection.close()
        return None

    def _open(self, connection: "_Connection") -> smtplib.SMTP:
        address = self._address
        kind = _TlsServer if address.implicit_tls else _Server
        server = kind(connection, address.host, address.port, self._timeout)
        self._secure(server, connection)
        return server

    def _secure(self, server: smtplib.SMTP, connection: "_Connection") -> None:
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
        connection.set_timeout(self._timeout)  # less may have been left, and it may be kept


class _Connection:
    """The connection of an exchange; has its server before that one's constructor, which waits for a greeting, ends.

    `timeout`: seconds for what begins now; raises TimeoutError where the time is up.
    """

    server: smtplib.SMTP | None = None
    timeout: Callable[[], float]

    def current_socket(self) -> socket.socket | None:
        """The one that is spoken over now: STARTTLS puts another in its place."""
        return self.server.sock if self.server is not None else None

    def set_timeout(self, seconds: float) -> None:
        if (current := self.current_socket()) is not None:
            current.settimeout(seconds)

    def close(self) -> None:
        if self.server is not None:
            self.server.close()


class _Server(smtplib.SMTP):
    def __init__(self, connection: _Connection, host: str, port: int, timeout: float) -> None:
        connection.server, self._connection = self, connection
        super().__init__(host, port, timeout=timeout)

    def connect(self, host: str = "", port: int = 0, _source_address: object = None) -> tuple[int, bytes]:
        self.sock = connect(host, port, self._connection.timeout)
        return self.getreply()

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        answer = super().docmd(cmd, args)
        if cmd == "STARTTLS":  # whose answer may have come late, and the same call of smtplib begins the handshake
            self._connection.set_timeout(self._connection.timeout())
        return answer


class _TlsServer(smtplib.SMTP_SSL):
    def __init__(self, connection: _Connection, host: str, port: int, timeout: float) -> None:
        connection.server, self._connection = self, connection
        super().__init__(host, port, timeout=timeout, context=ssl.create_default_context())

    def connect(self, host: str = "", port: int = 0, _source_address: object = None) -> tuple[int, bytes]:
        self.sock = self.context.wrap_socket(connect(host, port, self._connection.timeout), server_hostname=host)
        return self.getreply()


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
