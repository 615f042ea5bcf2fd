"""An event that does not say whom to tell is not understood; it must not pass as if nobody were concerned."""

from uuid import uuid4

import pytest

from notification_service.domain.routing_table import FOUND_BY, Audience
from notification_service.use_cases.read_event import NotUnderstood, read_event
from support.notification import (
    an_event,
    referral_data,
    view_data,
)


@pytest.mark.parametrize(
    ("kind", "data", "missing"),
    [
        ("referral.submitted.v1", referral_data(uuid4()), "receivers"),
        ("referral.forward.requested.v1", referral_data(uuid4()), "district"),
        ("referral.view.changed.v1", view_data(uuid4(), uuid4(), uuid4()), "account_id"),
    ],
)
def test_who_cannot_be_found_is_an_error(kind: str, data: dict[str, object], missing: str) -> None:
    read_event(an_event(kind, data))
    with pytest.raises(NotUnderstood):
        read_event(an_event(kind, {name: value for name, value in data.items() if name != missing}))


def test_nobody_on_purpose_is_no_error() -> None:
    assert read_event(an_event("referral.submitted.v1", referral_data(uuid4()))).receivers == frozenset()


def test_each_audience_is_found_by_something() -> None:
    assert FOUND_BY.keys() == set(Audience)
