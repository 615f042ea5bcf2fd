"""A page's clock that a test stops and lets run again, for what a page does by itself after some seconds."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page


def stop_the_clock(page: Page) -> None:
    """Let no timer of the page fire until `let_eight_seconds_pass`."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))


def let_eight_seconds_pass(page: Page) -> None:
    """Go on to just before an answer's eight seconds are over; the rest is left to a clock that runs by itself.

    The page is loaded anew when the answer is written, and a clock that is being advanced while its page goes away may
    never report back.
    """
    page.clock.run_for(7_800)
    page.clock.resume()
