"""Guard: refuses a text that tells of a person, a case or a place of use, in any script.

Promises: pure; digits of every script count alike (Devanagari and Bengali as the Latin ones), so do wide letters, marks
of case and invisible characters. What is found is a code, never a part of the text, so that a refusal can be logged.
A help for people in a hurry, not a proof: what it lets through may still be wrong.
When not to use it: for names of organisations, which come from the directory. Source: docs/partnership.md §7.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from setu import guard_words as words

_YEARS = re.compile(r"\b(?:19|20)\d\d ?[-–/] ?(?:(?:19|20)\d\d|\d\d)(?!\d)")  # a financial year: 2026-27
_SIX_DIGITS = re.compile(r"\d(?:[ \-–—./()]{0,3}\d){5,}")
_LINK = re.compile(
    r"https?:|www\.|\b[a-z0-9][a-z0-9-]*\.(?:com|in|org|net|info|gov|edu|co|io|me|ly|link|app)\b", re.ASCII
)
_REFERENCE = re.compile(r"\br[ -]{0,3}(?=[2-9a-z -]{0,11}\d)[2-9a-z]{4}[ -]{1,3}[2-9a-z]{4}\b", re.ASCII)
_CODE = re.compile(
    r"\b(?=[a-z-]*\d)[2-9a-z]{4}(?:-[2-9a-z]{4}){2,3}(?:-[2-9a-z]{2})?\b|\b(?=[a-z]*\d)[2-9a-z]{14}\b", re.ASCII
)
_TIME = re.compile(
    r"(?<!\d)(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)"
    r"|(?<!\d)\d{1,2}(?:[.:]\d\d)? ?(?:a\.?m\b|p\.?m\b|hrs\b|o'clock|बजे|बजकर|টায়|টার সময়|ঘটিকা)"
    r"|(?<!\d)\d{4} ?hrs\b|(?:সকাল|দুপুর|বিকেল|বিকাল|সন্ধ্যা|রাত) ?\d{1,2} ?(?:টা|টে)"
)


@dataclass(frozen=True)
class Token:
    """A word or a number of a text: folded, and as it was written."""

    folded: str
    written: str

    @property
    def is_number(self) -> bool:
        """Whether it is made of digits."""
        return self.folded.isdigit()


def faults_in(text: str) -> tuple[str, ...]:
    """Codes of what the text must not hold, in the order of `CHECKS`; empty for one that is taken."""
    folded, tokens = fold(text), tuple(_tokens(text))
    return tuple(code for code, finds in CHECKS.items() if finds(folded, tokens))


def fold(text: str) -> str:
    """The text in one form: compatible characters, small letters, ASCII digits, single spaces, nothing invisible."""
    plain = "".join(_plain(char) for char in unicodedata.normalize("NFKC", text))
    return " ".join(plain.casefold().split())


def _plain(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in {"Cf", "Cc"}:  # joiners and other marks that nobody sees
        return ""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _tokens(text: str) -> Iterator[Token]:
    """Words with their marks, and numbers; a word ends where digits begin."""
    plain = "".join(_plain(char) for char in unicodedata.normalize("NFKC", text))
    kinds = ["digit" if char.isdigit() else "word" if unicodedata.category(char)[0] in "LM" else "" for char in plain]
    start = 0
    for at in range(1, len(plain) + 1):
        if at == len(plain) or kinds[at] != kinds[start]:
            if kinds[start]:
                yield Token(plain[start:at].casefold(), plain[start:at])
            start = at


def _has_six_digits(text: str, _tokens: tuple[Token, ...]) -> bool:
    return _SIX_DIGITS.search(_YEARS.sub(" y ", text)) is not None


def _has_mail(text: str, _tokens: tuple[Token, ...]) -> bool:
    return "@" in text


def _has_reference(text: str, _tokens: tuple[Token, ...]) -> bool:
    return _REFERENCE.search(text) is not None or _CODE.search(text) is not None


def _has_plate(_text: str, tokens: tuple[Token, ...]) -> bool:
    return any(_is_plate(*tokens[at : at + 4]) for at in range(len(tokens) - 3))


def _is_plate(state: Token, area: Token, series: Token, number: Token) -> bool:
    digits = area.is_number and len(area.folded) <= 2 and number.is_number and len(number.folded) == 4
    letters = state.folded in words.STATE_CODES and not series.is_number and len(series.folded) <= 6
    return digits and letters and series.folded not in words.MONTHS


def _names_somebody(_text: str, tokens: tuple[Token, ...]) -> bool:
    return any(_is_named(first, second) for first, second in pairwise(tokens))


def _is_named(first: Token, second: Token) -> bool:
    if second.is_number:
        return False
    if first.folded in words.TITLES:
        return True
    if first.folded not in words.RANKS or second.folded in words.AFTER_A_RANK:
        return False
    has_case = second.written.upper() != second.written.lower()
    return second.written[0].isupper() if has_case else True


def _phrases(phrases: tuple[str, ...]) -> Callable[[str, tuple[Token, ...]], bool]:
    """Finds one of the phrases with no letter, mark or digit beside it: word boundaries would miss Indian marks."""
    folded = [fold(phrase) for phrase in phrases]

    def finds(text: str, _tokens: tuple[Token, ...]) -> bool:
        return any(_stands_alone(text, phrase) for phrase in folded)

    return finds


def _stands_alone(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(phrase) : at + len(phrase) + 1]
        if not any(unicodedata.category(char)[0] in "LMN" for char in around):
            return True
        at = text.find(phrase, at + 1)
    return False


CHECKS: Mapping[str, Callable[[str, tuple[Token, ...]], bool]] = {
    "digits": _has_six_digits,
    "mail": _has_mail,
    "link": lambda text, _tokens: _LINK.search(text) is not None,
    "reference": _has_reference,
    "case": _phrases(words.CASE_WORDS),
    "vehicle": _has_plate,
    "name": _names_somebody,
    "kin": _phrases(words.KIN_WORDS),
    "alias": _phrases(words.ALIAS_WORDS),
    "place": _phrases(words.PLACE_WORDS),
    "time": lambda text, _tokens: _TIME.search(text) is not None,
}
"""Code of what is refused → whether a text, folded, and its tokens have it."""


class CaseDetails(ValueError):
    """A text tells of a person, a case or a place. `codes` say what kind, never what."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def guarded(text: str) -> str:
    """The text with single spaces, to be stored. Raises CaseDetails."""
    if codes := faults_in(text):
        raise CaseDetails(codes)
    return " ".join(text.split())
