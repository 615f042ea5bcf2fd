"""The stylesheet's promises that can be computed: contrast of every text on every ground, light and dark."""

import re
from pathlib import Path

import pytest

from service_kit.web.html import render

CSS = (Path(render.__file__).parent / "static" / "setu.css").read_text()
BLOCKS = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", BLOCKS[0]))
DARK = {**LIGHT, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", BLOCKS[1]))}
TEXTS = [
    ("ink", "page"), ("ink", "surface"), ("ink", "soft"), ("ink", "accent-soft"),
    ("quiet", "page"), ("quiet", "surface"), ("quiet", "accent-soft"),
    ("accent", "page"), ("accent", "surface"), ("accent", "accent-soft"), ("on-accent", "accent"),
    ("red", "page"), ("red", "red-soft"), ("amber", "amber-soft"), ("green", "green-soft"),
]  # fmt: skip
EDGES = [("quiet", "page"), ("accent", "page"), ("red", "page"), ("ring", "focus")]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_stands_out_seven_to_one(tokens: dict[str, str], text: str, ground: str) -> None:
    assert contrast(tokens[text], tokens[ground]) >= 7


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_fields_and_focus_stand_out_three_to_one(tokens: dict[str, str], edge: str, ground: str) -> None:
    assert contrast(tokens[edge], tokens[ground]) >= 3


def test_a_known_pair_measures_as_known() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_there_are_four_sizes_of_type() -> None:
    sizes = set(re.findall(r"font-size: ([^;}]+)", CSS)) - {".8em", ".95em", "112.5%", "168.75%", "11pt"}

    assert sizes <= {"var(--small)", "1rem", "var(--big)", "var(--huge)"}
