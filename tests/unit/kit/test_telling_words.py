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
        "Nasha Mukti Kendra gate",
        "H.I.V. and O.S.T. centre",
        "T.B. hospital",
        "ＨＩＶ clinic",
        "H\u200bIV clinic",
        "the dr\u00adug centre",
        "H\u0406V clinic",
        "STD clinic",
        "S.T.D. clinic",
        "A.I.D.S. hospital",
        "N A S H A mukti",
        "H/I/V",
        "T.B. ward",
        "drugaddicts ward",
        "Suraksha Clinic",
        "vyasan-mukti",
        "टी.बी. अस्पताल",
        "एचआयवी",
        "गाँजा",
        "sex-worker clinic",
        "Heroin users' room",
        "ictc, second floor",
        "न\u200cशा मुक्ति",
        "एच. आई. वी. जांच",
        "ओएसटी केंद्र",
        "ক্লিনিক, এইচ আই ভি",
        "ওএসটি কেন্দ্র",
        "ਨਸ਼ਾ ਛੁਡਾਊ ਕੇਂਦਰ",
        "போதை மறுவாழ்வு மையம்",
        "نشہ چھڑانے کا مرکز",
    ],
)
def test_what_tells_is_found(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "Opposite the tram depot",
        "Near the art gallery",
        "Behind the post office, Sealdah",
        "डाकघर के पीछे",
        "থানার পাশে",
        "अक्षय होटल के पास",
        "भोजनशाला के सामने",
        "STD PCO booth",
        "Opposite Shiv Mandir",
        "Shivaji Nagar",
        "Shivpuri",
        "Near the State Archives",
        "Rehabari Road",
        "DIC, District Industries Centre",
        "Part II, Block B",
        "M. G. Road",
        "K. C. Das shop",
        "Chemist & Druggist",
    ],
)
def test_an_ordinary_landmark_is_none(text: str) -> None:
    assert not tells(text)
