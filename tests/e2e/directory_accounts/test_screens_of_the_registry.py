"""The registry in a browser without JavaScript: three languages, phone and desk, long names, errors, under axe."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from support.accounts import Person
from support.pages.drawn_looks import in_drawn_looks
from support.pages.looks import faults
from support.registry import AIZAWL, LUNGLEI, a_registry

PHONE = {"width": 360, "bypass_csp": True}
LONG = "Police station of the far side of the river and of everything that lies beyond its second bridge"
UNITS = f"""kind,code,name,parent_code,district_code,opened_on
police_district,MZ-A,Aizawl district police,,{AIZAWL},
police_sub_division,MZ-A-1,Aizawl north sub-division,MZ-A,{AIZAWL},
police_station,MZ-A-1-1,"{LONG}",MZ-A-1,{AIZAWL},2001-04-01
police_station,MZ-A-1-2,Bawngkawn police station,MZ-A-1,{AIZAWL},
prison,MZ-P,Central prison,,{AIZAWL},
provider,MZ-NGO,Zoram Care,,{AIZAWL},
"""
WRONG_UNITS = UNITS.replace("2001-04-01", "soon").replace("prison,MZ-P", "fort,=P")
PEOPLE = """name,user_name,role,organization
A person with a name that takes more than one line of a small phone,long.name,unit_supervisor,MZ-A-1-1
Mawia,mawia,provider_manager,MZ-NGO
"""
STRENGTH = """unit_code,scope,rank,posted,as_of,source
MZ-A,with_sub_units,HC,120,2026-04-01,SP's letter 12/2026
MZ-A-1-1,own,Naik Writer,3,2024-01-01,Roll of the station
"""


def send(page: Page, path: str, content: str) -> None:
    page.goto(path)
    if content:
        page.set_input_files("#f-sheet", files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": content.encode()}])
    press(page)


def press(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button").last.click()


def walk(page: Page, other: Page, unit: str) -> Iterator[tuple[str, Page]]:
    """Every screen of units, with what makes it hard: nothing, much, long and wrong."""
    page.goto("/registry")
    yield "tree", page
    page.goto("/registry/new")
    yield "form", page
    press(page)
    yield "form, errors", page
    send(page, "/registry/upload", "")
    yield "units, nothing chosen", page
    send(page, "/registry/upload", WRONG_UNITS)
    yield "units, faults", page
    send(page, "/registry/upload", UNITS)
    yield "units, preview", page
    press(page)
    yield "units, done", page
    page.goto("/registry")
    yield "tree, full", page
    with page.expect_navigation():
        page.get_by_role("link", name=LONG).click()
    yield "unit", page
    here = page.url
    for act in ("suspend", "close", "move"):
        page.goto(f"{here}/{act}")
        yield act, page
    page.goto(f"{here}/close")
    press(page)
    yield "close, unsaid", page
    page.goto(f"/registry/{unit}/move")
    page.locator("select[name=district]").select_option(str(LUNGLEI))
    press(page)
    yield "unit, offered", page
    other.goto("/registry")
    yield "tree, offered", other
    other.goto(f"/registry/{unit}/move")
    yield "offer", other


def walk_files(page: Page) -> Iterator[tuple[str, Page]]:
    """The screens of a file of people, and of one of strengths."""
    send(page, "/members/upload", PEOPLE.replace("unit_supervisor", "case_worker"))
    yield "people, faults", page
    send(page, "/members/upload", PEOPLE)
    yield "people, preview", page
    press(page)
    yield "slips", page
    page.goto(page.url)
    yield "slips, gone", page
    page.goto("/approvals")
    yield "approvals, of who entered one", page
    page.goto("/registry/strength")
    yield "strength", page
    send(page, "/registry/strength/upload", STRENGTH)
    yield "strength, preview", page
    press(page)
    yield "strength, unsaid", page
    page.locator("main select").select_option("HC")
    press(page)
    yield "strength, full", page


@dataclass
class District:
    """Two coordinators, a provider that waits to be let in with its manager, and a court."""

    coordinator: Person
    other: Person
    manager: Person
    court: str


@pytest.fixture
def district(site: Any) -> District:
    registry = a_registry(site.house)
    court = site.house.organization("court", district=AIZAWL, name="Sessions court")
    site.house.person("officer", court)
    waiting = site.house.organization("provider", district=AIZAWL, status="pending", name=f"Help for {LONG[18:]}")
    manager = site.house.person("provider_manager", waiting)
    site.house.person("case_worker", waiting)
    return District(registry.coordinator, registry.other, manager, str(court))


def screens_of_units(site: Any, district: District) -> Iterator[tuple[str, Page]]:
    page = site.open("/registry", district.coordinator, lang="bn", **PHONE)
    other = site.open("/registry", district.other, lang="hi", width=1280, color_scheme="dark", bypass_csp=True)
    yield from walk(page, other, district.court)


def screens_of_files(site: Any, district: District) -> Iterator[tuple[str, Page]]:
    page = site.open("/registry", district.coordinator, lang="bn", **PHONE)
    send(page, "/registry/upload", UNITS)
    press(page)
    yield from walk_files(page)
    plain = site.open("/registry/strength/upload", district.coordinator, java_script_enabled=False)
    send(plain, "/registry/strength/upload", STRENGTH.replace("Naik Writer", "HC").replace("2026-04-01", "2026-05-01"))
    press(plain)
    assert plain.get_by_text("The figures are stored.").is_visible()


def screens_of_approvals(site: Any, district: District) -> Iterator[tuple[str, Page]]:
    body = site.house.organization("coordinating_body", district=AIZAWL)
    officer = site.open("/approvals", site.house.person("data_officer", body), lang="bn", **PHONE)
    yield "approvals, of a data officer", officer
    press(officer)
    yield "approvals, without the code", officer
    waits = site.open("/listings", district.manager, lang="hi", **PHONE)
    yield "the manager's code", waits
    code = waits.locator("section[aria-labelledby=code] .reference").inner_text()
    officer.get_by_label("যে কোড পড়ে শোনান").fill(code.replace("\n", ""))
    press(officer)
    assert "done=organization&" in officer.url
    yield "approvals, let in", officer


@in_drawn_looks("way", [screens_of_units, screens_of_files, screens_of_approvals])
def test_every_screen_of_the_registry(
    site: Any, district: District, way: Callable[[Any, District], Iterator[tuple[str, Page]]]
) -> None:
    found = {name: faults(page, f"registry, {name}") for name, page in way(site, district)}
    assert {name: faulty for name, faulty in found.items() if faulty} == {}
