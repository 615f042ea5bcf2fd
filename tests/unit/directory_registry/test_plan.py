"""A plan of entries: what would be made, changed and left, and doing it twice changes nothing."""

import contextlib
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.organizations.domain.unit_kinds import UNIT_KINDS
from directory_service.registry.domain.plan import EntryLine, Plan, plan_entries
from directory_service.registry.domain.unit_entry import COLUMNS, BadEntry, Entry, day_fault, read_day, read_entry
from directory_service.registry.domain.units import Unit, arrange

TODAY, HERE = date(2026, 11, 28), {261}


def an_entry(code: str = "S1", kind: str = "police_station", **more: object) -> Entry:
    return replace(Entry(UNIT_KINDS[kind], code, f"Unit {code}", "", 261, None), **more)  # type: ignore[arg-type]  # given by keyword, one type each


def a_unit(number: int, entry: Entry, parent: UUID | None = None, standing: str = "active") -> Unit:
    return Unit(UUID(int=number), entry.kind, entry.code, entry.name, entry.district, parent, entry.opened_on, standing)


OWN = a_unit(90, an_entry("OWN", "body"))


def planned(*entries: Entry, units: tuple[Unit, ...] = (), own: Unit = OWN) -> Plan:
    return plan_entries([EntryLine(entry, line) for line, entry in enumerate(entries, 2)], units, HERE, own)


def faults(plan: Plan) -> list[tuple[int, str, str]]:
    return [(each.line, each.fault.field, each.fault.code) for each in plan.faults]


def test_a_parent_may_stand_after_its_child_in_the_same_file() -> None:
    plan = planned(an_entry("S1", parent_code="D1"), an_entry("D1", "police_district"))

    assert [each.line.entry.code for each in plan.added] == ["S1", "D1"]
    assert not plan.faults


def test_the_second_time_nothing_changes() -> None:
    district, station = an_entry("D1", "police_district"), an_entry("S1", parent_code="D1")
    above = a_unit(1, district)

    plan = planned(district, station, units=(above, a_unit(2, station, above.id)))

    assert plan.is_empty
    assert len(plan.unchanged) == 2


def test_a_unit_without_a_code_gets_it_by_its_name_kind_and_district() -> None:
    provider = an_entry("NGO", "provider")

    plan = planned(provider, units=(a_unit(1, replace(provider, code="")),))

    assert [each.changed for each in plan.changed] == [("code",)]


def test_what_cannot_be_is_named_by_line_and_field() -> None:
    there = an_entry("THERE")
    units = (
        a_unit(1, there),
        a_unit(2, an_entry("FAR", district=272)),
        a_unit(3, an_entry("GONE"), standing="closed"),
        a_unit(4, an_entry("JAIL", "prison")),
    )
    plan = planned(
        an_entry("A", district=272),
        an_entry("FAR"),
        an_entry("GONE"),
        replace(there, kind=UNIT_KINDS["court"]),
        an_entry("B", parent_code="GONE"),
        an_entry("C", parent_code="JAIL"),
        an_entry("D", parent_code="D"),
        an_entry("E"),
        an_entry("E"),
        units=units,
    )

    assert faults(plan) == [
        (2, "district_code", "not-yours"),
        (3, "code", "taken"),
        (4, "code", "gone"),
        (5, "kind", "kind-stays"),
        (6, "parent_code", "parent-gone"),
        (7, "parent_code", "parent-level"),
        (8, "parent_code", "parent-level"),
        (10, "code", "twice"),
    ]


def test_no_provider_is_entered_under_the_name_of_another_of_the_state() -> None:
    real = an_entry("REAL", "provider", name="Nodi Health Trust")
    units = (a_unit(1, real), a_unit(2, an_entry("FAR", "provider", name="Alo", district=262)))
    units += (
        a_unit(3, an_entry("GONE", "provider", name="Once"), standing="closed"),
        a_unit(4, an_entry("P", name="Zo")),
    )
    names = ["nodi  HEALTH trust.", "Nodi\u200b Health Trust", "ALO", "Once", "Zo", "Twice", "twice!"]
    entries = [an_entry(f"N{at}", "provider", name=name) for at, name in enumerate(names)]

    plan = planned(*entries, units=units)

    assert faults(plan) == [(line, "name", "namesake") for line in (2, 3, 4, 7, 8)], (
        "what is closed or a station has none"
    )
    assert planned(real, units=(*units, a_unit(5, replace(real, code="OLD")))).faults == [], "two that are there stay"


def test_two_providers_that_wait_do_not_get_one_name_from_one_file() -> None:
    there = [an_entry(f"NGO-{at}", "provider", name=f"Asha {at}") for at in (1, 2)]
    units = tuple(a_unit(at, each, standing="pending") for at, each in enumerate(there, 1))

    plan = planned(*(replace(each, name="Zoram Care") for each in there), units=units)

    assert faults(plan) == [(2, "name", "namesake"), (3, "name", "namesake")]
    assert planned(replace(there[0], name="ASHA, 1"), units=units).changed, "the own name is nobody else's"


@pytest.mark.parametrize(
    "name", ["\u039dodi", "\u0397ealth", "\u03b7ealth", "N\u043edi", "Care \U0001d6a8", "\u1f08sha"]
)
def test_no_provider_has_greek_or_cyrillic_letters_in_its_name(name: str) -> None:
    assert faults(planned(an_entry("N", "provider", name=name))) == [(2, "name", "foreign-letters")]
    there = a_unit(1, an_entry("N", "provider", name=name))
    assert planned(replace(an_entry("N", "provider", name=name), opened_on=TODAY), units=(there,)).changed, "it stays"


@pytest.mark.parametrize(
    "name",
    ["आशा केंद्र १", "আশা কেন্দ্র", "ਆਸ਼ਾ", "આશા", "ଆଶା", "ஆஷா", "ఆశా", "ಆಶಾ", "ആശ", "ᱟᱥᱟ", "ꯑꯁꯥ", "آشا", "Zo\u0302ram Café №7"],
)
def test_names_in_indian_scripts_and_with_marks_are_taken(name: str) -> None:
    assert len(planned(an_entry("N", "provider", name=name)).added) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Asha १", "ASHA 1"), ("Asha २৩", "asha 23"), ("Ｎｏｄｉ", "nodi"), ("Zôram", "Zo\u0302ram")]
)
def test_digits_of_all_scripts_and_wide_letters_make_no_other_name(one: str, other: str) -> None:
    there = a_unit(1, an_entry("REAL", "provider", name=one))
    assert faults(planned(an_entry("N", "provider", name=other), units=(there,))) == [(2, "name", "namesake")]


def test_a_provider_that_was_let_in_is_renamed_by_nobody_of_elsewhere() -> None:
    there = an_entry("NGO", "provider", name="Asha")
    waits, begun, suspended = (a_unit(1, there, standing=each) for each in ("pending", "active", "suspended"))
    renamed = replace(there, name="Nodi")

    for unit in (begun, suspended):
        assert faults(planned(renamed, units=(unit,))) == [(2, "name", "own-name")]
        assert planned(replace(there, opened_on=TODAY), units=(unit,)).changed, "other fields"
    assert planned(renamed, units=(waits,)).changed
    other = a_unit(2, an_entry("REAL", "provider", name="NODI"))
    assert faults(planned(renamed, units=(waits, other))) == [(2, "name", "namesake")]


def test_the_states_body_is_changed_by_its_own_kind_alone() -> None:
    state = replace(a_unit(1, an_entry("SACS", "body")), whole_state=True)
    renamed = an_entry("SACS", "body", name="Mine now")

    assert faults(planned(renamed, units=(state,))) == [(2, "code", "taken")]
    assert len(planned(renamed, units=(state,), own=state).changed) == 1


def test_nothing_hangs_below_itself_by_a_way_round() -> None:
    plan = planned(
        an_entry("A", "provider", parent_code="B"),
        an_entry("B", "provider", parent_code="C"),
        an_entry("C", "provider", parent_code="A"),
    )

    assert {code for _line, _field, code in faults(plan)} == {"parent-level"}


def test_each_field_of_a_line_that_is_wrong_is_named() -> None:
    typed = {"kind": "fort", "code": "a b", "name": "", "district_code": "x", "opened_on": "1.4.2019"}
    with pytest.raises(BadEntry) as bad:
        read_entry(typed, TODAY)
    assert [(fault.field, fault.code) for fault in bad.value.faults] == [
        ("kind", "kind"),
        ("code", "code"),
        ("name", "name"),
        ("district_code", "district"),
        ("opened_on", "date-form"),
    ]


@pytest.mark.parametrize("written", ["2001-04-01", "01-04-2001", "1-4-2001", "01/04/2001", "1/4/2001"])
def test_a_day_is_written_year_first_or_day_first_as_spreadsheets_in_india_save_it(written: str) -> None:
    assert read_day(written) == date(2001, 4, 1)


@pytest.mark.parametrize(
    "written", ["2001-4-1", "01-04-01", "04-31-2001", "31-04-2001", "01-04/2001", "1.4.2001", "०१-०४-२००१", ""]
)
def test_a_day_that_could_be_another_one_is_none(written: str) -> None:
    assert day_fault(written, date(1990, 1, 1), TODAY) == "date-form"


def test_a_line_that_is_refused_is_in_no_list_and_the_plans_own_faults_stay() -> None:
    plan = planned(an_entry("A"), an_entry("B"), an_entry("C", parent_code="NOWHERE"))

    left = plan.without_lines({2})

    assert [each.line.entry.code for each in left.added] == ["B"]
    assert left.faults == plan.faults


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30)))
def test_whatever_is_typed_is_taken_or_refused_by_field(cells: dict[str, str]) -> None:
    entry = None
    with contextlib.suppress(BadEntry):
        entry = read_entry(cells, TODAY)
    assert entry is None or not entry.name.startswith(("=", "+", "-", "@"))


def test_a_tree_holds_every_unit_once() -> None:
    state = a_unit(1, an_entry("A", "police_state"))
    district = a_unit(2, an_entry("B", "police_district"), state.id)
    lost = a_unit(3, an_entry("C"), UUID(int=99))

    lines = arrange([lost, district, state])

    assert [(line.unit.code, line.depth) for line in lines] == [("A", 0), ("B", 1), ("C", 0)]
