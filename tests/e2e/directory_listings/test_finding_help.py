"""A person looks for help, on a phone without JavaScript, by keyboard, in three languages, and on paper."""

from playwright.sync_api import BrowserContext, Page

from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults

SERVICE = "/services/21204aa5-1387-5e70-92a3-91f6fc0deb3d"
WIDE_TOO = ("/", "/?place=700001", SERVICE)
PATHS = (*WIDE_TOO, "/?district=79", "/?place=nowhere", "/?place=70001")
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.unseen'))
    .map(each => each.outerHTML.slice(0, 90))"""
DARK = """() => [...document.querySelectorAll('main, main *')].filter(each => {
    const shown = getComputedStyle(each), parts = (shown.backgroundColor.match(/[\\d.]+/g) || []).map(Number);
    return each.offsetParent && parts[3] !== 0 && parts.slice(0, 3).some(part => part < 200);
}).map(each => each.outerHTML.slice(0, 90))"""
LONGEST = "महिलाओं और उनके बच्चों के लिए ठहरने की जगह"


def in_language(context: BrowserContext, language: str, address: str) -> Page:
    context.add_cookies([{"name": "setu_lang", "value": language, "url": address}])
    return context.new_page()


def test_two_taps_lead_from_the_front_page_to_a_phone_number_and_a_few_narrow_the_answer(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")

    page.fill("#f-place", "Kolkata")
    with page.expect_navigation():
        page.click("button[value=OST]")

    assert "OST" not in page.url
    assert page.locator("h1").inner_text() == "Help in Kolkata"
    numbers = page.locator("a.call")
    assert numbers.count() == 2
    assert (numbers.first.get_attribute("href") or "").startswith("tel:+91")
    page.locator("summary", has_text="More about this service").last.click()
    assert page.get_by_text("Treatment and company in a place where only women come.").is_visible()  # for women: last

    # a PIN code, and a few taps that narrow the answer
    page.goto("/")
    page.fill("#f-place", "700001")
    with page.expect_navigation(url="**/results/*"):
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Help near 700001"
    page.locator("summary", has_text="Change the search").click()
    page.locator("summary", has_text="More choices").click()
    page.locator("label", has_text="Women on the staff").click()
    page.fill("#f-child", "x")
    with page.expect_navigation():
        page.click("button:has-text('Search again')")
    assert page.locator("#f-child-error").is_visible()
    page.fill("#f-child", "4")
    with page.expect_navigation():
        page.click("button:has-text('Search again')")
    assert "700001" not in page.url
    assert page.get_by_text("Women on the staff · With a child, age: 4").is_visible()
    assert page.locator("a.call").count() >= 1


def test_by_keyboard_alone_and_reading_on_stays_in_the_tab_so_that_leaving_quickly_leaves_nothing_open(
    desktop: BrowserContext,
) -> None:
    page = desktop.new_page()
    page.goto("/")
    page.focus("#f-place")
    page.keyboard.type("Raipur")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("h1").inner_text() == "Help in Raipur"
    assert page.locator("#f-open-now").is_checked()
    assert page.locator("#f-need").input_value() == "OST"

    page.goto("/")
    with page.expect_navigation():
        page.click("button[value=SHELTER]")
    with page.expect_navigation(url="**/services/*"):
        page.locator(".results h3 a").first.click()
    assert desktop.pages == [page]
    page.go_back()
    assert page.locator(".results li").count() >= 1


@in_drawn_looks("language", ["en", "hi", "bn"])
def test_nothing_for_axe_to_find_and_nothing_sticks_out(desktop: BrowserContext, address: str, language: str) -> None:
    page = in_language(desktop, language, address)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for width, paths in ((360, PATHS), (1280, WIDE_TOO)):
        page.set_viewport_size({"width": width, "height": 800})
        for path in drawn_screens(paths, of=f"finding help at {width}"):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert faults(page) == [], (path, width)
    assert not [each for each in said if "status of 400" not in each]  # nothing that the policy forbids


def test_the_largest_text_still_fits_a_phone(desktop: BrowserContext, address: str) -> None:
    page = in_language(desktop, "hi", address)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (SERVICE, "/?place=700001", "/?district=79"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '36px'")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        too_wide = page.evaluate(TOO_WIDE)
        assert too_wide == [], path

    assert page.get_by_text(LONGEST).first.is_visible()


def test_a_first_visit_is_light(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))

    page.goto("/", wait_until="networkidle")

    assert sum(sizes) < 60_000  # before compression, which a gateway adds
    assert all(answer for answer in sizes)


def test_on_paper_numbers_and_hours_stand_and_the_sheet_that_is_handed_over_does_not_say_what_for(
    desktop: BrowserContext,
) -> None:
    page = desktop.new_page()
    page.goto("/?district=315")
    page.emulate_media(media="print")
    assert page.locator("a.call").first.is_visible()
    assert page.locator("table.week").first.is_visible()
    assert not page.locator("form.find").is_visible()
    assert not page.get_by_text("Open now, until").first.is_visible()

    page.goto(SERVICE)
    text = page.locator("main").inner_text()

    assert page.title() == "Nodi Health Trust (sample) · Setu"
    for words in (
        "Health and support",
        "+91 00000 00102",
        "1 Sample Lane",
        "Behind the sample tram depot",
        "09:00",
        "Hindi",
        SERVICE,
        "14446",
    ):
        assert words in text, words
    for words in (
        "opioid",
        "dependence",
        "Health check",
        "Overdose",
        "section 64A",
        "Open now",
        "Pass it on",
        "openstreetmap",
    ):
        assert words not in text, words
    dark = page.evaluate(DARK)
    assert dark == []


def test_the_phone_is_asked_to_share_only_where_it_can(desktop: BrowserContext, phone: BrowserContext) -> None:
    desktop.add_init_script("navigator.share = shown => { window.shared = shown.url; return Promise.resolve(); }")
    able, plain = desktop.new_page(), phone.new_page()
    able.goto(SERVICE)
    plain.goto(SERVICE)

    able.get_by_role("button", name="Share").click()

    assert able.evaluate("window.shared").endswith(SERVICE)
    assert not plain.get_by_text("Share", exact=True).is_visible()
    assert plain.locator(".own-address a").first.is_visible()
