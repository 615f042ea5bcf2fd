"""The card's pure rules: in whose language it is, and that its picture fits on a phone."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.cards.card_contact import STANDS_IN, number_to_call, way_there
from referral_service.domain.cards.card_language import card_language
from referral_service.domain.listed_service import ListedService
from referral_service.pages.card_picture import wrapped
from setu.districts import STATE_OF_DISTRICT
from setu.languages import SCREEN_LANGUAGES

KOLKATA, AGARTALA, RAIPUR, WEST_DELHI, HYDERABAD, AIZAWL = 315, 272, 387, 85, 507, 261


@pytest.mark.parametrize(
    ("spoken", "district", "language"),
    [
        ("bn", WEST_DELHI, "bn"),
        ("hi-IN", HYDERABAD, "hi"),
        ("en", KOLKATA, "en"),
        ("trp", AGARTALA, "bn"),
        ("ur", KOLKATA, "bn"),
        ("hne", RAIPUR, "hi"),
        ("pa", WEST_DELHI, "hi"),
        ("te", HYDERABAD, "en"),
        ("lus", AIZAWL, "en"),
    ],
)
def test_a_card_is_in_the_persons_language_else_in_what_the_state_reads(
    spoken: str, district: int, language: str
) -> None:
    assert card_language(spoken, district) == language


@given(st.text(max_size=12), st.sampled_from(sorted(STATE_OF_DISTRICT)) | st.integers())
def test_every_language_and_district_gives_one_that_screens_have(spoken: str, district: int) -> None:
    assert card_language(spoken, district) in SCREEN_LANGUAGES


@pytest.mark.parametrize("phone", [None, ""])
def test_a_service_without_a_number_is_stood_in_for(phone: str | None) -> None:
    call = number_to_call(ListedService(UUID(int=1), UUID(int=2), "House", phone=phone))
    assert (call.phone, call.own) == (STANDS_IN, False)


@pytest.mark.parametrize(
    ("landmark", "area", "where"),
    [
        ("Opposite the tram depot", "Shyambazar", ["Opposite the tram depot", "Shyambazar"]),
        ("Beside the methadone clinic", "Shyambazar", ["Shyambazar"]),
        (None, "Rehab Colony", []),
        ("", "", []),
    ],
)
def test_a_card_says_where_to_go_in_words_that_tell_nothing(landmark: str | None, area: str, where: list[str]) -> None:
    assert list(way_there(ListedService(UUID(int=1), UUID(int=2), "House", landmark=landmark, area=area))) == where


def test_lines_are_broken_between_words_and_lose_none() -> None:
    text = "Opposite the tram depot, behind the big banyan tree, Shyambazar"
    lines = list(wrapped(text, 12))
    assert " ".join(lines) == text
    assert len(lines) > 2
    assert list(wrapped("Unbreakablewordlongerthanaline", 5)) == ["Unbreakablewordlongerthanaline"]
    assert list(wrapped("", 5)) == []
