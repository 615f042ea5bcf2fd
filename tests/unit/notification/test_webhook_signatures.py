"""Two public verifiers take our signatures, and refuse what was tampered with, late, early or signed by another."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import svix.webhooks

from notification_service.domain.webhook_signatures import OVERLAP, generations, secret_text, signed_headers

BODY = '{"type":"directory.service.changed.v1","data":{"name":"आश्रय"}}'.encode()
OLD, NEW = b"o" * 32, b"n" * 32
LIBRARIES = [standardwebhooks.Webhook, svix.webhooks.Webhook]
Refused = standardwebhooks.WebhookVerificationError


def headers(at: datetime | None = None, *secrets: bytes) -> dict[str, str]:
    return signed_headers("msg_1", at or datetime.now(UTC), BODY, secrets or (NEW,))


def test_the_published_vector_reproduces() -> None:
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    assert signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret]) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_verifier_takes_ours_also_while_a_secret_is_replaced(library) -> None:
    for secret in (OLD, NEW):
        library(secret_text(secret)).verify(BODY, headers(None, NEW, OLD))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({}, BODY.replace(b"v1", b"v2")),
        ({"webhook-id": "msg_2"}, BODY),
        ({"webhook-timestamp": str(int(datetime.now(UTC).timestamp()) - 60)}, BODY),
        ({"webhook-signature": headers(None, OLD)["webhook-signature"]}, BODY),
    ],
)
def test_a_verifier_refuses_what_was_changed(library, change: dict[str, str], body: bytes) -> None:
    with pytest.raises(Refused):
        library(secret_text(NEW)).verify(body, headers() | change)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_verifier_refuses_what_was_kept_and_sent_again(library, off: timedelta) -> None:
    with pytest.raises(Refused):
        library(secret_text(NEW)).verify(BODY, headers(datetime.now(UTC) + off))


def test_the_secret_before_signs_for_a_day_and_the_one_before_that_never() -> None:
    rotated = datetime(2026, 11, 24, tzinfo=UTC)
    assert generations(1, None, rotated) == (1,)
    assert generations(3, rotated, rotated + OVERLAP - timedelta(seconds=1)) == (3, 2)
    assert generations(3, rotated, rotated + OVERLAP) == (3,)
