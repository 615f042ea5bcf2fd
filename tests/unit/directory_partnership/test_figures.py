"""Frozen figures: the contract and the reader refuse alike what is not suppressed."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from directory_service.partnership.domain.figures import NotSuppressed, read_figures
from setu.figures import TABLES
from support.partnership import a_cell, frozen_data

SCHEMA = json.loads((Path(__file__).parents[3] / "contracts/events/referral.figures.frozen.v1.json").read_text())
VALID = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def is_taken(data: dict[str, Any]) -> tuple[bool, bool]:
    """By the contract, and by the reader."""
    try:
        read_figures(data)
    except NotSuppressed:
        return VALID.is_valid(data), False
    return VALID.is_valid(data), True


@pytest.mark.parametrize(
    "cell",
    [
        a_cell("consent", "sent", 45),
        a_cell("consent", "declined", None, "fewer_than_10"),
        a_cell("share", "women", 31, "exact"),
        a_cell("share", "women", None, "too_few"),
        a_cell("first_response", "median_hours", 5.5, "exact"),
    ],
)
def test_what_is_suppressed_is_taken(cell: dict[str, Any]) -> None:
    assert is_taken(frozen_data(cell)) == (True, True)


@pytest.mark.parametrize(
    "cell",
    [
        a_cell("consent", "sent", 5),
        a_cell("consent", "sent", 12),
        a_cell("consent", "sent", 45, "exact"),
        a_cell("consent", "sent", None, "rounded"),
        a_cell("consent", "sent", None, "too_few"),
        a_cell("consent", "sent", 40, "fewer_than_10"),
        a_cell("share", "women", 101, "exact"),
        a_cell("share", "children", 12, "exact"),  # in a district
        a_cell("reached", "women", 10),
        a_cell("consent", "voices", 10),
        a_cell("unmet_need", "OST", 15),  # by the month
        {**a_cell("consent", "sent", 45), "months": 3},  # within a quarter
    ],
)
def test_what_is_not_is_refused_by_both(cell: dict[str, Any]) -> None:
    assert is_taken(frozen_data(cell)) == (False, False)


def test_children_stand_in_a_states_figures_and_needs_in_a_quarters() -> None:
    assert is_taken(frozen_data(a_cell("share", "children", 12, "exact"), district=None)) == (True, True)
    assert is_taken(frozen_data(a_cell("unmet_need", "OST", 15), month="2026-12")) == (True, True)
    assert is_taken(frozen_data({**a_cell("consent", "sent", 45), "months": 3}, month="2026-12")) == (True, True)
    child = a_cell("unmet_need", "CHILD", 15)
    assert is_taken(frozen_data(child, month="2026-12")) == (False, False)
    assert is_taken(frozen_data(child, month="2026-12", district=None)) == (True, True)


def test_every_row_of_the_contract_has_its_words() -> None:
    told = {
        each["properties"]["table"]["const"]: each["properties"]["row"]["enum"]
        for each in SCHEMA["$defs"]["cell"]["oneOf"]
    }

    assert {name: list(table.rows) for name, table in TABLES.items()} == told
