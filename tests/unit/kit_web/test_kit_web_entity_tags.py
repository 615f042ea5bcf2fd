"""One parser of entity tags: what the grammar of RFC 9110 says is read, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_kit.web.etag import NO_TAGS, EntityTags, read_tags

LETTERS = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f').filter(
    lambda letter: not 0x7F <= ord(letter) < 0x80
)
TAGS = st.lists(st.tuples(st.sampled_from(["", "W/"]), st.text(LETTERS, max_size=8)), max_size=6)
SPACE = st.text(" \t", max_size=3)


@given(TAGS, SPACE, SPACE)
def test_what_is_written_by_the_grammar_is_read(tags: list[tuple[str, str]], before: str, after: str) -> None:
    header = f"{before},{after}".join(f'{mark}"{tag}"' for mark, tag in tags)

    read = read_tags(header)

    assert read.strong == {tag for mark, tag in tags if not mark}
    assert read.weak == {tag for mark, tag in tags if mark}


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", " ", ",", 'x"1"', '"1"x', '"11""12"', '"1" "2"', "1", "W/1", 'w/"1"', '"1', '1"', '"1", *'),
        *(':gzip"1"', '"\u20ac"', '"1"\n', '"a b"', "**", '"1",2'),
    ],
)
def test_what_the_grammar_does_not_know_names_nothing(header: str | None) -> None:
    assert read_tags(header) == NO_TAGS
    assert "1" not in read_tags(header)
    assert read_tags(header).named == frozenset()


def test_a_star_is_every_tag_and_names_none() -> None:
    assert "anything" in read_tags(" * ")
    assert read_tags("*").named == frozenset()


def test_a_weak_tag_and_one_of_several_are_held() -> None:
    read = read_tags('"0" , W/"7",,"a,b"')

    assert 7 in read
    assert "a,b" in read
    assert "a" not in read


def test_an_end_is_cut_off_tags_and_not_off_text() -> None:
    assert read_tags('"7:gzip", W/"8"').unpacked() == EntityTags(frozenset({"7"}), frozenset({"8"}))
    assert read_tags('":gzip7"').unpacked().named == {":gzip7"}


@given(st.text(st.sampled_from('"W/, *\tx1:gzip'), max_size=60))
def test_any_header_is_read_or_names_nothing(header: str) -> None:
    read = read_tags(header)

    assert all(f'"{tag}"' in header for tag in read.named)
