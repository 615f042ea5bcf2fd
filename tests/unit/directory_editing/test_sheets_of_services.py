"""A sheet of services: which service a row means, and what cannot be taken is named by line, column and reason."""

import codecs
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

import pytest

from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.table import (
    LARGEST,
    LONGEST_CELL,
    MOST_ROWS,
    file_of,
)
from directory_service.editing.pages.upload_words import sheet_words
from support.sheets.sheets_of_services import AT, MEDICINE, OWN, OWNER, PLACE, TALK, faults, read, refusal

# ---- which service a row means, and what it changes ----


def test_a_row_is_its_services_by_id_or_by_name_else_new() -> None:
    reading = read(f"id,name,alert\n{TALK},Talking,a\n,MEDICINE,b\n,New,c\n")

    assert [(draft.line, draft.before and draft.before.name, draft.record.name) for draft in reading.drafts] == [
        (2, "Talk", "Talking"),
        (3, "Medicine", "MEDICINE"),
        (4, None, "New"),
    ]
    assert reading.drafts[2].record.id == uuid5(OWNER, "new")
    assert reading.missing == []
    assert [record.name for record in read("name\nTalk\n").missing] == ["Medicine"]


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_empties() -> None:
    [only_phone] = read("name,phone\nTalk,\n").drafts
    [kept] = read("name,accepting,needs,phone\nTalk,,unchanged,unchanged\n").drafts

    assert only_phone.record == replace(OWN[0], phone=None)
    assert kept.record == OWN[0]


def test_a_district_is_told_by_its_code_or_its_name() -> None:
    [draft] = read("name,districts\nTalk,kolkata; 79\n").drafts
    assert draft.record.districts == (315, 79)


def test_a_record_that_refers_to_what_is_gone_is_not_changed_before_that_is_put_right() -> None:
    lost = replace(OWN[0], places=(MEDICINE,), districts=(12345,))

    assert faults(read("name,alert\nTalk,x\n", (lost,))) == [(2, "districts", "district"), (2, "places", "place")]
    assert faults(read("name,alert,districts,places\nTalk,x,315,\n", (lost,))) == []
    assert faults(read("name\nTalk\n", (lost,))) == []


def test_a_figure_gets_the_time_of_the_file_and_a_confirmed_file_its_day() -> None:
    [draft] = read("name,places_available\nTalk,4\n").drafts
    [again] = read("name,places_available\nTalk,4\n", (draft.record,)).drafts
    [sure] = read("name\nTalk\n", confirmed_on=date(2026, 11, 24)).drafts

    assert (draft.record.places_available, draft.record.places_as_of) == (4, AT)
    assert again.record == draft.record
    assert sure.record == replace(OWN[0], assured_date=date(2026, 11, 24))


# ---- what is wrong with a row ----

WRONG = [
    ("name", "", "required"),
    ("name", "=cmd|' /C calc'!A0", "formula"),
    ("alert", "@SUM(1)", "formula"),
    ("alert", "x" * 1001, "too-long"),
    ("alert", "bell \x07", "control"),
    ("status", "gone", "not-one-of"),
    ("needs", "OST; METHADONE", "not-one-of"),
    ("needs", "OST, ost", "twice"),
    ("districts", "315;1", "district"),
    ("districts", "Twin", "district"),
    ("places", "Main street | Elsewhere", "place"),
    ("phone", "call us", "phone"),
    ("email", "nobody", "mail"),
    ("url", "javascript:alert(1)", "web"),
    ("opening_hours", "when we are there", "hours"),
    ("opening_hours", "Mo-Fr 25:00-26:00", "hours"),
    ("opening_hours", "Mo " * 300, "hours"),
    ("opening_hours", "Mon 9 to 5", "hours_end"),
    ("opening_hours", "Mo-Fr 09:00-5:00", "hours_end"),
    ("opening_hours", "Mo-Fr 9-9", "hours_end"),
    ("opening_hours", "FREQ=DAILY;INTERVAL=2 09:00-17:00", "hours-interval"),
    ("opening_hours", "FREQ=DAILY;BYMONTHDAY=1 09:00-17:00", "hours-bymonthday"),
    ("opening_hours", "FREQ=WEEKLY;BYDAY=1MO 09:00-17:00", "hours-byday"),
    ("opening_hours", "FREQ=MONTHLY;BYMONTHDAY=32 09:00-17:00", "hours-form"),
    ("languages", "Bengali", "language"),
    ("minimum_age", "18+", "number"),
    ("maximum_age", "17", "ages"),
    ("places_available", "-1", "number"),
    ("creche", "perhaps", "yes-no"),
]


@pytest.mark.parametrize(("column", "cell", "code"), WRONG)
def test_a_cell_that_cannot_be_taken_is_named_by_line_column_and_reason(column: str, cell: str, code: str) -> None:
    header = ["id", "name", column] if column != "name" else ["id", "name"]
    row = [str(MEDICINE), "Medicine", cell] if column != "name" else [str(MEDICINE), cell]

    reading = read(file_of([header, [str(TALK), "Talk"], row]))

    assert faults(reading) == [(3, column, code)]
    assert [draft.line for draft in reading.drafts] == [2]
    assert reading.missing == []  # a row at fault is not gone


def test_every_fault_of_a_row_is_told_at_once_and_what_was_typed_is_shown_short() -> None:
    [row] = read(f"name,phone,email,alert\nTalk,{'9' * 99},@,ok,too,many\n").rejected

    assert [(fault.column, fault.code) for fault in row.faults] == [
        ("", "cells"),
        ("phone", "phone"),
        ("email", "mail"),
    ]
    assert len(row.faults[1].value) == 61


def test_rows_of_nobody_or_of_the_same_service_are_rejected() -> None:
    twins = (*OWN, replace(OWN[0], id=PLACE))
    stranger = UUID(int=99)

    assert faults(read(f"id,name\n{stranger},Talk\nnonsense,Talk\n")) == [
        (2, "id", "not-yours"),
        (3, "id", "not-yours"),
    ]
    assert faults(read(f"id,name\n{TALK},Talk\n,talk\n,New\n,NEW\n")) == [(3, "name", "again"), (5, "name", "again")]
    assert faults(read("name\nTalk\n", twins)) == [(2, "name", "several")]


# ---- what is wrong with the file ----


@pytest.mark.parametrize(
    "content",
    [
        "name,phone\nटॉक,112\n".encode(),
        codecs.BOM_UTF8 + "name,phone\r\nटॉक,112\r\n".encode(),
        "name\tphone\nटॉक\t112\n".encode("utf-16"),
        "Name;Phone;\nटॉक;112;\n\n;;\n".encode(),
    ],
    ids=["UTF-8", "UTF-8 with its mark", "UTF-16", "semicolons, empty columns and lines"],
)
def test_a_file_is_read_as_spreadsheet_programs_save_it(content: bytes) -> None:
    reading = read(content)

    assert faults(reading) == []
    assert [(draft.record.name, draft.record.phone) for draft in reading.drafts] == [("टॉक", "112")]


def test_a_cell_of_several_lines_counts_as_where_it_begins() -> None:
    reading = read('name,description\nTalk,"one\r\ntwo"\nMedicine,x\nNew,"=1"\n')

    assert reading.drafts[0].record.description == "one\ntwo"
    assert [draft.line for draft in reading.drafts] == [2, 4]
    assert faults(reading) == [(5, "description", "formula")]


def test_a_file_that_cannot_be_used_is_refused_with_what_to_do() -> None:
    assert refusal(b" \n") == ("empty", {})
    assert refusal(b"name,phone\n,\n") == ("empty", {})
    assert refusal(b"x" * (LARGEST + 1)) == ("too-large", {"most": 2})
    assert refusal(b"PK\x03\x04rest") == ("office", {})
    assert refusal("name\nCafé\n".encode("latin-1")) == ("encoding", {"line": 2})
    assert refusal("name\nTalk\n".encode("utf-16-le")) == ("not-text", {})
    assert refusal('name,phone\nTalk,"112\n') == ("quotes", {"line": 2})
    most = {"most": LONGEST_CELL}
    assert refusal(f"name,description\nTalk,x\nLong,{'x' * 1_000_000}\n") == ("long-cell", {"line": 3, **most})
    assert "cell of more than 100000 characters" in sheet_words(BadSheet("long-cell", line=3, **most))
    assert refusal("name,phone,Name\nTalk,1,2\n") == ("column-twice", {"column": "name"})
    assert refusal("phone\n112\n") == ("no-name", {})
    assert refusal("name,phon,fax\nTalk,1,2\n") == ("columns", {"unknown": [("phon", "phone"), ("fax", "")]})
    wide = ",".join(f"column {n}" for n in range(20_000))
    assert refusal(f"{wide}\nx\n")[0] == "columns"
    assert refusal(",".join(["name"] * 20_000) + "\nx\n")[0] == "column-twice"
    assert refusal("name\n" + "x\n" * 100_000) == ("too-many", {"most": MOST_ROWS, "rows": 100_000})
    many = "name\n" + "".join(f"Service {n}\n" for n in range(MOST_ROWS + 1))
    assert refusal(many) == ("too-many", {"most": MOST_ROWS, "rows": MOST_ROWS + 1})
