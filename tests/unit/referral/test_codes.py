import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_service.outside import codes
from service_kit.ids import SeededIds

seeds = st.text()
places = st.integers(min_value=0, max_value=13)


def _is_well_formed(code: str) -> bool:
    try:
        codes.normalise(code)
    except codes.BadCode:
        return False
    return True


@given(seeds)
def test_a_new_code_is_well_formed_however_it_is_typed(seed: str) -> None:
    code = codes.new_card_code(SeededIds(seed))

    assert codes.normalise(code) == code
    assert codes.normalise(codes.show(code).lower().replace("-", " ")) == code


@given(seeds)
def test_a_reference_keeps_its_letter(seed: str) -> None:
    reference = codes.new_reference(SeededIds(seed))

    assert reference[:2] == "R-"
    assert codes.show(codes.normalise(reference.lower())) == reference


@given(seeds, places, st.sampled_from(codes.SYMBOLS))
def test_every_single_wrong_symbol_is_found(seed: str, place: int, symbol: str) -> None:
    code = codes.new_card_code(SeededIds(seed))
    wrong = code[:place] + symbol + code[place + 1 :]

    assert _is_well_formed(wrong) == (wrong == code)


def test_a_swap_of_neighbours_is_found_but_for_three_in_a_thousand() -> None:
    ids = SeededIds("swaps")
    swaps = [
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for code in (codes.new_card_code(ids) for _ in range(1000))
        for place in range(13)
        if code[place] != code[place + 1]
    ]

    missed = sum(_is_well_formed(swap) for swap in swaps)

    assert missed / len(swaps) < 0.005


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("R-ABCD", "length"),
        ("2FHV-W6XG-LV46-4X7", "length"),
        ("0FHV-W6XG-LV46-4X", "symbol"),
        ("2FHV-W6XG-LV46-4é", "symbol"),
        ("2FHV-W6XG-LV46-47", "check"),
        ("A-ABCD-EFGH", "symbol"),
    ],
)
def test_what_cannot_be_a_code_is_refused_in_words(typed: str, reason: str) -> None:
    with pytest.raises(codes.BadCode) as refusal:
        codes.normalise(typed)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "printed",
    ["R-ACDE-FGHU", "R-2222-222H", "R-ZZZZ-ZZZ9", "2FHV-W6XG-LV46-4X", "ACDE-FGHJ-KLMN-PC", "9ZQR-T34A-CCWX-YY"],
)
def test_codes_that_were_printed_stay_good(printed: str) -> None:
    assert codes.show(codes.normalise(printed)) == printed


def test_no_symbol_is_mistaken_for_another() -> None:
    assert len(codes.SYMBOLS) == 28
    assert not set("0O1I5S8B") & set(codes.SYMBOLS)


def test_all_symbols_come_up_equally_often() -> None:
    ids = SeededIds("many")
    drawn = "".join(codes.new_card_code(ids)[:13] for _ in range(4000))

    counts = [drawn.count(symbol) for symbol in codes.SYMBOLS]

    assert max(counts) < 1.15 * min(counts)
