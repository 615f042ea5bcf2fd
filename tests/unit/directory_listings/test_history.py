"""What changed, field by field, and how it is put back together."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some

from directory_service.editing.domain.approval import (
    DAILY,
    waits,
)
from directory_service.listings.domain.history import (
    Difference,
    HistoryEntry,
    applied,
    differences,
)
from directory_service.listings.domain.hsds.metadata import metadata
from directory_service.listings.domain.hsds.objects import faults
from support.listings import (
    a_provider,
    a_service,
    an_id,
)

WORDS = some.text(max_size=8)
INSIDE = some.dictionaries(some.sampled_from(["hi", "bn", "x-y"]), WORDS, min_size=1, max_size=3)
RECORDS = some.fixed_dictionaries(
    {"name": WORDS},
    optional={
        "alert": WORDS,
        "minimum_age": some.integers(0, 99),
        "women_only": some.booleans(),
        "needs": some.lists(WORDS, min_size=1, max_size=3),
        "names": INSIDE,
        "descriptions": INSIDE,
        "hsds": some.dictionaries(some.sampled_from(["contacts", "funding"]), some.lists(WORDS), min_size=1),
    },
)


@given(before=RECORDS, after=RECORDS)
def test_a_record_with_its_differences_is_the_other_record(before: dict, after: dict) -> None:
    changes = differences(before, after)

    assert applied(before, changes) == after
    assert applied(after, [Difference(each.field, each.after, each.before) for each in changes]) == before
    assert (changes == ()) == (before == after)


@given(before=RECORDS, mine=RECORDS, theirs=RECORDS)
def test_changes_of_other_fields_stay_when_a_change_that_waited_is_applied(
    before: dict, mine: dict, theirs: dict
) -> None:
    asked = differences(before, mine)
    fields = {each.field for each in asked}

    made = applied(theirs, asked)

    assert {each.field for each in differences(theirs, made)} <= fields
    assert all(each in asked or each.field not in fields for each in differences(before, made))


def test_history_is_metadata_of_the_standard_with_an_organisation_and_text_values() -> None:
    service, at = a_service(a_provider()), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    entries = [
        HistoryEntry(an_id(field), "update", Difference(field, before, after), at, "Nodi")
        for field, before, after in (
            ("names.hi", None, "नाम"),
            ("accepting", "open", "closed"),
            ("schedules", [{"rrule": "FREQ=DAILY"}], None),
            ("hsds.contacts", None, []),
            ("women_only", None, True),
        )
    ]

    written = [metadata(service.id, entry) for entry in entries]

    assert [fault for each in written for fault in faults("metadata", each)] == []
    assert [(each["field_name"], each["previous_value"], each["replacement_value"]) for each in written] == [
        ("attributes.translated_name.hi", "", "नाम"),
        ("attributes.accepting", "open", "closed"),
        ("schedules", '[{"rrule":"FREQ=DAILY"}]', ""),
        ("contacts", "", "[]"),
        ("attributes.women_only", "", "true"),
    ]


def test_only_an_active_provider_that_nobody_called_established_waits_and_not_with_what_is_true_today() -> None:
    assert waits("active", {"name"}, established=False)
    assert waits("active", {"name", *DAILY}, established=False)
    assert not waits("active", DAILY, established=False)
    assert not waits("active", {"name"}, established=True)
    assert not waits("pending", {"name"}, established=False), "nothing of it is public"
