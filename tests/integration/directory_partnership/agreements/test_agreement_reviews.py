"""Review of an agreement: reminded of, on the meeting's agenda while it is due, noted by the coordinator, then next."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text, update

from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from setu.india import day_in_india
from support.partnership import FAR_BODY, NODI, STATION, Partnership, in_force

NOTICE = "directory.agreement.lapsing.v1"
DUE = "review due"


def today(partnership: Partnership) -> date:
    return day_in_india(partnership.clock.now())


def reviewed_in(partnership: Partnership, days: int, *, ends_in: int = 400) -> UUID:
    """An agreement in force for a month, to be reviewed in so many days and to end in so many."""
    made, day = in_force(partnership), today(partnership)
    with partnership.worker() as session:
        row = session.get_one(Agreement, made)
        row.from_day, row.review_on = day - timedelta(days=30), day + timedelta(days=days)
        row.to_day = day + timedelta(days=ends_in)
    return made


def told(partnership: Partnership, days: int = 0) -> list[str]:
    """By which days something is due, as the clock tells when it looks so many days later."""
    partnership.clock.advance(timedelta(days=days))
    partnership.directory.forget_events()
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())
        remind_of_partnership(session, partnership.clock.now())
    return [str(event.data["due_at"])[:10] for event in partnership.directory.events() if event.type == NOTICE]


def note(partnership: Partnership, agreement: UUID, *, role: str = "coordinator", **typed: object) -> int:
    form = {"seen": "1", "held_on": str(today(partnership)), "next_on": ""} | {k: str(v) for k, v in typed.items()}
    return partnership.browser(role).post(f"/partnerships/{agreement}/review", data=form).status_code


def test_a_review_is_told_a_week_ahead_on_its_day_and_a_week_later(partnership: Partnership) -> None:
    reviewed_in(partnership, 8)
    day = str(today(partnership) + timedelta(days=8))

    assert [told(partnership, days) for days in (0, 1, 1, 6, 6, 1, 30)] == [[], [day], [], [day], [], [day], []]


def test_review_and_lapse_in_one_look_are_one_notice_by_the_earlier_day(partnership: Partnership) -> None:
    agreement = reviewed_in(partnership, 5, ends_in=30)
    assert told(partnership) == [str(today(partnership) + timedelta(days=5))]
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        assert (row.warned, row.review_reminded) == (30, 7), "neither is told again"


def test_a_review_that_is_due_stands_on_pages_agenda_and_api_until_it_is_noted(partnership: Partnership) -> None:
    agreement, meeting = reviewed_in(partnership, 0), partnership.a_meeting()
    with_points(partnership, agreement)
    paths = (f"/meetings/{meeting}", f"/meetings/{meeting}/sheet", "/partnerships", f"/partnerships/{agreement}")
    supervisor = partnership.browser("unit_supervisor")
    assert [DUE in supervisor.get(path).text for path in paths] == [True] * 4
    assert of_api(partnership, agreement) == (True, None)

    next_one = today(partnership) + timedelta(days=365)
    assert note(partnership, agreement, next_on=next_one) == 303

    supervisor = partnership.browser("unit_supervisor")
    assert [DUE in supervisor.get(path).text for path in paths] == [False] * 4
    assert of_api(partnership, agreement) == (False, str(today(partnership)))
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        assert (row.review_on, row.version) == (next_one, 2)
        (entry,) = session.execute(text("SELECT detail FROM audit_entry WHERE action = 'agreement.review'")).scalars()
    assert entry == {"held_on": str(today(partnership)), "next_on": str(next_one)}


def of_api(partnership: Partnership, agreement: UUID) -> tuple[bool, str | None]:
    found = partnership.program("unit_supervisor").get(f"/api/partnership/agreements/{agreement}").get_json()
    return found["review_due"], found["reviewed_on"]


def with_points(partnership: Partnership, agreement: UUID) -> None:
    """Two focal points a side, so that nothing but the review is to be spoken of."""
    for role, at in (("unit_supervisor", STATION), ("provider_manager", NODI)):
        browser = partnership.member(role, at)
        for _ in range(2):
            partnership.member("officer" if at is STATION else "case_worker", at)
            member = partnership.members[at.id, "officer" if at is STATION else "case_worker"].membership
            form = {"post": "duty desk", "duty_phone": "9830012345", "member": str(member)}
            assert browser.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 303


def test_once_it_is_noted_nobody_is_reminded_until_the_next_one(partnership: Partnership) -> None:
    agreement = reviewed_in(partnership, 0)
    next_one = today(partnership) + timedelta(days=100)
    assert note(partnership, agreement, next_on=next_one) == 303

    assert [told(partnership, days) for days in (0, 8, 84, 1)] == [[], [], [], [str(next_one)]]


def test_where_none_follows_before_it_ends_the_lapse_alone_is_told(partnership: Partnership) -> None:
    agreement = reviewed_in(partnership, 0, ends_in=70)
    assert note(partnership, agreement) == 303

    assert "none before it ends" in partnership.browser("coordinator").get(f"/partnerships/{agreement}").text
    assert of_api(partnership, agreement)[0] is False
    assert [len(told(partnership, days)) for days in (0, 9, 1)] == [0, 0, 1]


def test_a_day_that_cannot_be_is_refused_beside_its_field(partnership: Partnership) -> None:
    agreement, coordinator, faults = reviewed_in(partnership, 0), partnership.browser("coordinator"), {}
    for why, field, days in (
        ("ahead", "held_on", 1),
        ("before its first day", "held_on", -31),
        ("not ahead", "next_on", 0),
        ("after its end", "next_on", 401),
    ):
        day = today(partnership) + timedelta(days=days)
        form = {"seen": "1", "held_on": str(today(partnership)), "next_on": ""} | {field: str(day)}

        page = coordinator.post(f"/partnerships/{agreement}/review", data=form)

        beside = f'id="f-{field.replace("_", "-")}-error"'
        told = page.status_code, beside in page.text, f'value="{day}"' in page.text, of_api(partnership, agreement)
        if told != (422, True, True, (True, None)):
            faults[why] = told
    assert faults == {}


def test_an_empty_or_broken_day_and_one_before_the_last_review_are_refused(partnership: Partnership) -> None:
    agreement = reviewed_in(partnership, 0)
    assert [note(partnership, agreement, held_on=typed) for typed in ("", "soon")] == [422, 422]
    assert note(partnership, agreement, next_on="2027-02-30") == 422
    assert note(partnership, agreement) == 303
    assert note(partnership, agreement, seen=2, held_on=today(partnership) - timedelta(days=1)) == 422


def test_the_coordinator_notes_it_as_it_was_seen_and_nobody_else(partnership: Partnership) -> None:
    agreement = reviewed_in(partnership, 0)
    for role in ("unit_supervisor", "provider_manager", "data_officer", "officer"):
        assert note(partnership, agreement, role=role) == 403
    assert note(partnership, agreement, seen=2) == 409
    far = partnership.browser("coordinator", FAR_BODY)
    form = {"seen": "1", "held_on": str(today(partnership))}
    assert far.post(f"/partnerships/{agreement}/review", data=form).status_code == 404
    assert "Note the review" not in partnership.browser("provider_manager").get(f"/partnerships/{agreement}").text


def test_what_is_not_in_force_is_not_reviewed(partnership: Partnership) -> None:
    agreement, coordinator = reviewed_in(partnership, 0), partnership.browser("coordinator")
    paths, day = ("/partnerships", f"/partnerships/{agreement}"), today(partnership)
    assert [DUE in coordinator.get(path).text for path in paths] == [True] * 2
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        as_made = {name: getattr(row, name) for name in ("state", "from_day", "to_day", "review_on")}
    states: dict[str, dict[str, object]] = {
        "draft": {"state": "draft"},
        "lapsed": {"to_day": day - timedelta(days=1), "review_on": day - timedelta(days=1)},
        "begins later": {"from_day": day + timedelta(days=1), "review_on": as_made["to_day"]},
        "ended": {"state": "ended"},
    }
    for state, values in states.items():
        with partnership.worker() as session:
            session.execute(update(Agreement).where(Agreement.id == agreement).values(**as_made | values))

        assert (note(partnership, agreement), told(partnership)) == (409, []), state
        assert [DUE in coordinator.get(path).text for path in paths] == [False] * 2, state


def test_days_that_are_missing_are_told_by_their_names_and_at_once(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    coordinator, at = partnership.browser("coordinator"), f"/partnerships/{agreement}"

    review = coordinator.post(f"{at}/review", data={"held_on": "", "next_on": "in a year", "seen": "1"}).text
    renewal = coordinator.post(f"{at}/renew", data={}).text

    for page, told in (
        (review, ("Enter the day of the review.", "Enter the day of the next review.")),
        (renewal, ("from which it is in force.", "on which it ends.", "Enter the day of the next review.")),
    ):
        summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
        assert all(words in summary for words in told), summary
