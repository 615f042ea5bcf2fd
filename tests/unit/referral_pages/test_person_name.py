"""A person's name has letters that somebody sees, and nothing else is written there."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.person_name import name_problem


@given(st.text(alphabet=st.characters(categories=["Nd", "Nl", "No"]), min_size=1, max_size=5))
def test_no_digit_of_any_script_gets_into_a_name(digits: str) -> None:
    assert name_problem(f"Asha{digits}") == "bad_letters"


def test_no_mark_is_a_digit() -> None:
    marks = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "M"]
    digits = [mark for mark in marks if re.search("DIGIT|COMBINING NUMBER (?!SIGN)", unicodedata.name(mark, ""))]
    assert len(digits) >= 24
    assert [mark for mark in digits if name_problem(f"A{mark}") is None] == []
    assert name_problem("A" + "\ua8e9\ua8e8\ua8e3\ua8e0\ua8e0") == "bad_letters"


@given(st.integers(0, 0xFF), st.integers(1, 9))
def test_no_byte_rides_behind_a_letter(byte: int, times: int) -> None:
    selector = chr(0xFE00 + byte) if byte < 16 else chr(0xE0100 + byte - 16)
    assert name_problem("A" + selector * times) == "bad_letters"


FILLERS = [
    "\u3164",
    "\uffa0",
    "\u115f",
    "\u1160",
    "\u034f",
    "\u17b4",
    "\u180b",
    "\U00013441",
    "\U00016fe4",
    "\U0001bc9d",
]


@pytest.mark.parametrize("filler", [*FILLERS, "\u200c", "\u200c\u200d", " \u200d "])
def test_no_name_reads_as_an_empty_one(filler: str) -> None:
    assert name_problem(filler) == "bad_letters"


@pytest.mark.parametrize("name", ["A\u200cli", "Ra\u200d\u200cfiq", "ত্\u200d\u200d", "ক\u200dক"])
def test_a_joiner_stands_only_where_spelling_needs_one(name: str) -> None:
    assert name_problem(name) == "bad_letters"


@pytest.mark.parametrize(
    "name", ["Asha", "মোঃ রফিক", "श्री राम", "O'Brien-Das", "A. K.", "র\u200d্যাব", "উত্\u200d", "می\u200cشود", ""]
)
def test_names_as_people_write_them_are_fine(name: str) -> None:
    assert name_problem(name) is None
