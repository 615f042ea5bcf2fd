"""Late, repeated and disordered events: what is still told."""

from hypothesis import given
from hypothesis import strategies as st

from notification_service.domain.event_ordering import (
    Progress,
    advance,
)
from notification_service.domain.notices import NotificationEvent, Side
from notification_service.domain.routing_table import ROUTES
from notification_service.domain.stopping import AFTER_STOP, STOPS, is_stoppable
from support.notification import (
    a_notification_event,
    a_view,
)

KINDS = ("submitted", "reminder.due", "withdrawn", "closed", "forward.requested", "question.asked", "decision.due")


def told(events: list[NotificationEvent]) -> list[NotificationEvent]:
    progress, heard = Progress(), []
    for event in events:
        progress, tell = advance(progress, event)
        heard += [event] if tell else []
    return heard


events = st.lists(
    st.builds(
        lambda kind, version: a_notification_event(kind, version=version), st.sampled_from(KINDS), st.integers(1, 9)
    )
)
views = st.lists(st.integers(1, 9).map(lambda version: a_view(version=version)))


@given(events)
def test_after_an_end_the_team_hears_only_of_a_forward(history: list[NotificationEvent]) -> None:
    ends = [n for n, event in enumerate(history) if event.type in STOPS]
    heard = told(history)
    after = history[ends[0] + 1 :] if ends else []
    quiet = [e for e in after if e.type not in ("referral.forward.requested.v1", "referral.question.asked.v1")]
    assert not any(event is other for event in quiet for other in heard)
    assert all(any(event is other for other in heard) for event in history if event not in quiet)


@given(views)
def test_an_older_view_is_never_told_after_a_newer_one(history: list[NotificationEvent]) -> None:
    versions = [event.version for event in told(history)]
    assert versions == sorted(set(versions))


@given(events, views)
def test_what_a_referrer_hears_does_not_depend_on_the_team(
    history: list[NotificationEvent], view_history: list[NotificationEvent]
) -> None:
    alone = told(view_history)
    together = [e for e in told([*history, *view_history]) if e.state]
    assert alone == together


@given(events)
def test_versions_never_go_back(history: list[NotificationEvent]) -> None:
    progress = Progress()
    for event in history:
        after, _ = advance(progress, event)
        assert after.task_version >= progress.task_version
        assert after.stopped >= progress.stopped
        progress = after


def test_nothing_that_asks_for_contact_is_told_after_consent_has_ended_and_reminders_to_answer_go_on() -> None:
    kinds = ("contact.ended", "contact.due", "review.due", "release.changed", "decision.due", "escalation.due")
    history = [a_notification_event(kind, version=3 if place in {0, 4, 5} else 2) for place, kind in enumerate(kinds)]
    assert [event.type for event in told(history)] == [
        "referral.contact.ended.v1",
        "referral.decision.due.v1",
        "referral.escalation.due.v1",
    ]


def test_a_team_that_has_ended_it_still_hears_that_the_person_took_consent_back() -> None:
    ended = [a_notification_event("closed", version=4), a_notification_event("contact.ended", version=5)]
    assert [event.type for event in told(ended)] == ["referral.closed.v1", "referral.contact.ended.v1"]


def test_a_submission_that_comes_after_the_withdrawal_is_not_announced() -> None:
    late = [a_notification_event("withdrawn", version=2), a_notification_event("submitted", version=1)]
    assert [event.type for event in told(late)] == ["referral.withdrawn.v1"]


def test_a_referrers_message_is_never_stopped_and_a_teams_but_for_what_is_still_told() -> None:
    assert [kind for kind in ROUTES if is_stoppable(kind, Side.REFERRER)] == []
    assert {kind for kind in ROUTES if not is_stoppable(kind, Side.TEAM)} == AFTER_STOP & ROUTES.keys()
