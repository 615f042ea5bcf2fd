"""Services from a file in a browser without JavaScript: by keyboard, in three languages, under axe."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page

from directory_service.listings.domain.records import Service
from support.listings import save
from support.pages.drawn_looks import EVERY_LOOK, drawn
from support.pages.looks import faults

EACH = [("en", 360, "light"), ("hi", 360, "dark"), ("bn", 1280, "light")]
LOOKS = EACH if EVERY_LOOK else [drawn(EACH, of="uploads")]
LONG = "Counselling, with a name that is so long that nobody would want to read it on a phone in the rain"
SHEET = f"""name,phone,needs,description
"{LONG}",+91 33 2222 2222,COUNS; DIC,"It goes on, and on."
Talk,+91 33 0000 1111,,
Talk,call us,XYZ,=1+1
"""


def choose(page: Page, content: str) -> None:
    page.set_input_files("#f-sheet", files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": content.encode()}])


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


def press_enter(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_from_the_file_to_the_directory(site: Any) -> None:
    site.house.clock.set(datetime.now(UTC))
    provider = site.house.organization("provider")
    with site.house.worker.transaction() as session:
        for name in ("Talk", "Night shelter"):
            save(session, Service(uuid4(), provider, name), site.house.clock.now())
    manager, seen = site.house.person("provider_manager", provider), {}
    for number, (lang, width, scheme) in enumerate(LOOKS):
        go_on = press if number else press_enter  # the order of the keyboard is one in all languages
        how = {"lang": lang, "width": width, "color_scheme": scheme, "bypass_csp": True}
        page = site.open("/listings/upload", manager, **how)
        page.locator("main summary").click()
        seen[f"{lang} form"] = faults(page, "upload, form")
        choose(page, "name,phon\nx,1\n")
        go_on(page, "main button.main")
        seen[f"{lang} form, error"] = faults(page, "upload, error")
        page.locator("input[value=remove]").check(force=True)
        choose(page, SHEET)
        go_on(page, "main button.main")
        seen[f"{lang} preview"] = faults(page, "upload, preview")
        page.reload()
        assert page.get_by_text(LONG).is_visible()
    plain = site.open(page.url, manager, java_script_enabled=False)
    assert plain.get_by_text("1 service leaves the directory").is_visible()
    press_enter(plain, "main button.main")
    seen["done"] = faults(site.open(plain.url, manager, bypass_csp=True), "upload, done")
    assert {name: found for name, found in seen.items() if found} == {}
    assert plain.get_by_text("1 service was taken out.").is_visible()
