"""Every act that any code records, its outcome and what it is about have words on the screen of the log.

The sources are read: a new `audit.record` without words fails here, and so does one whose action nobody can tell.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from directory_service import log_words as of_directory
from directory_service.organizations.domain.standing import ACTS
from notification_service.pages import log_words as of_notification
from referral_service.domain.desk.desk_request import IN_PERSON
from referral_service.domain.transitions import SYSTEM, TRANSITIONS
from referral_service.pages.words import log as of_referral
from service_kit.db import restore
from service_kit.db.tables import REFUSED_OUTCOMES
from support.recorded_acts import ACTION, OBJECT, RecordedActs

ROOT = Path(__file__).parents[2]
WORDS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "referral": (of_referral.LOG_ACTION, of_referral.LOG_OBJECT),
    "directory": (of_directory.LOG_ACTION, of_directory.LOG_OBJECT),
    "notification": (of_notification.LOG_ACTION, of_notification.LOG_OBJECT),
}
WHERE = "log_words.py (directory), pages/words/log.py (referral), pages/log_words.py (notification)"
_STATES = ("live", "waiting", "unchanged")
PUT_TOGETHER: Mapping[str, frozenset[str]] = {
    "f'referral.{event}'": frozenset(f"referral.{row.event}" for row in TRANSITIONS if row.who - {SYSTEM}),
    "f'referral.{kind}'": frozenset(f"referral.{kind}" for kind in IN_PERSON),
    "f'referral.key.{step}'": frozenset(
        f"referral.key.{step}"
        for step in ("make", "rewrap", "retire", "destroy")  # `rotate_keys`
    ),
    "f'organization.{act}'": frozenset(f"organization.{act}" for act in ACTS),
    "f'invitation.{answer}'": frozenset({"invitation.accepted", "invitation.refused"}),
    "f'listing.change.{decision}'": frozenset({"listing.change.approved", "listing.change.refused"}),
    "f'{kind.audited_as}.remove'": frozenset({"listing.remove", "place.remove", "organization.remove"}),
    "f'{kind.audited_as}.{state}'": frozenset(
        f"{kind}.{state}" for kind in ("listing", "place", "organization") for state in _STATES
    ),
    "f'{kind.created_as}.{state}'": frozenset(
        f"{kind}.{state}" for kind in ("listing.create", "place", "organization") for state in _STATES
    ),
    "kind.resource_type": frozenset({"service", "location", "organization"}),
    "request.resource_type": frozenset({"service", "location", "organization"}),
    "request.endpoint or ''": frozenset(),  # a page's name is its own word
    "str(status)": frozenset({"403", "404"}),
}
"""Source of what is put together at run time → all that it can be."""


@pytest.fixture(params=sorted(WORDS), ids=str, scope="module")
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def recorded(service: str) -> RecordedActs:
    return RecordedActs(ROOT / "services" / f"{service}_service", ROOT / "libs")


def can_be(values: set[str]) -> set[str]:
    return {one for value in values for one in PUT_TOGETHER.get(value, {value})}


def test_every_act_has_words(service: str, recorded: RecordedActs) -> None:
    known, acts = WORDS[service][0], can_be(recorded.values(ACTION)) | {restore.RECORDED_AS}  # in SQL
    assert acts - known.keys() == set(), f"words in LOG_ACTION of {WHERE}; what is put together: PUT_TOGETHER above"
    assert known.keys() - acts == set(), "words of an act that nobody records"


def test_what_an_act_is_about_has_words(service: str, recorded: RecordedActs) -> None:
    kinds = can_be(recorded.values(OBJECT)) | {restore.RECORDED_OF}
    assert kinds - WORDS[service][1].keys() == set(), f"words in LOG_OBJECT of {WHERE}"


def test_every_outcome_is_said_in_words(recorded: RecordedActs) -> None:
    assert can_be(recorded.outcomes()) <= {"done", *REFUSED_OUTCOMES}
