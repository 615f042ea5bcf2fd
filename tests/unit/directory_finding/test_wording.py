"""What somebody typed is cut into segments, and each says what it means."""

import time
import tomllib
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.finding.domain.lexicon import LONGEST_PHRASE, WORDS, split_phrases
from directory_service.finding.domain.wording import MOST_SEGMENTS
from directory_service.finding.store.search.lexicon import cut, help_named, lexicon, wording_of
from setu.needs import CODES


def meant(words: str) -> list[set[str]]:
    return [{concept.value for concept in segment.meant} for segment in wording_of(words).segments]


def test_the_longest_phrase_counts_and_what_joins_is_left_out() -> None:
    assert meant("where can I get a HIV test") == [{"TESTING"}]
    assert meant("hiv medicine") == [{"ART"}]
    assert meant("nasha mukti kendra kahan hai") == [{"OST", "DETOX", "REHAB"}]
    assert meant("drop-in centre") == [{"DIC"}]


def test_a_place_a_time_and_a_need_are_segments_of_their_own() -> None:
    segments = wording_of("methadone in Calcutta on Sunday").segments

    assert [(sorted(each.meant, key=str), each.when) for each in segments][2] == ([], "6")
    assert meant("methadone in Calcutta on Sunday") == [{"OST"}, {"315"}, set()]
    assert [segment.when for segment in wording_of("abhi khula").segments] == ["now"]


@pytest.mark.parametrize(
    ("word", "need"),
    [
        ("bupenorphine", "OST"),
        ("sheltar", "SHELTER"),
        ("naloxon", "OD"),
        ("কাউন্সেলিংয়ের", "COUNS"),
        ("वकीलों", "LEGAL"),
        ("ghumabo", "SHELTER"),
    ],
)
def test_a_slip_or_an_ending_hints_at_what_is_meant(word: str, need: str) -> None:
    (segment,) = wording_of(word).segments

    assert need in {concept.value for concept in segment.meant | segment.hinted}


def test_a_phrase_is_hinted_at_by_its_one_word_that_is_no_filler() -> None:
    (segment,) = wording_of("saans").segments  # of "saans nahi"

    assert {concept.value for concept in segment.hinted} == {"OD"}
    assert not segment.is_known


def test_fillers_alone_are_taken_as_they_are() -> None:
    wording = wording_of("where can I")

    assert [segment.tokens for segment in wording.segments] == [("where",), ("can",), ("i",)]
    assert not wording.is_loose


def test_of_a_pin_code_and_words_only_a_kind_of_help_is_kept() -> None:
    assert help_named("methadone near 700001") == "methadone"
    assert help_named("14 Park Street 700016") == ""


@given(st.text(max_size=200))
def test_anything_that_is_typed_is_read(words: str) -> None:
    segments = wording_of(words).segments

    assert len(segments) <= MOST_SEGMENTS
    assert bool(segments) == bool(cut(words))


def test_a_long_text_is_read_at_once() -> None:
    lexicon()
    began = time.process_time()

    wording_of(" ".join(f"word{number}x" for number in range(40))[:200])

    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("language", "table"),
    [("english", "needs"), *product(("hindi", "bengali"), ("needs", "needs_in_roman"))],
)
def test_every_need_has_words_in_every_language_and_none_is_too_long(language: str, table: str) -> None:
    source = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))
    phrases = [*source[table].values(), *(shared["words"] for shared in source["shared"])]

    assert set(source[table]) == CODES
    assert {need for shared in source["shared"] for need in shared["needs"]} <= CODES
    assert [
        each for words in phrases for each in split_phrases(words) if not 0 < len(cut(each)) <= LONGEST_PHRASE
    ] == []
