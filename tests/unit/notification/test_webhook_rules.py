"""Tables of webhooks: who may subscribe to what, when is tried again, what is news to the outside."""

from datetime import timedelta

import pytest

from notification_service.domain.public_facts import fact_of, is_news
from notification_service.domain.webhook_retry_schedule import (
    MAX_ATTEMPTS,
    Answer,
    next_attempt,
    paused_until,
    reason_to_disable,
)
from notification_service.domain.webhook_types import DIRECTORY_TYPES, REFERRAL_TYPES, types_for
from support.notification import NOON, an_organization_event


def test_a_referrals_events_are_those_of_which_the_providers_team_is_told() -> None:
    """Each stands here once more: what is new must be thought about before a program outside hears of it."""
    kinds = {kind.removeprefix("referral.").removesuffix(".v1") for kind in REFERRAL_TYPES}
    assert kinds == {
        *("submitted", "withdrawn", "expired", "reminder.due", "escalation.due", "decision.due", "review.due"),
        *("question.answered", "contact.due", "contact.ended", "release.changed", "voice.heard", "identity.opened"),
    }


@pytest.mark.parametrize(
    ("kind", "by_key", "types"),
    [
        ("provider", False, {*DIRECTORY_TYPES, *REFERRAL_TYPES}),
        ("provider", True, {*DIRECTORY_TYPES}),
        ("coordinating_body", False, {*DIRECTORY_TYPES}),
        *((kind, False, set()) for kind in ("police_unit", "court", "prison")),
    ],
)
def test_referrals_are_for_a_providers_manager_and_nothing_for_the_referring_side(
    kind: str, by_key: bool, types: set[str]
) -> None:
    assert set(types_for(kind, by_key=by_key)) == types


def test_the_schedule_is_the_standards_and_takes_seventy_five_hours() -> None:
    waits = []
    for attempts in range(1, MAX_ATTEMPTS):
        at = next_attempt(attempts, NOON, 0.0, None)
        assert at is not None
        waits.append((at - NOON).total_seconds())
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert sum(waits) == timedelta(hours=75, minutes=35, seconds=5).total_seconds()
    assert next_attempt(MAX_ATTEMPTS, NOON, 0.0, None) is None
    assert NOON + timedelta(seconds=300) < next_attempt(2, NOON, 0.99, None) <= NOON + timedelta(seconds=330)


def test_retry_after_moves_an_attempt_later_never_earlier_and_at_most_a_day() -> None:
    assert next_attempt(1, NOON, 0.0, timedelta(minutes=2)) == NOON + timedelta(minutes=2)
    assert next_attempt(3, NOON, 0.0, timedelta(seconds=1)) == NOON + timedelta(minutes=30)
    assert next_attempt(1, NOON, 0.0, timedelta(days=9)) == NOON + timedelta(days=1)
    assert paused_until(Answer(429, retry_after=timedelta(minutes=2)), NOON) == NOON + timedelta(minutes=2)
    assert paused_until(Answer(500), NOON) is None


def test_an_endpoint_is_given_up_when_it_says_so_or_after_five_days() -> None:
    assert reason_to_disable(Answer(410), NOON, NOON) == "gone"
    assert reason_to_disable(Answer(500), NOON - timedelta(days=5), NOON) == "failing"
    assert reason_to_disable(Answer(500), NOON - timedelta(days=4, hours=23), NOON) is None


def a_fact(version: int = 1, status: str = "active", **more: object):
    return fact_of(an_organization_event(version, status, **more).data)


def test_what_is_public_and_new_is_news() -> None:
    assert is_news(None, a_fact())
    assert is_news(a_fact(), a_fact(2, name="Another name"))
    assert is_news(a_fact(), a_fact(2))  # what changed stands in the document, not in the snapshot
    assert is_news(a_fact(), a_fact(2, "suspended"))
    assert is_news(a_fact(1, "pending"), a_fact(2))


def test_what_is_old_internal_or_never_was_public_is_no_news() -> None:
    assert not is_news(a_fact(2), a_fact(2))
    assert not is_news(a_fact(2), a_fact(1, name="An older name"))
    assert not is_news(a_fact(staffed=[]), a_fact(2, staffed=["case_worker"]))
    assert not is_news(a_fact(), a_fact(2, stands_in_for=[316]))
    assert not is_news(None, a_fact(1, "pending"))
    assert not is_news(a_fact(1, "pending"), a_fact(2, "suspended"))
    for kind in ("police_unit", "court", "prison", "coordinating_body"):
        assert not is_news(None, a_fact(kind=kind))
        assert not is_news(a_fact(kind=kind), a_fact(2, kind=kind))
