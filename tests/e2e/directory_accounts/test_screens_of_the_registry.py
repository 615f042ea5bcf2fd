"""The registry in a browser without JavaScript: three languages, phone and desk, long names, errors, under axe."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from support.accounts import Person
from support.pages.looks import faults
from support.registry import AIZAWL, LUNGLEI, a_registry

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
    """Every screen of the registry, with what makes it hard: nothing, much, long and wrong."""
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
    yield from walk_files(page)


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


def a_district(site: Any) -> tuple[Person, Person, Person, str]:
    registry = a_registry(site.house)
    unit = site.house.organization("court", district=AIZAWL, name="Sessions court")
    site.house.person("officer", unit)
    waiting = site.house.organization("provider", district=AIZAWL, status="pending", name=f"Help for {LONG[18:]}")
    manager = site.house.person("provider_manager", waiting)
    site.house.person("case_worker", waiting)
    return registry.coordinator, registry.other, manager, str(unit)


def test_every_screen_of_the_registry(site: Any) -> None:
    mine, theirs, manager, unit = a_district(site)
    seen: dict[str, list[str]] = {}
    how = {"bypass_csp": True}
    page = site.open("/registry", mine, lang="bn", width=360, **how)
    other = site.open("/registry", theirs, lang="hi", width=1280, color_scheme="dark", **how)
    for name, shown in walk(page, other, unit):
        seen[name] = faults(shown, name)

    body = site.house.organization("coordinating_body", district=AIZAWL)
    officer = site.open("/approvals", site.house.person("data_officer", body), lang="bn", width=360, **how)
    seen["approvals, of a data officer"] = faults(officer, "approvals, of a data officer")
    press(officer)
    seen["approvals, without the code"] = faults(officer, "approvals, without the code")
    waits = site.open("/listings", manager, lang="hi", width=360, **how)
    seen["the manager's code"] = faults(waits, "the manager's code")
    code = waits.locator("section[aria-labelledby=code] .reference").inner_text()
    officer.get_by_label("যে কোড পড়ে শোনান").fill(code.replace("\n", ""))
    press(officer)
    assert "done=organization&" in officer.url
    seen["approvals, let in"] = faults(officer, "approvals, let in")

    assert {name: found for name, found in seen.items() if found} == {}
    plain = site.open("/registry/strength/upload", mine, java_script_enabled=False)
    send(plain, "/registry/strength/upload", STRENGTH.replace("Naik Writer", "HC").replace("2026-04-01", "2026-05-01"))
    press(plain)
    assert plain.get_by_text("The figures are stored.").is_visible()
