"""Quiet hours as properties: a span in Indian time, and what waits for its end."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notification_service.domain.quiet_hours import QuietHours, put_off_until
from setu.india import INDIA

times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001  # made aware at once
spans = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: QuietHours(*pair))


@given(spans, moments)
def test_quiet_hours_end_at_their_hour_within_a_day_and_no_moment_after_is_quiet(
    quiet: QuietHours, moment: datetime
) -> None:
    ends = quiet.end_after(moment)
    if ends is not None:
        assert timedelta() < ends - moment < timedelta(days=1)
        assert ends.astimezone(INDIA).time() == quiet.ends
        assert quiet.end_after(ends) is None


@given(spans, st.times())
def test_a_moment_is_quiet_in_a_span_or_in_its_complement(quiet: QuietHours, at: time) -> None:
    moment = datetime.combine(date(2026, 5, 1), at, INDIA)
    complement = QuietHours(quiet.ends, quiet.starts)
    assert (quiet.end_after(moment) is None) != (complement.end_after(moment) is None)


NIGHT = QuietHours(time(22), time(7))
MIDNIGHT = datetime(2026, 11, 24, 0, 0, tzinfo=INDIA).astimezone(UTC)
MORNING = MIDNIGHT + timedelta(hours=7)


def put_off(**more: object) -> datetime | None:
    values: dict[str, object] = {"urgent": False, "worth_until": MIDNIGHT + timedelta(days=3), "due_at": None, **more}
    return put_off_until(NIGHT, MIDNIGHT, **values)  # type: ignore[arg-type]  # given by keyword, one type each


def test_a_message_waits_for_the_end_of_the_night_but_not_where_it_would_come_too_late() -> None:
    assert put_off() == MORNING
    assert put_off(due_at=MORNING + timedelta(hours=1)) == MORNING
    assert put_off(due_at=MIDNIGHT - timedelta(hours=1)) == MORNING, "what is overdue can wait"
    for now in (
        {"urgent": True},
        {"worth_until": MORNING},
        {"worth_until": MORNING - timedelta(seconds=1)},
        {"due_at": MORNING - timedelta(hours=1)},
    ):
        assert put_off(**now) is None, now
