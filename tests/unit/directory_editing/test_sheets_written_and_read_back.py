"""A sheet of services that is written reads back unchanged, and no spreadsheet runs a cell of it."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from directory_service.editing.domain.sheets.columns import (
    BY_NAME,
    COLUMNS,
    EXAMPLE,
    HEADER,
    cell_of,
)
from directory_service.editing.domain.sheets.table import (
    file_of,
)
from directory_service.listings.domain.records import Service
from directory_service.listings.domain.spreadsheet_cells import would_run
from setu.needs import CODES
from setu.opening_hours import Opening
from support.sheets.sheets_of_services import AT, KNOWN, MEDICINE, OWNER, PLACE, TALK, faults, read
from support.visible_characters import VISIBLE

TEXTS = st.text(VISIBLE | st.sampled_from("\n\t"), min_size=1, max_size=40)
NASTY = TEXTS | st.builds(lambda sign, rest: sign + rest, st.sampled_from(["=", "+", "-", "@", "'", "'=", " "]), TEXTS)
OPENINGS = st.builds(
    Opening,
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,FR", "FREQ=WEEKLY;BYDAY=SU,MO", "FREQ=MONTHLY;BYDAY=-1FR"]),
    st.sampled_from(["09:00", "00:00"]),
    st.sampled_from(["17:30", "23:59"]),
    st.none() | st.just(date(2026, 1, 1)),
)
SERVICES = st.builds(
    Service,
    id=st.just(TALK),
    organization_id=st.just(OWNER),
    name=NASTY.filter(str.strip),
    names=st.dictionaries(st.sampled_from(["hi", "bn", "lus"]), NASTY),
    description=NASTY | st.just(""),
    descriptions=st.dictionaries(st.sampled_from(["hi", "bn", "lus"]), NASTY),
    needs=st.lists(st.sampled_from(sorted(CODES)), unique=True).map(tuple),
    districts=st.lists(st.sampled_from([315, 79, 99999]), unique=True).map(tuple),
    places=st.lists(st.sampled_from([PLACE, MEDICINE]), unique=True).map(tuple),
    schedules=st.lists(OPENINGS, max_size=3).map(tuple),
    languages=st.lists(st.sampled_from(["bn", "hi", "zh-Hant"]), unique=True).map(tuple),
    accepting=st.sampled_from(["open", "closed"]),
    women_only=st.booleans(),
    minimum_age=st.none() | st.integers(0, 120),
    places_available=st.none() | st.integers(0, 9),
    phone=st.none() | st.sampled_from(["+91 33 0000 0001", "112"]),
    email=st.none() | st.sampled_from(["a.b+c@example.org"]),
    alert=st.none() | NASTY,
).map(lambda service: replace(service, places_as_of=AT if service.places_available is not None else None))


@given(SERVICES)
def test_any_service_written_as_a_row_and_read_again_is_unchanged(service: Service) -> None:
    cells = [str(service.id), *(cell_of(column, service, KNOWN) for column in COLUMNS)]

    reading = read(file_of([HEADER, cells]), (service,))

    assert faults(reading) == []
    assert [draft.record for draft in reading.drafts] == [service]


@given(SERVICES)
def test_no_cell_that_is_written_is_run_by_a_spreadsheet(service: Service) -> None:
    for column in COLUMNS:
        assert not cell_of(column, service, KNOWN).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(NASTY.filter(str.strip).filter(would_run), st.sampled_from(["", "'"]))
def test_text_that_would_run_is_refused_with_an_apostrophe_too(text: str, quote: str) -> None:
    content = file_of([("name", "alert"), ("Talk", f"{quote}{text}")])

    assert [(column, code) for _, column, code in faults(read(content))] in (
        [("alert", "formula")],
        [("alert", "control")],
    )


def test_the_templates_row_is_right_but_for_being_an_example() -> None:
    filled = ",".join(f'"{column.filled}"' for column in COLUMNS)
    header = ",".join(BY_NAME)

    as_it_is = read(f"id,{header}\n{EXAMPLE},{filled}\n")
    made_own = read(f"id,{header}\n,{filled}\n")

    assert (as_it_is.drafts, as_it_is.rejected, as_it_is.examples) == ([], [], [2])
    assert (faults(made_own), len(made_own.drafts)) == ([], 1)
    assert made_own.drafts[0].record.schedules[1] == Opening("FREQ=WEEKLY;BYDAY=SA", "10:00", "13:00")
