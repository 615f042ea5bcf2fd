"""Session tokens: minted by one service alone, verified by every service with the public key alone.

JWT (RFC 7519) signed with `alg: Ed25519` (RFC 9864). Claims: iss, sub (account), sid, mid (membership), org, okind,
role, dist, lang, mfa (time of the second factor or null), since (the account's last reset or null), scp (what a
program's token opens; people have none), prv (true where the organisation is pending, else left out), ckt (true where
it is good in a browser's cookie alone, else left out), iat, exp; times in whole seconds since the epoch.
Verification of one token is remembered until it ends; whether its session was revoked is *not* remembered here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

from service_kit.identity import Principal

ISSUER = "setu-directory"
_ALGORITHMS = ["Ed25519"]
_REMEMBERED = 4096
_LONGEST_TOKEN = 4096
_CLOCK_SKEW = 60  # seconds between machines


class InvalidToken(Exception):
    """Not signed by the service that signs people in, not well formed, not yet valid or ended."""


class ExpiredToken(InvalidToken):
    """One of ours, whose time is over; `who` was signed in by it."""

    def __init__(self, who: Principal) -> None:
        super().__init__("its time is over")
        self.who = who


class EarlyToken(InvalidToken):
    """One of ours, made later than it is by this machine's clock, which is behind then; `who` is signed in by it."""

    def __init__(self, who: Principal) -> None:
        super().__init__("not valid yet")
        self.who = who


def _public_jwk(raw: bytes) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": urlsafe_b64encode(raw).decode()})


def _private_jwk(raw: bytes) -> tuple[OKPKey, bytes]:
    public = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    parts: dict[str, str | list[str]] = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": urlsafe_b64encode(public).decode(),
        "d": urlsafe_b64encode(raw).decode(),
    }
    return OKPKey.import_key(parts), public


class SessionTokens:
    """Mints (with the private key) and verifies session tokens. Safe to share among threads and to fork."""

    def __init__(self, public_keys: Mapping[str, bytes], private_key: bytes | None = None) -> None:
        """`public_keys`: key id → 32 raw bytes. Raises ValueError where the private key belongs to none of them."""
        self._keys = {kid: _public_jwk(raw) for kid, raw in public_keys.items()}
        self._signing: tuple[str, OKPKey] | None = None
        if private_key is not None:
            key, public = _private_jwk(private_key)
            kid = next((kid for kid, raw in public_keys.items() if raw == public), None)
            if kid is None:
                raise ValueError("the session private key has no partner among the session public keys")
            self._signing = (kid, key)
        self._verified: LRUCache[bytes, Principal] = LRUCache(_REMEMBERED)
        self._lock = Lock()

    def mint(self, who: Principal) -> str:
        """Sign the principal's claims; `by_cookie` for a browser. Raises RuntimeError where there is no private key."""
        if self._signing is None:
            raise RuntimeError("this service cannot mint sessions: it has no private key")
        kid, key = self._signing
        return jwt.encode({"alg": "Ed25519", "kid": kid}, _claims(who), key, algorithms=_ALGORITHMS)

    def verify(self, token: str, now: datetime) -> Principal:
        """Return the principal, via "cookie" or "bearer" as minted. Raises InvalidToken; ExpiredToken, EarlyToken."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        with self._lock:  # reading moves an entry, too
            who = self._verified.get(digest)
        if who is None:
            who = self._check(token)
            with self._lock:
                self._verified[digest] = who
        if now >= who.expires_at:
            raise ExpiredToken(who)
        if (who.issued_at - now).total_seconds() > _CLOCK_SKEW:
            raise EarlyToken(who)
        return who

    def _check(self, token: str) -> Principal:
        if len(token) > _LONGEST_TOKEN:
            raise InvalidToken("longer than any of ours")
        try:
            decoded = jwt.decode(token, self._find_key, algorithms=_ALGORITHMS)
            return _principal(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            raise InvalidToken("not a session token of this directory") from error

    def _find_key(self, token: Any) -> OKPKey:
        return self._keys[token.headers()["kid"]]


def _claims(who: Principal) -> dict[str, Any]:
    return {
        "iss": ISSUER,
        "sub": str(who.account),
        "sid": str(who.session),
        "mid": str(who.membership),
        "org": str(who.organization),
        "okind": who.organization_kind,
        "role": who.role,
        "dist": list(who.districts),
        "lang": who.language,
        "mfa": None if who.second_factor_at is None else int(who.second_factor_at.timestamp()),
        "since": None if who.since is None else who.since.timestamp(),
        **({"scp": sorted(who.key_scopes)} if who.key_scopes else {}),
        **({"prv": True} if who.is_pending else {}),
        **({"ckt": True} if who.via == "cookie" else {}),
        "iat": int(who.issued_at.timestamp()),
        "exp": int(who.expires_at.timestamp()),
    }


def _principal(claims: Mapping[str, Any]) -> Principal:
    if claims["iss"] != ISSUER:
        raise InvalidToken("another issuer")
    return Principal(
        account=UUID(claims["sub"]),
        session=UUID(claims["sid"]),
        membership=UUID(claims["mid"]),
        organization=UUID(claims["org"]),
        organization_kind=str(claims["okind"]),
        role=str(claims["role"]),
        districts=tuple(int(code) for code in claims["dist"]),
        language=str(claims["lang"]),
        second_factor_at=None if claims["mfa"] is None else _moment(claims["mfa"]),
        issued_at=_moment(claims["iat"]),
        expires_at=_moment(claims["exp"]),
        via="cookie" if claims.get("ckt", False) else "bearer",
        since=None if claims["since"] is None else datetime.fromtimestamp(float(claims["since"]), UTC),
        key_scopes=frozenset(map(str, claims.get("scp", ()))),
        is_pending=bool(claims.get("prv", False)),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def by_cookie(who: Principal) -> Principal:
    """Return the same person, marked as coming from a browser."""
    return replace(who, via="cookie")
