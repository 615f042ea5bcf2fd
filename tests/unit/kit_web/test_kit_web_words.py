"""Times as people say them, numbers in the reader's digits, and the language that shows what nobody marked."""

import re
from datetime import time, timedelta
from html.parser import HTMLParser

import pytest

from service_kit.web.html import relative_time
from service_kit.web.html.hours_words import span_words
from service_kit.web.html.i18n import in_language
from support.web import (
    NOON,
    NOWHERE,
    a_web,
)

WEB = a_web()


@pytest.mark.parametrize(
    ("minutes", "language", "said"),
    [
        (40, "en", "due in 40 minutes"),
        (89, "en", "due in 1 hour 29 minutes"),
        (120, "en", "due in 2 hours"),
        (-1439, "en", "overdue by 23 hours 59 minutes"),
        (4320, "en", "due in 3 days"),
        (0, "en", "due now"),
        (40, "hi", "40 मिनट में करना है"),
        (40, "bn", "সময় আছে ৪০ মিনিট"),
        (89, "hi", "1 घंटा 29 मिनट में करना है"),
        (89, "bn", "সময় আছে ১ ঘন্টা ২৯ মিনিট"),
    ],
)
def test_times_are_said_as_people_say_them(minutes: int, language: str, said: str) -> None:
    with WEB.app.test_request_context(headers={"Accept-Language": language}):
        assert relative_time.due(NOON + timedelta(minutes=minutes)) == said


def test_what_is_handed_on_is_in_its_own_language_and_the_reader_goes_on_in_theirs() -> None:
    due = NOON + timedelta(minutes=40)
    with WEB.app.test_request_context(headers={"Accept-Language": "hi"}):
        said = [relative_time.due(due)]
        for tag in ("bn", "en"):
            with in_language(tag):
                said.append(relative_time.due(due))
        said.append(relative_time.due(due))

    assert said == ["40 मिनट में करना है", "সময় আছে ৪০ মিনিট", "due in 40 minutes", "40 मिनट में करना है"]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.005, "just now"),
        (0.5, "30 minutes ago"),
        (3, "today 09:00"),
        (20, "yesterday 16:00"),
        (60, "28 Feb 2026, 00:00"),
    ],
)
def test_the_past_too(hours: float, said: str) -> None:
    with WEB.app.test_request_context():
        assert relative_time.ago(NOON - timedelta(hours=hours)) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ((time(9), time(17)), "09:00–17:00"),
        ((time(10), time(10)), "24 hours, from 10:00"),
        ((time(), time()), "day and night"),
        ((time(), time(23, 59)), "day and night"),
    ],
)
def test_a_whole_day_is_told_in_words(span: tuple[time, time], said: str) -> None:
    with WEB.app.test_request_context():
        assert span_words(span) == said


def test_the_pseudo_language_shows_what_nobody_marked() -> None:
    web = a_web(NOWHERE, pseudo_language=True)
    client = web.client()
    client.set_cookie("setu_lang", "en-XA", domain="localhost")

    page = client.get("/problems/stale").text

    assert '<html lang="en-XA">' in page
    assert "<h1>⟦Changed in the meantime⟧</h1>" in page
    assert "⟦Leave quickly⟧" in page


class Unmarked(HTMLParser):
    """Collects the words of a page that stand outside of ⟦…⟧."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.found = 0, list[str]()

    def handle_data(self, data: str) -> None:
        """Follow the brackets through the page."""
        for word in re.findall(r"[⟦⟧]|[^\s⟦⟧]+", data):
            self.depth += {"⟦": 1, "⟧": -1}.get(word, 0)
            if self.depth == 0 and word != "⟧" and any(character.isalpha() for character in word):
                self.found.append(word)


@pytest.mark.parametrize("path", ["/problems/stale", "/nothing"])
def test_in_the_pseudo_language_no_word_of_the_frame_is_unmarked(path: str) -> None:
    client = a_web(NOWHERE, pseudo_language=True).client()
    client.set_cookie("setu_lang", "en-XA", domain="localhost")
    page = Unmarked()

    page.feed(client.get(path).text)

    assert set(page.found) <= {"English", "हिन्दी", "বাংলা", "Pseudo", "/problems/stale"}
    assert "বাংলা" in page.found


def test_a_template_counts_in_the_readers_digits_and_escapes_as_usual() -> None:
    template = WEB.app.jinja_env.from_string("{{ ngettext('%(num)s <b>', '%(num)s <b> %(who)s', 12, who='<i>') }}")
    with WEB.app.test_request_context(headers={"Accept-Language": "bn"}):
        assert template.render() == "১২ <b> &lt;i&gt;"
