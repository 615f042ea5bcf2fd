"""Calendars as a program of somebody's reads them, and the secret address of a feed. Not a test module."""

import warnings

from flask.testing import FlaskClient
from icalendar import Calendar, Event


def events(content: bytes) -> list[Event]:
    """The entries of a calendar file, which has to be well-formed and in India's time zone."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    assert [zone.tz_name for zone in calendar.timezones] == ["Asia/Kolkata"]
    return list(calendar.events)


def address_of(browser: FlaskClient) -> str:
    """The address of the feed that somebody makes in this browser."""
    page = browser.post("/meetings/feed").text
    return page.partition('translate="no">http://directory.test')[2].partition("<")[0]
