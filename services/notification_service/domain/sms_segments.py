"""Counter of SMS segments: how many single messages a text takes over the air, which is what an operator pays for.

By 3GPP TS 23.038: texts of the GSM 7-bit default alphabet and its extension table (whose characters take two septets)
hold 160, any other text 70 UTF-16 units (UCS-2). By TS 23.040 each segment of a longer one loses room to a header: 153
and 67 are left, and neither an extended character nor a surrogate pair is cut in two.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
GSM7, UCS2 = "gsm7", "ucs2"
_ROOM = {GSM7: (160, 153), UCS2: (70, 67)}  # alone, in one of several


@dataclass(frozen=True, slots=True)
class Segments:
    """The encoding that a text needs (`gsm7` or `ucs2`) and how many segments it takes."""

    encoding: str
    count: int


def count_segments(text: str) -> Segments:
    """Return how a text goes over the air; an empty one takes one segment."""
    encoding = GSM7 if set(text) <= _BASIC | _EXTENDED else UCS2
    sizes = [_size(character, encoding) for character in text]
    alone, together = _ROOM[encoding]
    if sum(sizes) <= alone:
        return Segments(encoding, 1)
    count, left = 1, together
    for size in sizes:
        if size > left:
            count, left = count + 1, together
        left -= size
    return Segments(encoding, count)


def _size(character: str, encoding: str) -> int:
    """Septets of a GSM 7-bit character, or UTF-16 units."""
    is_double = character in _EXTENDED if encoding == GSM7 else ord(character) > 0xFFFF
    return 2 if is_double else 1
