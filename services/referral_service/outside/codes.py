"""References and card codes that people read aloud, write down and type again.

28 symbols: digits and capital letters without the pairs that are mistaken for one another (0 O, 1 I, 5 S, 8 B). The
last symbol is a check character after ISO 7064, hybrid system MOD 29,28 (the library's MOD 37,36 over our alphabet),
which finds every single wrong symbol and nearly every swap of neighbours. Whether a code is well formed is computed
from its symbols alone, so an answer about that says nothing about what is stored.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from stdnum.iso7064 import mod_37_36

SYMBOLS = "234679ACDEFGHJKLMNPQRTUVWXYZ"
_EVEN = bytes(SYMBOLS.encode()[byte % 28] for byte in range(256))  # a random byte's symbol …
_UNEVEN = bytes(range(252, 256))  # … but for these: 252 = 9 × 28, with them the first symbols would come up more often
_REFERENCE = 8  # 7 random symbols and the check character
CARD_SYMBOLS = 14  # 13 random symbols (62 bits) and the check character


class RandomBytes(Protocol):
    """Makes random bytes."""

    def random(self, n: int) -> bytes:
        """`n` random bytes, fit for secrets."""
        ...


@dataclass(frozen=True)
class KeyedBytes:
    """Keyed pseudorandom bytes, the same each time: without the key of the digest nobody can make or foresee them."""

    digest: bytes = field(repr=False)

    def random(self, n: int) -> bytes:
        """`n` bytes, fit for secrets as far as the key is one."""
        return hashlib.shake_256(self.digest).digest(n)


class BadCode(ValueError):
    """What was typed cannot be a code. `reason` is `length`, `symbol` or `check`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_reference(ids: RandomBytes) -> str:
    """A referral's reference, `R-XXXX-XXXX`. Random, not secret."""
    return show("R" + _with_check(_random_symbols(ids, _REFERENCE - 1)))


def new_desk_number(ids: RandomBytes) -> str:
    """The number of a request at the data officer's desk, `D-XXXX-XXXX`. Random, not secret."""
    return f"D-{show(_with_check(_random_symbols(ids, _REFERENCE - 1)))}"


def new_card_code(ids: RandomBytes) -> str:
    """A card's secret code: 14 bare symbols; `show` groups them for people."""
    return _with_check(_random_symbols(ids, CARD_SYMBOLS - 1))


def show(code: str) -> str:
    """A code in groups of four: `R-XXXX-XXXX` for a reference, `XXXX-XXXX-XXXX-XX` for a card."""
    if len(code) == _REFERENCE + 1:
        return f"R-{show(code[1:])}"
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def normalise(text: str) -> str:
    """The bare symbols of what somebody typed: capitals, no spaces, no hyphens.

    A reference keeps its leading `R` (9 symbols), a card code has 14. Raises `BadCode`.
    """
    bare = "".join(text.upper().split()).replace("-", "").replace("\u2010", "").replace("\u2011", "")
    if len(bare) not in (_REFERENCE + 1, CARD_SYMBOLS):
        raise BadCode("length")
    if not set(bare) <= set(SYMBOLS):
        raise BadCode("symbol")
    is_reference = len(bare) == _REFERENCE + 1
    if is_reference and bare[0] != "R":
        raise BadCode("symbol")
    if not mod_37_36.is_valid(bare[1:] if is_reference else bare, SYMBOLS):
        raise BadCode("check")
    return bare


def card_code(text: str) -> str:
    """The bare symbols of a card's code. Raises `BadCode` (a referral's reference is none)."""
    code = normalise(text)
    if len(code) != CARD_SYMBOLS:
        raise BadCode("length")
    return code


def _random_symbols(ids: RandomBytes, count: int) -> str:
    symbols = ""
    while len(symbols) < count:
        symbols += ids.random(2 * count).translate(_EVEN, _UNEVEN).decode()
    return symbols[:count]


def _with_check(body: str) -> str:
    return body + mod_37_36.calc_check_digit(body, SYMBOLS)
