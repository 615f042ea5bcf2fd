"""Protocol of webhook carriers, and the one over HTTP.

Promises of `HttpWebhooks`: at most ten seconds from look-up to the answer's head, however slowly it drips; the
connection goes to a pinned address and TLS is held to the name; no redirect is followed, no proxy of the environment
asked, no cookie kept, and nothing of the answer read but its head. A connection is used once, since the next attempt
pins anew.
"""

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import httpx

from notification_service.domain.webhook_addresses import AddressRefused
from notification_service.domain.webhook_retry_schedule import Answer
from notification_service.outside.webhook_resolver import PinnedTarget, WebhookAddresses

TOTAL_SECONDS = 10.0
USER_AGENT = "Setu-Webhooks"


class NotSent(Exception):
    """No status came back. `word` is one of a few words for people; never the other side's text."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One signed webhook; its address never appears in `repr`."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes


class WebhookCarrier(Protocol):
    """Something that carries webhooks."""

    def send(self, request: WebhookRequest) -> Answer:
        """Return the status that came back; raises NotSent."""
        ...


class HttpWebhooks:
    """Keeps the `WebhookCarrier` promise over one connection a webhook."""

    def __init__(
        self,
        addresses: WebhookAddresses,
        *,
        total_seconds: float = TOTAL_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._addresses = addresses
        self._total = total_seconds
        self._tls = tls or ssl.create_default_context()

    def send(self, request: WebhookRequest) -> Answer:
        """Hand the webhook to its endpoint; raises NotSent."""
        deadline = time.monotonic() + self._total
        try:
            pinned = self._addresses.pin(request.url)
        except AddressRefused as refused:
            raise NotSent(refused.word) from None
        with ThreadPoolExecutor(1) as aside:  # whoever calls may run a loop of its own
            return aside.submit(asyncio.run, self._post(request, pinned, deadline - time.monotonic())).result()

    async def _post(self, request: WebhookRequest, pinned: PinnedTarget, seconds: float) -> Answer:
        try:
            async with asyncio.timeout(seconds):
                return await self._post_to_first(request, pinned)
        except TimeoutError:
            raise NotSent("no_answer") from None
        except httpx.ConnectError:
            raise NotSent("unreachable") from None
        except (httpx.TransportError, httpx.InvalidURL):
            raise NotSent("broken_off") from None

    async def _post_to_first(self, request: WebhookRequest, pinned: PinnedTarget) -> Answer:
        """Try one address after the other; the next one only where nothing was sent yet."""
        *others, last = pinned.addresses
        for address in others:
            try:
                return await self._post_to(request, pinned, address)
            except httpx.ConnectError:
                continue
        return await self._post_to(request, pinned, last)

    async def _post_to(self, request: WebhookRequest, pinned: PinnedTarget, address: str) -> Answer:
        target = pinned.target
        literal = f"[{address}]" if ":" in address else address
        headers = {
            **request.headers,
            "Host": target.authority,
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
        }
        async with (
            httpx.AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._total) as client,
            client.stream(
                "POST",
                f"{target.scheme}://{literal}:{target.port}{target.path}",
                content=request.body,
                headers=headers,
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            return Answer(answer.status_code, retry_after=_retry_after(answer.headers.get("Retry-After")))


def _retry_after(text: str | None) -> timedelta | None:
    """Seconds only; a date would be read by another clock than ours."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 6:
        return None
    return timedelta(seconds=int(text))
