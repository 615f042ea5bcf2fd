"""What a passer-by may not read on a card: words that tell what a service is for, in the screens' languages."""

import pytest

from setu.telling_words import tells


@pytest.mark.parametrize(
    "text",
    [
        "Behind the HIV clinic, drug de-addiction gate",
        "Opposite Deaddiction Centre",
        "OST room, first floor",
        "नशा मुक्ति केंद्र के पास",
        "এইচআইভি ক্লিনিকের পিছনে",
        "Methadone dosing, first Sunday",
    ],
)
def test_what_tells_is_found(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text",
    ["Opposite the tram depot", "Near the art gallery", "Behind the post office, Sealdah", "डाकघर के पीछे", "থানার পাশে"],
)
def test_an_ordinary_landmark_is_none(text: str) -> None:
    assert not tells(text)
