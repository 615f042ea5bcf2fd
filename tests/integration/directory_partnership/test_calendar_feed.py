"""Calendar files and feeds: little in them, updates and cancellations, a secret that ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text, update

from directory_service.accounts.store.tables import Account, Membership
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.calendars import address_of, events
from support.events import eventually, waiting_for_locks
from support.partnership import ELSEWHERE, FAR_PROVIDER, NODI, STATION, Partnership, in_force

FEW = {"SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "STATUS", "URL"}


def test_a_meetings_file_says_when_and_a_link_and_is_updated_and_struck_out(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    manager, coordinator = partnership.browser("provider_manager"), partnership.browser("coordinator")
    (first,) = events(manager.get(f"/meetings/{meeting}/meeting.ics").data)
    form = {"day": "2026-12-23", "at": "15:00", "place": "Secret hall", "seen": "2"}
    assert coordinator.post(f"/meetings/{meeting}/plan", data=form).status_code == 303
    (moved,) = events(manager.get(f"/meetings/{meeting}/meeting.ics").data)
    coordinator.post(f"/meetings/{meeting}/cancel", data={"seen": "3"})
    (gone,) = events(manager.get(f"/meetings/{meeting}/meeting.ics").data)

    assert [(each.uid, each.sequence, each.status) for each in (first, moved, gone)] == [
        (str(meeting), 1, "CONFIRMED"),
        (str(meeting), 2, "CONFIRMED"),
        (str(meeting), 3, "CANCELLED"),
    ]
    assert moved["DTSTART"].params["TZID"] == "Asia/Kolkata"
    assert (moved.start.isoformat(), moved.end - moved.start) == ("2026-12-23T15:00:00+05:30", timedelta(minutes=90))
    assert (set(moved), moved["SUMMARY"]) == (FEW, "District meeting")
    assert moved["URL"] == f"http://directory.test/meetings/{meeting}"


def test_a_proposed_date_is_in_nobodys_calendar(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()

    assert partnership.browser("coordinator").get(f"/meetings/{meeting.id}/meeting.ics").status_code == 404


def test_a_date_that_was_told_is_one_for_files_feeds_guests_and_row_level_security(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    meeting = partnership.a_meeting(begun=False)
    coordinator, guest = partnership.member("coordinator"), partnership.member("provider_manager", FAR_PROVIDER)
    calendar, scope = partnership.app.test_client(), partnership.somebody("provider_manager", FAR_PROVIDER).scope
    addresses = [address_of(each) for each in (coordinator, guest)]

    for state, sequence, told in (
        ("proposed", 0, False),
        ("planned", 1, True),
        ("held", 1, True),
        ("cancelled", 0, False),
        ("cancelled", 1, True),
    ):
        with partnership.worker() as session:
            row = session.get_one(Meeting, meeting)
            row.state, row.sequence = state, sequence
        files = [each.get(f"/meetings/{meeting}/meeting.ics").status_code == 200 for each in (coordinator, guest)]
        feeds = [str(meeting) in calendar.get(each).text for each in addresses]
        with partnership.directory.web.transaction(scope) as session:
            seen = session.get(Meeting, meeting) is not None

        assert (files, feeds, seen) == ([told] * 2, [told] * 2, told), (state, sequence)


def test_a_feed_is_read_by_its_address_until_it_is_revoked_or_replaced(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    browser, calendar = partnership.member("provider_manager", NODI), partnership.app.test_client()
    first = address_of(browser)
    read = calendar.get(first)
    assert (read.status_code, read.mimetype) == (200, "text/calendar")
    assert [each.uid for each in events(read.data)] == [str(meeting)]
    assert b"Kolkata:" in read.data
    assert b"Conference room" not in read.data

    second = address_of(browser)
    assert [calendar.get(each).status_code for each in (first, second)] == [404, 200]
    assert browser.post("/meetings/feed/revoke").status_code == 303
    assert calendar.get(second).status_code == 404
    for wrong in ("", "?key=", "?key=x", f"?key={'x' * 999}", "?key=%C3%A9"):
        assert calendar.get(f"/meetings/feed.ics{wrong}").status_code == 404
    with partnership.worker() as session:
        stored = session.scalars(text("SELECT f::text FROM calendar_feed AS f")).all()
    assert not [row for row in stored if first.partition("key=")[2] in row]


def test_of_a_form_that_is_sent_twice_at_once_the_second_feed_replaces_the_first(partnership: Partnership) -> None:
    partnership.a_meeting(begun=False)
    calendar, _ = partnership.app.test_client(), partnership.member("provider_manager", NODI)
    twice = [partnership.again("provider_manager", NODI) for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        with partnership.worker() as session:
            session.execute(text("SELECT FROM account FOR UPDATE"))
            session.execute(text("SELECT FROM membership FOR UPDATE"))  # to which a feed points
            made = [pool.submit(address_of, each) for each in twice]
            eventually(lambda: waiting_for_locks(partnership.directory.worker) == 2)
        addresses = [each.result() for each in made]

    assert sorted(calendar.get(each).status_code for each in addresses) == [200, 404]


def test_a_feed_ends_with_its_membership(partnership: Partnership) -> None:
    partnership.a_meeting(begun=False)
    address = address_of(partnership.member("unit_supervisor"))
    calendar = partnership.app.test_client()
    assert calendar.get(address).status_code == 200
    with partnership.worker() as session:
        session.execute(update(Membership).values(ended_at=partnership.clock.now()))

    assert calendar.get(address).status_code == 404


def test_a_feed_ends_with_a_reset_of_its_account_and_another_can_be_made(partnership: Partnership) -> None:
    partnership.a_meeting(begun=False)
    browser, calendar = partnership.member("unit_supervisor"), partnership.app.test_client()
    before = address_of(browser)
    with partnership.worker() as session:
        session.execute(update(Account).values(reset_at=partnership.clock.now() + timedelta(minutes=1)))
    assert calendar.get(before).status_code == 404
    partnership.clock.advance(timedelta(minutes=2))
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())
        assert session.scalars(text("SELECT ended_at IS NULL FROM calendar_feed")).all() == [False]
    assert calendar.get(address_of(browser)).status_code == 200


def test_behind_one_origin_an_address_has_its_prefix_once(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    behind = {"X-Forwarded-Prefix": "/directory"}
    (event,) = events(partnership.browser("coordinator").get(f"/meetings/{meeting}/meeting.ics", headers=behind).data)

    assert str(event["URL"]).count(f"/meetings/{meeting}") == 1
    assert event["URL"] == f"http://directory.test/meetings/{meeting}"


def test_a_feed_follows_its_unit_to_another_district(partnership: Partnership) -> None:
    """An address that went on showing the old district's dates would outlive the move, in anybody's hands."""
    here, there = partnership.a_meeting(begun=False), partnership.a_meeting(begun=False, district=ELSEWHERE)
    address, calendar = address_of(partnership.member("unit_supervisor", STATION)), partnership.app.test_client()
    assert [each.uid for each in events(calendar.get(address).data)] == [str(here)]
    with partnership.worker() as session:
        station = session.get_one(Organization, STATION.id)
        station.district_code, station.record = ELSEWHERE, {**station.record, "district": ELSEWHERE}

    assert [each.uid for each in events(calendar.get(address).data)] == [str(there)]
    assert calendar.get(address).headers["Cache-Control"] in {"no-cache", "no-store"}
