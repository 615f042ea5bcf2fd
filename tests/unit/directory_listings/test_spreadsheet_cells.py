"""What a spreadsheet would run is one rule for whatever comes in and goes out."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.importing.domain.cleaning import (
    Faults,
    cleaned,
    typed_row,
)
from directory_service.listings.domain.hsds.datapackage import tables
from directory_service.listings.domain.spreadsheet_cells import (
    running_cells,
    safe_cell,
    would_run,
)
from support.hsds import texts as hsds_texts

WORDS = "Some words"
RUNS = st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "＝", "\xa0@"]),
    st.just("SUM(1)") | st.text(),
).filter(would_run)


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example","x")',
        "@SUM(1)",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "\t=1",
        "\r=1",
        "\n=1",
        "\u200b=1",
        "\ufeff@1",
        "\u2060 \u200b=1",
        " =1",
        "\u00a0=1",
        "＝1",
        "-",
        "- Bring your card",
        "+91 98310 00000 =1",
    ],
)
def test_what_begins_a_formula_is_told(text: str) -> None:
    assert would_run(text)
    assert not would_run(str(safe_cell(text)))


@pytest.mark.parametrize(
    "text",
    [
        "+91 98310 00000",
        "+91-33-2222-0000",
        "+1 (650) 555-0100 ext. 12",
        "-122.274",
        "-12",
        "-1,5",
        "1e-05",
        "-1e-05",
        "",
        "5 = five",
        "a@example.org",
        "'=1",
        "– none –",
        "नशा मुक्ति",
    ],
)
def test_a_phone_number_and_a_negative_number_are_no_formulas(text: str) -> None:
    assert not would_run(text)
    assert safe_cell(text) == text


@given(st.data(), RUNS)
def test_no_text_of_an_imported_object_runs_and_each_is_named(data: st.DataObject, runs: str) -> None:
    kind = data.draw(st.sampled_from(["organization", "service", "location", "taxonomy_term"]))
    document = hsds_texts.full_object(kind, WORDS)
    path = data.draw(st.sampled_from(list(hsds_texts.texts(document, WORDS))))
    hsds_texts.put(document, path, runs)
    faults = Faults()

    body = cleaned(kind, deepcopy(document), faults)

    assert list(running_cells(body)) == []
    named = ".".join(map(str, path))
    assert named in {each for each, _ in faults.found} or not would_run(runs.strip())


@given(st.data(), RUNS)
def test_no_cell_of_an_imported_row_runs_and_each_is_named(data: st.DataObject, runs: str) -> None:
    kind = data.draw(st.sampled_from(sorted(tables())))
    column = data.draw(st.sampled_from([each.name for each in tables()[kind].columns if each.type == "text"]))

    found = typed_row(kind, {column: runs})

    assert list(running_cells(found.body)) == []
    assert not would_run(runs.strip()) or any(
        each.startswith(f"{column}: must not begin with") for each in (*found.reasons, *found.left_out)
    )


JSON = st.recursive(
    st.text() | RUNS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)


@given(JSON)
def test_every_text_of_a_value_is_looked_at_and_what_stood_there_before_is_left(value: object) -> None:
    def count(inner: object) -> int:
        if isinstance(inner, dict):
            return sum(map(count, inner.values()))
        return sum(map(count, inner)) if isinstance(inner, list) else isinstance(inner, str) and would_run(inner)

    assert len(list(running_cells(value))) == count(value)
    assert list(running_cells(value, deepcopy(value))) == []
