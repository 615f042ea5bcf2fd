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
police_station,MZ-5,A name,NOWHERE,{AIZAWL},01-04-2001
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
    assert "Write the day as year-month-day, such as 2019-04-01." in page
    assert 'name="seen"' not in page
    assert post(browser, sent.location, seen="").status_code == 409
    assert units(registry) == {}


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
