"""What can be called of a phone number as somebody wrote it: (033) 2241-0000, 98300 12345 / 98300 12346, 1097 ext. 3.

People write several numbers, words and extensions into one cell. It is shown as it was given; this finds what a phone
can dial. Not a check: no number is refused for its form.
"""

import re
import unicodedata

_NUMBER = re.compile(r"\+?\(?\d[\d ().-]*")
_BREAKS = re.compile(r"[/,;|\n]|\b(?:or|and|ext|extn|extension|x)\b", re.IGNORECASE)
_LEAST, _MOST = 3, 15  # digits: 108 is one, and ITU-T E.164 has no more


def callable_number(given: str) -> str:
    """Digits, with a plus before them where the country is said; "" where there is no number to call."""
    plain = "".join(str(unicodedata.digit(each, each)) for each in given)
    for part in _BREAKS.split(plain):
        for found in _NUMBER.findall(part):
            digits = re.sub(r"\D", "", found)
            if _LEAST <= len(digits) <= _MOST:
                return ("+" if found.startswith("+") else "") + digits
    return ""
