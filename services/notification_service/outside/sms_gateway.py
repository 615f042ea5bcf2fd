"""SMS carrier over an HTTP gateway that an operator describes (`sms_settings.py`), with the standard library.

Promises: one POST a message, under the registered template that its text matches, or nothing; no redirect is followed;
the whole exchange ends within `TIMEOUT`, connects and handshake included, whatever the gateway does
(`deadline.py`), and reads at most `MOST_READ` bytes. What an operator can mend (sign-in, TLS, an answer that is not
understood) is temporary, as with mail.
"""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from notification_service.domain.dlt_templates import SmsText
from notification_service.domain.sms_segments import Segments, count_segments
from notification_service.outside.carrier import DeliveryError, Message, PermanentError, TemporaryError
from notification_service.outside.deadline import connect, deadline
from notification_service.outside.sms_settings import SmsSettings
from service_kit import metrics

TIMEOUT = 15.0  # seconds for the whole exchange; far less than a delivery's lease
MOST_READ = 64 * 1024
_TRY_LATER = frozenset({408, 425, 429})
_SIGN_IN = frozenset({401, 403, 407})
_segments = metrics.counter("sms_segments", "Segments of SMS that a gateway has taken", ["encoding"])


class SmsGateway:
    """Keeps the `Carrier` promise over one connection a message. `key` goes into the header that the settings name."""

    def __init__(self, settings: SmsSettings, key: str | None, *, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._key = key
        self._timeout = timeout

    def send(self, message: Message) -> None:
        """Hand the message to the gateway; raises TemporaryError or PermanentError."""
        sent, segments = compose_sms(message, self._settings)
        status, answer = self._post((urlencode(sent) if self._settings.form else json.dumps(sent)).encode())
        if error := _error_of(status):
            raise error
        self._check_accepted(answer)
        _segments.labels(segments.encoding).inc(segments.count)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        kind = "application/x-www-form-urlencoded" if self._settings.form else "application/json"
        headers = {"Content-Type": kind, "User-Agent": "Setu"}
        if self._key is not None:
            headers[self._settings.key_header] = self._key
        parts = urlsplit(self._settings.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        opened: socket.socket | None = None  # `sock` is None while an answer is read that closes its connection
        with (
            _as_delivery_errors(),
            closing(self._connection()) as connection,
            deadline(self._timeout, lambda: opened) as seconds_left,
        ):
            connection.sock = opened = _open(connection, seconds_left)
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(MOST_READ)

    def _connection(self) -> HTTPConnection:
        """One that is not opened yet."""
        parts = urlsplit(self._settings.url)
        host = parts.hostname or ""  # the settings were checked
        return HTTPConnection(host, parts.port) if parts.scheme == "http" else HTTPSConnection(host, parts.port)

    def _check_accepted(self, answer: bytes) -> None:
        """A gateway may refuse with status 200 and say so in its answer."""
        if not self._settings.accepted:
            return
        try:
            said = json.loads(answer)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, Mapping):
            raise TemporaryError("not_understood")
        if any(str(said.get(name)) != wanted for name, wanted in self._settings.accepted.items()):
            raise PermanentError("message_refused")


def compose_sms(message: Message, settings: SmsSettings) -> tuple[Mapping[str, str], Segments]:
    """Return what the gateway is handed, in its own words; equal for equal input. Raises PermanentError."""
    segments = count_segments(message.body)
    template = settings.registration.template_of(SmsText(message.kind, message.language, message.body))
    if template is None:
        raise PermanentError("not_registered")
    if not message.to.startswith("+") or not message.to[1:].isdecimal():
        raise PermanentError("bad_address")
    values = {
        "to": message.to if settings.plus else message.to[1:],
        "text": message.body,
        "id": str(message.id),
        "template": template.id,
        "entity": settings.registration.entity,
        "header": settings.registration.header,
        "encoding": settings.encodings.get(segments.encoding, segments.encoding),
    }
    return {**settings.constants, **{name: values[word] for word, name in settings.fields.items()}}, segments


def _open(connection: HTTPConnection, seconds_left: Callable[[], float]) -> socket.socket:
    opened = connect(connection.host, connection.port, seconds_left)
    if not isinstance(connection, HTTPSConnection):
        return opened
    return ssl.create_default_context().wrap_socket(opened, server_hostname=connection.host)


def _error_of(status: int) -> DeliveryError | None:
    """By status: 2xx is taken, 4xx is refused, but for what says "later" or is an operator's to mend."""
    if 200 <= status < 300:
        return None
    if status in _SIGN_IN:
        return TemporaryError("sign_in_refused", status)
    if status >= 500 or status in _TRY_LATER:
        return TemporaryError("try_later", status)
    if status >= 400:
        return PermanentError("message_refused", status)
    return TemporaryError("not_understood", status)  # a redirect, which would carry a number elsewhere


@contextmanager
def _as_delivery_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise TemporaryError("no_answer") from None
    except ssl.SSLError:
        raise TemporaryError("no_encryption") from None
    except (OSError, HTTPException):
        raise TemporaryError("unreachable") from None
