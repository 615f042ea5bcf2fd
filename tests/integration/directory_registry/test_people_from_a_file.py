"""People from a file on screen: accounts for units of the own districts, slips that work, shown once."""

import re

from sqlalchemy import text

from support.accounts import ORIGIN
from support.registry import AIZAWL, LUNGLEI, Registry, confirm_file, first_sign_in, post, send_file, slips_in

UPLOAD = "/members/upload"
HEADER = "name,user_name,role,organization,phone,mail,language,districts\n"


def accounts(registry: Registry) -> int:
    with registry.house.worker.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM account")) or 0)


def test_a_coordinators_file_peoples_its_units_and_prints_slips_that_work(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="MZ-1", name="Bawngkawn station")
    registry.make(browser, kind="provider", code="MZ-NGO", name="Zoram Care")
    before = accounts(registry)
    file = f"""{HEADER}Lalrinpuia,lalrinpuia,unit_supervisor,mz-1,,,en,
Zo<thanga>,zothanga,officer,MZ-1,98300 12345,,hi,
Mawia,mawia,provider_manager,MZ-NGO,,mawia@example.org,en,
"""
    sent = send_file(browser, UPLOAD, file)
    preview = browser.get(sent.location).text
    assert "3 new people" in preview
    assert '<form method="post" data-hold>' in preview, "its answer alone has the slips: a second tap waits for it"
    assert accounts(registry) == before

    page = confirm_file(browser, sent)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Zo&lt;thanga&gt;" in page.text
    jobs = re.findall(r'</strong><br>(.*?), <span translate="no">(.*?)</span>', page.text)
    assert jobs == [
        ("Unit supervisor", "Bawngkawn station"),
        ("Officer", "Bawngkawn station"),
        ("Provider manager", "Zoram Care"),
    ]
    found = re.findall(
        r"(lalrinpuia-\d{4}|zothanga-\d{4}|mawia-\d{4}).*?([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", page.text, re.DOTALL
    )
    assert len(found) == 3
    for user, slip in found:
        form = {"user": user, "slip": slip}
        assert registry.house.client().post("/first-sign-in", data=form, headers=ORIGIN).status_code == 303
    assert accounts(registry) == before + 3
    for reloaded in (post(browser, sent.location, seen=""), browser.get(sent.location)):
        assert reloaded.status_code == 404, "it adds nobody, and says where to go on"
        assert "Slips are shown once" in reloaded.text
        assert 'href="/members"' in reloaded.text
    assert accounts(registry) == before + 3
    again = send_file(browser, UPLOAD, file)
    assert "The file adds nobody" in browser.get(again.location).text


def test_a_supervisor_peoples_the_own_unit_and_no_other(registry: Registry) -> None:
    unit = registry.house.organization("police_unit", district=AIZAWL, name="Ours")
    other = registry.house.organization("police_unit", district=AIZAWL, name="Theirs")
    browser = registry.browser(registry.house.person("unit_supervisor", unit))

    refused = browser.get(send_file(browser, UPLOAD, f"{HEADER}A Name,a.name,officer,{other},,,en,\n").location).text
    assert "Line 2" in refused
    assert "None of your units has this code" in refused
    page = confirm_file(browser, send_file(browser, UPLOAD, "name,user_name,role\nA Name,a.name,officer\n"))

    assert "Ours" in page.text
    assert page.status_code == 200


def test_a_coordinator_takes_a_form_whether_or_not_a_unit_waits_for_people(registry: Registry) -> None:
    browser, button = registry.browser(), "Form of your units, or an example (CSV)"
    before, example = browser.get(UPLOAD).text, browser.get(f"{UPLOAD}/template.csv").text
    registry.make(browser, kind="provider", code="MZ-NGO", name="Zoram Care")

    assert button in before
    assert button in browser.get(UPLOAD).text
    assert ("MZ-NGO" in example, "MZ-NGO" in browser.get(f"{UPLOAD}/template.csv").text) == (False, True)


def test_a_coordinators_file_gives_a_provider_its_first_manager_and_nobody_once_somebody_works_there(
    registry: Registry,
) -> None:
    browser = registry.browser()
    registry.make(browser, kind="provider", code="MZ-NGO", name="Zoram Care")
    first, mole = "Mawia,mawia,provider_manager,MZ-NGO,,,en,\n", "Mole,mole,{},MZ-NGO,,,en,\n"

    page_of_words = browser.get("/members/upload").text
    assert "provider_manager" in page_of_words
    assert not {each for each in ("case_worker", "data_officer", "custody_health") if each in page_of_words}
    early = browser.get(send_file(browser, UPLOAD, HEADER + mole.format("case_worker")).location).text
    page = confirm_file(browser, send_file(browser, UPLOAD, HEADER + first))
    again = browser.get(send_file(browser, UPLOAD, HEADER + mole.format("provider_manager")).location).text
    for user, slip in slips_in(page.text).values():
        first_sign_in(registry.house, user, slip)
    late = browser.get(send_file(browser, UPLOAD, HEADER + mole.format("provider_manager")).location).text

    left = registry.make(browser, kind="provider", code="MZ-LEFT", name="Without a manager")
    registry.house.person("case_worker", left)
    begun = registry.house.organization("provider", district=AIZAWL)
    orphan, let_in = (
        browser.get(send_file(browser, UPLOAD, HEADER + first.replace("MZ-NGO", place)).location).text
        for place in ("MZ-LEFT", str(begun))
    )

    assert page.status_code == 200
    for refused in (early, again, late, orphan, let_in):
        assert "Line 2" in refused
    for refused in (early, orphan, let_in):
        assert "own manager lets its people in" in refused
    for refused in (again, late):
        assert "has one manager, and somebody is that already" in refused


def test_a_manager_peoples_the_own_provider_from_a_file(registry: Registry) -> None:
    provider = registry.house.organization("provider", district=AIZAWL, name="Ours")
    browser = registry.browser(registry.house.person("provider_manager", provider))

    page = confirm_file(browser, send_file(browser, UPLOAD, "name,user_name,role\nA Name,a.name,case_worker\n"))

    assert page.status_code == 200


def test_every_fault_of_a_line_is_named_and_nobody_is_added(registry: Registry) -> None:
    browser, before = registry.browser(), accounts(registry)
    registry.make(browser, code="MZ-1")
    registry.make(browser, kind="prison", code="MZ-P")
    far = registry.house.organization("police_unit", district=LUNGLEI)
    file = f"""{HEADER}Good,good,officer,MZ-1,,,en,
Bad,x,officer,MZ-1,,,en,
Bad,bad.role,case_worker,MZ-1,,,en,
Bad,bad.phone,officer,MZ-1,12,,en,
Bad,bad.mail,officer,MZ-1,,nowhere,en,
Bad,bad.place,officer,{far},,,en,
Bad,bad.health,custody_health,MZ-P,,,en,
Bad,bad.reach,coordinator,,,,en,{LUNGLEI}
=1+1,formula,officer,MZ-1,,,en,
Good,good,officer,MZ-1,,,en,
"""
    page = browser.get(send_file(browser, UPLOAD, file).location).text

    told = [(int(line), field) for line, field in re.findall(r"<li>Line (\d+), <code[^>]*>(\w+)</code>:", page)]
    assert told == [
        (3, "user_name"),
        (4, "role"),
        (5, "phone"),
        (6, "mail"),
        (7, "organization"),
        (8, "role"),
        (9, "districts"),
        (10, "name"),
        (11, "user_name"),
    ]
    assert accounts(registry) == before
