"""The bars on a card: what is drawn is Code 128 of the eight digits, with room around it, and holds nothing else."""

import re

from referral_service.pages.barcode import bars

# Code 128, set C (ISO/IEC 15417): widths of bars and spaces of the start, of some symbols, and of the stop.
START_C, STOP = "211232", "2331112"
SYMBOLS = {0: "212222", 12: "112232", 34: "131123", 43: "112331", 56: "331121"}


def widths(drawn: str) -> str:
    """The widths of bars and spaces, in modules, as a reader sees them; the white on both sides is not told."""
    spans = [(int(at), int(at) + int(wide)) for at, wide in re.findall(r"M(\d+) 0h(\d+)v20", drawn)]
    found = []
    for position, (begin, end) in enumerate(spans):
        found += [end - begin] + ([spans[position + 1][0] - end] if position + 1 < len(spans) else [])
    assert spans[0][0] == 10
    assert f'viewBox="0 0 {spans[-1][1] + 10} 20"' in drawn
    return "".join(map(str, found))


def test_a_number_is_drawn_as_the_standard_says() -> None:
    pairs = (0, 12, 34, 56)
    check = (105 + sum(place * pair for place, pair in enumerate(pairs, start=1))) % 103
    expected = START_C + "".join(SYMBOLS[value] for value in (*pairs, check)) + STOP
    assert widths(bars("0012345-6")) == expected


def test_bars_need_no_style_and_no_script() -> None:
    assert not re.search(r"style=|<script|<style|href", bars("0000123-0"))
