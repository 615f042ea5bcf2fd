"""The conformance check ends with findings whatever a server answers: generated answers, no network, no database."""

import json
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from directory_service.hsds.outside.hsds_api import Answer
from directory_service.hsds.use_cases.check_conformance import CheckOutcome, Sample, check_conformance
from support.kit.examples import examples

FIELDS = ("id", "name", "status", "contents", "total_items", "total_pages", "page_number", "size", "empty")
OBJECTS = ("services", "service", "organization", "attributes", "taxonomy_term", "phones")
KEYS = ("organization_id", "taxonomy_term_id", "taxonomy_id", "taxonomy", "parent_id", "last_modified", "number")
NAMES = st.sampled_from((*FIELDS, *OBJECTS, *KEYS))
SCALARS = st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=12
)
PAGES = st.fixed_dictionaries(
    {"contents": st.lists(st.dictionaries(NAMES, VALUES, max_size=6) | VALUES, max_size=4)},
    optional={"total_items": SCALARS, "total_pages": SCALARS, "page_number": VALUES, "empty": VALUES},
)
ANSWERS = st.one_of(
    PAGES.map(json.dumps),
    VALUES.map(json.dumps),
    st.sampled_from(["", "{", "<html>", "[" * 3_000, "\ud83d".encode("utf-8", "replace").decode()]),
)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.sampled_from([200, 200, 200, 404, 500, 0]), ANSWERS), min_size=1, max_size=6))
def test_no_answer_ends_the_check(answers: list[tuple[int, str]]) -> None:
    asked = 0

    def get(path: str, query: Mapping[str, object] | None = None) -> Answer:
        nonlocal asked
        asked += 1
        status, body = answers[asked % len(answers)]
        return Answer(status, body.encode(), "application/json")

    findings = list(check_conformance(get, Sample(3, small=5), lambda path, _: get(path)))

    assert findings
    assert {each.outcome for each in findings} <= set(CheckOutcome)
