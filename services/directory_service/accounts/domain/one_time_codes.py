"""Random codes that a person copies from paper, or from a voice: sign-in slips, second-factor codes, one read out.

Promises: symbols that nobody confuses (no 0 O 1 I 5 S 8 B), enough bits for their life, one spelling. Randomness is
passed in. That a code works once: `use_cases/second_factor.py`. Not for cards and references of referrals: those carry
a check character (`referral_service/outside/codes.py`).
"""

SYMBOLS = "ACDEFGHJKLMNPQRTUVWXYZ234679"
SLIP_LENGTH = 12
"""About 57 bits: good for days, under a throttle."""
HALF_LENGTH = 8
"""About 38 bits: one of two that are a slip together, each with another person; under a throttle, for a week."""
PRINTED_LENGTH = 8
"""About 38 bits: asked only after a right password, under a throttle, each once."""
PRINTED_COUNT = 10
CALLBACK_CODE_LENGTH = 8
"""About 38 bits: read out on the phone, under a throttle."""


def spell(random: bytes, length: int) -> str:
    """`length` symbols out of `random`, which holds 8 bytes a symbol (modulo bias below 2**-58)."""
    if len(random) < 8 * length:
        raise ValueError("8 random bytes a symbol are needed")
    numbers = (int.from_bytes(random[8 * at : 8 * at + 8], "big") for at in range(length))
    return "".join(SYMBOLS[number % len(SYMBOLS)] for number in numbers)


def group(code: str) -> str:
    """The code in groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def canonical_code(text: str) -> str:
    """What a person typed, in the one spelling: upper case, no spaces or hyphens."""
    return "".join(symbol for symbol in text.upper() if symbol not in " -\u2010\u2011\u2013\u00a0")
