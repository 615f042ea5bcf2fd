"""Two tabs, two persons, in a browser that goes back and loads again, with scripts and without."""

from playwright.sync_api import Page, Response

from support.pages.drawn_looks import in_drawn_looks
from support.referrals import running_service as world
from support.referrals.browsers import Desk
from support.referrals.posted_steps import open_step, post_up_to
from support.referrals.tour import describe, go_on, pick, press, send_one

OTHER_FORM, NOT_SENT, PUT_AWAY = (
    "Another form was begun in this browser",
    "This form was not sent now",
    "The form was put away",
)
with_or_without_scripts = in_drawn_looks("script", [True, False])


def begin(page: Page, *needs: str) -> None:
    """A new form at step 2, in place of what is under way."""
    page.goto("/new")
    if page.url.endswith("/new"):
        press(page, "main a[href$='/anew']")
        press(page, "main button.danger")
    pick(page, "setting", "station")
    for need in needs:
        pick(page, "needs", need)
    go_on(page)


def choose_sahaya(page: Page) -> None:
    """Step 2."""
    press(page, f"button[name=service][value='{world.SAHAYA_SERVICE}']")


def mark_the_yes(page: Page) -> None:
    """Step 3; Continue is not pressed yet."""
    pick(page, "answer", "yes")
    pick(page, "another", "yes")


def up_to(page: Page, step: str, name: str) -> None:
    """A new form at this step, whose own answers are marked; back leads to the step before it."""
    if step == "consent":
        open_step(page, "who")
        choose_sahaya(page)
        return mark_the_yes(page)
    open_step(page, "person")
    return describe(page, name)


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def go_on_and_tell(page: Page) -> int:
    """The main button of the step; the status of the answer."""
    with page.expect_navigation() as answer:
        page.locator("#step button.main").click()
    return status(answer.value)


def code_shown(page: Page) -> str:
    return page.locator(".card-code .reference").inner_text()


def status(answer: Response | None) -> int:
    assert answer is not None
    return answer.status


def second_tab(page: Page) -> Page:
    return page.context.new_page()


@with_or_without_scripts
@in_drawn_looks("step", ["consent", "review"])
def test_after_the_refusal_neither_back_nor_a_reload_shows_the_other_persons_form(
    desk: Desk, step: str, script: bool
) -> None:
    first = desk.officer(java_script_enabled=script)
    up_to(first, step, "Canarina")
    second = second_tab(first)
    open_step(second, step, name="Rafiq")

    assert (go_on_and_tell(first), heading(first)) == (409, OTHER_FORM)
    told = [(status(first.reload()), heading(first)), (status(first.go_back()), heading(first))]
    told += [(status(first.reload()), heading(first)), (status(first.goto(first.url)), heading(first))]

    assert told == [(409, OTHER_FORM)] * 4
    assert first.locator("#step").count() == 0, "nothing to answer or to send"
    assert "Rafiq" not in first.content()
    if step == "consent":
        mark_the_yes(second)
    go_on(second)
    assert heading(second) == ("Sent" if step == "review" else "How can the service reach the person?")


@with_or_without_scripts
@in_drawn_looks("step", ["consent", "review"])
def test_where_the_other_form_was_sent_meanwhile_its_card_is_not_offered(desk: Desk, step: str, script: bool) -> None:
    first = desk.officer(java_script_enabled=script)
    up_to(first, step, "Canarina")
    post_up_to(first, "done", name="Rafiq")

    told = [(go_on_and_tell(first), heading(first)), (status(first.reload()), heading(first))]
    offered = [first.locator("main a[href$='/done']").count()]
    told += [(status(first.go_back()), heading(first))]
    offered += [first.locator("main a[href$='/done']").count()]

    assert (told, offered) == ([(410, NOT_SENT)] * 3, [0, 0])
    press(first, "main a.main")
    assert heading(first) == "What help is wanted?"


@with_or_without_scripts
def test_back_from_the_card_offers_it_again_and_begins_nothing(desk: Desk, script: bool) -> None:
    page = desk.officer(java_script_enabled=script)
    up_to(page, "review", "Rafiq")
    go_on(page)
    shown = page.locator("main").inner_text()

    assert (status(page.go_back()), heading(page)) == (410, PUT_AWAY)
    press(page, "main a.main")

    assert page.locator("main").inner_text() == shown


@with_or_without_scripts
def test_where_both_were_sent_no_page_of_the_first_shows_the_card_of_the_second(desk: Desk, script: bool) -> None:
    first = desk.officer(java_script_enabled=script)
    up_to(first, "review", "Canarina")
    go_on(first)
    own, sent_at = code_shown(first), first.url
    second = second_tab(first)
    send_one(second, name="Rafiq")
    assert code_shown(second) not in {"", own}

    told = [(status(first.reload()), heading(first)), (status(first.go_back()), heading(first))]
    told += [(status(first.goto(sent_at)), heading(first))]

    assert told == [(410, PUT_AWAY), (410, NOT_SENT), (410, PUT_AWAY)]
    first.locator("details.menu summary").click()
    press(first, ".menu-panel .languages button[lang=hi]")
    assert (heading(first), first.locator(".card-sheet").count()) == ("फ़ॉर्म हटा दिया गया है", 0)
    press(first, "main a[href$='/sent']")


def test_the_picture_of_the_card_on_the_screen_is_saved_where_another_form_was_sent_since(desk: Desk) -> None:
    first = desk.officer()
    send_one(first, name="Canarina")
    first.wait_for_load_state("networkidle")
    own = code_shown(first)
    post_up_to(first, "done", name="Rafiq")

    with first.expect_download() as saved:
        first.locator("[data-picture]").click()

    assert saved.value.suggested_filename == "card.png"
    assert code_shown(first) == own, "it stays on the screen"


@with_or_without_scripts
def test_in_one_tab_no_page_of_the_form_that_was_thrown_away_comes_back(desk: Desk, script: bool) -> None:
    page = desk.officer(java_script_enabled=script)
    begin(page, "OST")
    choose_sahaya(page)
    mark_the_yes(page)
    go_on(page)
    thrown_away = page.url.rsplit("/", 1)[0]
    begin(page, "COUNS", "OST")
    choose_sahaya(page)
    mark_the_yes(page)

    seen = []
    for _ in range(8):
        page.go_back()
        seen += [(page.url.startswith(thrown_away), heading(page) == OTHER_FORM)]

    assert [refused for of_it, refused in seen if of_it] == [True] * 5, "anew, person, consent, who, place"
    assert [refused for of_it, refused in seen if not of_it] == [False] * 3, "the pages of the form that is kept"


@with_or_without_scripts
def test_a_choice_on_a_page_that_was_shown_of_other_help_is_refused_in_a_duplicated_tab(
    desk: Desk, script: bool
) -> None:
    first = desk.officer(java_script_enabled=script)
    open_step(first, "who")
    second = second_tab(first)
    second.goto(first.url)
    press(second, "button[value=back]")
    pick(second, "needs", "COUNS")
    go_on(second)

    with first.expect_navigation() as answer:
        first.locator("button[name=service]").first.click()

    assert (status(answer.value), heading(first)) == (409, "This form was changed after this page was shown")
    press(second, "button[name=service]")
    assert heading(second) == "Read this aloud"


@with_or_without_scripts
def test_a_yes_is_not_marked_again_by_the_browser_on_a_text_that_names_somebody_else(desk: Desk, script: bool) -> None:
    page = desk.officer(java_script_enabled=script)
    open_step(page, "who", "COUNS", "OST")
    choose_sahaya(page)
    mark_the_yes(page)
    consent = page.url
    press(page, "button[value=back]")
    press(page, f"button[name=service]:not([value='{world.SAHAYA_SERVICE}'])")
    page.go_back()
    page.go_back()

    assert page.url == consent
    assert page.locator("[name=answer]:checked").count() == 0
