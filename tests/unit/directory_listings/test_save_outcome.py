"""A record is added, changed or the same."""

from datetime import UTC, datetime

from directory_service.listings.domain.save_outcome import SaveOutcome, save_outcome

EARLIER = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_record_is_compared_with_what_is_stored() -> None:
    assert save_outcome({"name": "A"}, {"name": "A"}, None) is SaveOutcome.UNCHANGED
    assert save_outcome({"name": "A"}, {"name": "B"}, None) is SaveOutcome.CHANGED


def test_what_was_deleted_and_comes_back_is_added_whatever_it_says() -> None:
    assert save_outcome({"name": "A"}, {"name": "A"}, EARLIER) is SaveOutcome.ADDED
