"""Where a confidential place lies changes no answer to anybody who looks for help."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.use_cases.look_for_help import (
    RADII,
    HelpQuery,
    look_for_help,
)
from support.finding import search_page as search
from support.finding_help import ALL, HIDDEN, SAFE, found
from support.kit.examples import examples
from support.listings import (
    NOON,
    SECRET,
    Directory,
)

STOCK = ALL


@pytest.fixture
def answers(directory: Directory, visitor: FlaskClient) -> Callable[[list[tuple[float, float]]], list[object]]:
    def ask(origins: list[tuple[float, float]]) -> list[object]:
        made: list[object] = []
        for latitude, longitude in origins:
            for radius in (0.5, 5, 40):
                near = {"near": f"{latitude},{longitude}", "radius": radius, "full": "true", "facets": "needs,district"}
                made.append(visitor.get("/api/services", query_string=near).get_json())
        pins = ("700001", "700042", "711101", "712999")
        made += [found(search(visitor, place=pin, radius=str(radius))) for pin in pins for radius in RADII]
        pages = [f"/services/{SAFE.id}", "/sitemaps/1-1.xml", "/api/services?format=ndjson&full=true"]
        return made + [visitor.get(page).text for page in pages]

    return ask


ELSEWHERE = ((22.5726, 88.3639), (22.4, 88.2), (28.6, 77.2))
"""Where the confidential place lies next; whoever asks from there, or from where it was, is the nearest to it."""


def test_where_a_confidential_place_lies_changes_no_answer_to_any_question(
    directory: Directory, answers: Callable[[list[tuple[float, float]]], list[object]]
) -> None:
    directory.save_together(*ALL)
    origins = [(22.35 + 0.16 * row, 88.15 + 0.16 * column) for row in range(3) for column in range(3)]
    origins += [(float(SECRET[4]), float(SECRET[5])), *ELSEWHERE]
    before = answers(origins)

    for latitude, longitude in ELSEWHERE:
        directory.save(replace(HIDDEN, latitude=latitude, longitude=longitude, postal_code="700001"))
        assert answers(origins) == before


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(pin=st.from_regex(r"\A[1-9][0-9]{5}\Z"), radius=st.sampled_from(RADII), women=st.booleans())
def test_nobody_who_looks_for_help_finds_the_secret(stocked: Directory, pin: str, radius: int, *, women: bool) -> None:
    snapshot = SearchIndex(stocked.settings.index_dir).snapshot()
    wish = HelpQuery(postcode=pin, radius=radius, statements=("women_only",) if women else ())
    help_ = look_for_help(snapshot, wish, NOON, size=50)
    placed = [bytes(answer) for part in [help_.found] if part for answer in snapshot.answers(part.hits, "full")]
    hidden = [bytes(answer) for part in [help_.unplaced] if part for answer in snapshot.answers(part.hits, "full")]
    assert not [answer for answer in placed if SAFE.name.encode() in answer]
    assert not [secret for secret in SECRET for answer in placed + hidden if secret.encode() in answer]
    # whether the shelter is told of depends on the district of the PIN code alone
    assert bool([answer for answer in hidden if SAFE.name.encode() in answer]) == bool(help_.districts)
