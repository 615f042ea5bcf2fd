"""Units from a file: everything is checked, nothing is half stored, and the same file again changes nothing."""

import re
from uuid import UUID

from sqlalchemy import func, select

from directory_service.organizations.store.tables import Organization
from support.registry import AIZAWL, LUNGLEI, Registry, confirm_file, post, send_file

UPLOAD = "/registry/upload"
HEADER = "kind,code,name,parent_code,district_code,opened_on\n"
FILE = f"""{HEADER}police_station,MZ-A-1,Bawngkawn police station,MZ-A,{AIZAWL},2001-04-01
police_district,MZ-A,Aizawl district police,,{AIZAWL},
prison,MZ-P,Central prison,,{AIZAWL},
provider,MZ-NGO,Zoram Care,,{AIZAWL},
"""


def units(registry: Registry) -> dict[str, Organization]:
    with registry.house.worker.transaction() as session:
        return {row.code: row for row in session.scalars(select(Organization).where(Organization.code.is_not(None)))}


def test_a_file_makes_a_district_and_the_second_time_nothing(registry: Registry) -> None:
    browser = registry.browser()
    sent = send_file(browser, UPLOAD, FILE)
    preview = browser.get(sent.location).text
    assert "4 new ones" in preview
    assert preview.count("· Aizawl") == 4, "a wrong district is seen before the button"
    assert units(registry) == {}, "nothing is stored before the button"

    assert confirm_file(browser, sent).location.startswith(f"{UPLOAD}?done=1&added=4")

    made = units(registry)
    assert made["MZ-A-1"].parent_id == made["MZ-A"].id
    assert (made["MZ-A-1"].level, made["MZ-A-1"].kind, str(made["MZ-A-1"].opened_on)) == (
        "station",
        "police_unit",
        "2001-04-01",
    )
    again = send_file(browser, UPLOAD, FILE)
    assert "The file changes nothing" in browser.get(again.location).text
    as_they_are = browser.get(f"{UPLOAD}/units.csv").data
    assert "The file changes nothing" in browser.get(send_file(browser, UPLOAD, as_they_are).location).text
    assert browser.get(sent.location).status_code == 404, "the file is done"


def test_a_changed_line_changes_that_unit_alone(registry: Registry) -> None:
    browser = registry.browser()
    confirm_file(browser, send_file(browser, UPLOAD, FILE))
    before = units(registry)

    done = confirm_file(browser, send_file(browser, UPLOAD, FILE.replace("Central prison", "Central jail")))

    assert done.location.endswith("added=0&changed=1&unchanged=3")
    after = units(registry)
    assert after["MZ-P"].name == "Central jail"
    assert {code: row.version for code, row in after.items() if code != "MZ-P"} == {
        code: row.version for code, row in before.items() if code != "MZ-P"
    }


def test_every_fault_is_named_by_line_and_column_and_nothing_is_stored(registry: Registry) -> None:
    browser = registry.browser()
    bad = f"""{HEADER}police_station,OK-1,A good one,,{AIZAWL},
fort,MZ-1,A name,,{AIZAWL},
police_station,=1+1,A name,,{AIZAWL},
police_station,MZ-2,=HYPERLINK("x"),,{AIZAWL},
police_station,MZ-3,A name,NOWHERE,{AIZAWL},
police_station,MZ-4,A name,,{LUNGLEI},
police_station,MZ-5,A name,NOWHERE,{AIZAWL},1.4.2001
police_station,MZ-6,A name,,{AIZAWL},,,too many
"""
    sent = send_file(browser, UPLOAD, bad)
    page = browser.get(sent.location).text

    told = [(int(line), field) for line, field in re.findall(r"<li>Line (\d+)(?:, <code[^>]*>(\w+)</code>)?:", page)]
    assert told == [
        (3, "kind"),
        (4, "code"),
        (5, "name"),
        (6, "parent_code"),
        (7, "district_code"),
        (8, "opened_on"),
        (8, "parent_code"),
        (9, ""),
    ]
    assert "Write the day as 2019-04-01, or day first as 01-04-2019." in page
    assert f'href="{UPLOAD}"' in page, "where the mended file goes"
    assert 'name="seen"' not in page
    assert post(browser, sent.location, seen="").status_code == 409
    assert units(registry) == {}


def test_a_day_that_a_spreadsheet_turned_round_is_taken_and_shown_and_a_refused_line_changes_nothing(
    registry: Registry,
) -> None:
    browser = registry.browser()
    confirm_file(browser, send_file(browser, UPLOAD, FILE))

    turned = browser.get(send_file(browser, UPLOAD, FILE.replace("2001-04-01", "01-04-2001")).location).text
    other = browser.get(send_file(browser, UPLOAD, FILE.replace("2001-04-01", "02/05/2001")).location).text
    refused = browser.get(send_file(browser, UPLOAD, FILE.replace("2001-04-01", "April 2001")).location).text

    assert "The file changes nothing" in turned
    assert "open since 2 May 2001" in re.sub("<[^>]+>", "", other)
    assert "1 thing is wrong" in refused
    assert "1 changed" not in refused


def test_the_example_is_taken_as_it_is_and_leads_on_to_a_form_for_its_people(registry: Registry) -> None:
    browser = registry.browser(registry.state)

    done = confirm_file(browser, send_file(browser, UPLOAD, browser.get(f"{UPLOAD}/template.csv").data))

    begun = units(registry)
    assert {row.district_code for row in begun.values()} == {AIZAWL, LUNGLEI}
    assert 'href="/members/upload"' in browser.get(done.location).text
    form = browser.get("/members/upload/template.csv")
    assert "people-form.csv" in form.headers["Content-Disposition"]
    columns, *lines = form.data.decode("utf-8-sig").splitlines()
    asked = {tuple(line.split(",")[2:4]) for line in lines}
    assert {("provider_manager", f"D{AIZAWL}-NGO-1"), ("unit_supervisor", f"D{LUNGLEI}-PS-1")} <= asked
    assert f"D{AIZAWL}" not in {code for _role, code in asked}, "what others hang below begins with nobody"
    filled = [f"A Person,a.person{line.removeprefix(',')}" for line in lines]
    slips = confirm_file(browser, send_file(browser, "/members/upload", "\n".join([columns, *filled]))).text
    assert slips.count("Works once") == len(lines)
    assert "NGO-1" not in browser.get("/members/upload/template.csv").text, "who has people needs no line any more"

    second = browser.get(f"{UPLOAD}/template.csv").text.replace(" in ", " by the lake of ")
    confirm_file(browser, send_file(browser, UPLOAD, second))
    later = units(registry)
    assert {code: later[code].name for code in begun} == {code: row.name for code, row in begun.items()}
    assert {f"D{AIZAWL}-PS-2", f"D{LUNGLEI}-NGO-2"} <= later.keys(), "a second example is of new units"


def test_the_example_hangs_its_station_below_the_districts_police_that_is_there_whatever_its_code(
    registry: Registry,
) -> None:
    browser = registry.browser()
    begun = registry.make(browser, kind="police_district", code=f"D{AIZAWL}", name="Aizawl police")
    closed = registry.act(browser, begun, "close", successor="none")
    registry.make(browser, kind="prison", code=f"D{AIZAWL}-2", name="A prison")

    confirm_file(browser, send_file(browser, UPLOAD, browser.get(f"{UPLOAD}/template.csv").data))

    made = units(registry)
    assert (closed.status_code, made[f"D{AIZAWL}"].status) == (303, "closing")
    assert made[f"D{AIZAWL}-PS-1"].parent_id == made[f"D{AIZAWL}-3"].id, "what closes or is a prison takes no station"
    assert (
        f"police_station,D{AIZAWL}-PS-2,A police station in Aizawl,D{AIZAWL}-3"
        in browser.get(f"{UPLOAD}/template.csv").text
    )


def test_the_preview_says_first_that_units_of_somebody_else_would_get_another_name(registry: Registry) -> None:
    browser, other = registry.browser(), registry.browser(registry.state)
    both_took = browser.get(f"{UPLOAD}/template.csv").data.decode("utf-8-sig")
    confirm_file(other, send_file(other, UPLOAD, both_took.replace("A prison in", "Central prison of")))

    preview = browser.get(send_file(browser, UPLOAD, both_took).location).text
    same = browser.get(send_file(browser, UPLOAD, browser.get(f"{UPLOAD}/units.csv").data).location).text

    assert "This gives 1 unit that is in the registry another name." in preview
    assert "another name" not in same


UNUSABLE = [
    ("", "no rows"),
    ("kind,code\nprison,MZ-P\n", "lacks: name, district_code"),
    ("kind,code,name,district_code,colour\nprison,MZ-P,P,261,red\n", "none of our columns"),
    (b"PK\x03\x04rest", "workbook"),
    (b"kind,code,name,district_code\nprison,P,\xe9,261\n", "UTF-8"),
]


def test_a_file_that_cannot_be_used_says_why(registry: Registry) -> None:
    browser = registry.browser()
    for content, words in UNUSABLE:
        answer = send_file(browser, UPLOAD, content)
        assert answer.status_code == 422
        assert words in answer.text


def test_what_changed_after_the_look_is_not_done(registry: Registry) -> None:
    browser = registry.browser()
    sent = send_file(browser, UPLOAD, FILE)
    page = browser.get(sent.location).text
    registry.make(browser, code="MZ-A-1", name="Somebody else's")

    late = post(browser, sent.location, seen=re.search(r'name="seen" value="([^"]+)"', page)[1])  # type: ignore[index]  # it is on the page

    assert late.status_code == 409
    assert set(units(registry)) == {"MZ-A-1"}


def test_anothers_file_is_as_absent_as_none(registry: Registry) -> None:
    sent = send_file(registry.browser(), UPLOAD, FILE)
    theirs = registry.browser(registry.other)

    assert theirs.get(sent.location).status_code == 404
    assert post(theirs, sent.location).status_code == 404
    assert post(theirs, f"{UPLOAD}/{UUID(int=5)}/discard").status_code == 404
    assert post(registry.browser(), f"{sent.location}/discard").status_code == 303
    with registry.house.worker.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Organization).where(Organization.code.is_not(None))) == 0
