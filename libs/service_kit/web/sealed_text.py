"""Sealed text: a JSON object that travels through a browser, in a cookie or a form, for minutes (docs/adr/0010).

Promises: AES-256-GCM under a key that only this service has and that is another for each purpose; after `lifetime` it
opens for nobody. When not to use it: for anything that must outlive the visit.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service_kit.web.context import context

_NONCE = 12
_LONG = 128 * 1024  # bytes of JSON that are not compressed: a process of the release before reads them, too


@dataclass(frozen=True)
class SealedText:
    """`purpose` names the key; `packs`: a long text is compressed first, so that its length tells something of it."""

    purpose: str
    lifetime: timedelta
    packs: bool = False

    def seal(self, plain: Mapping[str, Any]) -> str:
        """Letters that an address, a cookie and a form take as they are; the lifetime starts now."""
        until = int((context().clock.now() + self.lifetime).timestamp())
        packed = json.dumps({**plain, "until": until}, ensure_ascii=False, separators=(",", ":")).encode()
        if self.packs and len(packed) > _LONG:
            packed = zlib.compress(packed)
        nonce = context().ids.random(_NONCE)
        sealed = nonce + self._cipher().encrypt(nonce, packed, self._bound_to())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, text: str) -> dict[str, Any] | None:
        """What was sealed; None where it is old or not ours.

        `until` beside it: when it opens for nobody any more, in whole seconds since the epoch.
        """
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            packed = self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], self._bound_to())
            # what was sealed uncompressed begins as JSON does
            plain: dict[str, Any] = json.loads(packed if packed[:1] == b"{" else zlib.decompress(packed))
        except (ValueError, InvalidTag, zlib.error):
            return None
        return plain if plain["until"] >= context().clock.now().timestamp() else None

    def _cipher(self) -> AESGCM:
        return AESGCM(context().mac.digest(self.purpose, b"sealing key"))

    def _bound_to(self) -> bytes:
        return f"{context().settings.service}|{self.purpose}".encode()
