"""A page's clock that a test stops and lets run again, for what a page does by itself after some seconds."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response


def stop_the_clock(page: Page) -> None:
    """Let no timer of the page fire until the test moves its clock, which stands a minute ahead.

    A clock can be stopped in the future only, and a busy machine may take seconds to hear of it.
    """
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))


def let_eight_seconds_pass(page: Page) -> None:
    """Go on to just before an answer's eight seconds are over; the rest is left to a clock that runs by itself.

    The page is loaded anew when the answer is written, and a clock that is being advanced while its page goes away may
    never report back.
    """
    page.clock.run_for(7_800)
    page.clock.resume()


def let_it_ask_again(page: Page) -> Response:
    """Let ten seconds pass, after which a list asks what is new; returns when the page has read the answer."""
    path = urlsplit(page.url).path

    def about_the_list(answer: Response) -> bool:
        return answer.request.headers.get("x-setu-poll") == "1" and urlsplit(answer.url).path == path

    with page.expect_response(about_the_list) as asked:
        page.clock.run_for(10_500)
    page.evaluate("fetch(location.href).then(answer => answer.text())")  # which is read behind it
    return asked.value
