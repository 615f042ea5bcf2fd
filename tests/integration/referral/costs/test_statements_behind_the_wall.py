"""What an act after sending costs the database, which its sender could time: the same whatever happened meanwhile."""

from collections.abc import Callable

import pytest

from service_kit.identity import Principal
from support.kit.statements import statements_of
from support.referral import COLLEAGUE_OF_NURSE, NURSE, OFFICER, WORKER, Referral, ReferralService

Act = Callable[[ReferralService, Referral], object]


def statements_of_act(setu: ReferralService, who: Principal, referral: Referral, event: str, **body: str) -> list[str]:
    with statements_of(setu) as seen:
        assert setu.act(who, referral, event, body).status_code == 200
    return [" ".join(statement.split()[:3]) for statement in seen]


def take_consent_back(setu: ReferralService, referral: Referral) -> None:
    assert setu.withdraw_by_code(referral.card_code).status_code == 202


def complete(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "complete", outcome="engaged")


def leave_as_it_is(_setu: ReferralService, _referral: Referral) -> None:
    """Nothing happens behind the wall."""


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        ((), take_consent_back),
        (("open",), take_consent_back),
        (("accept",), take_consent_back),
        (("accept",), complete),
    ],
)
def test_a_release_does_the_same_whatever_is_behind_the_wall(
    setu: ReferralService, before: tuple[str, ...], hidden: Act
) -> None:
    written = []
    for happens in (leave_as_it_is, hidden):
        referral = setu.sent(NURSE, setting="prison", expected_release="2026-03-10")
        for event in before:
            setu.must(WORKER, referral, event)
        happens(setu, referral)
        written.append(
            [
                statements_of_act(setu, COLLEAGUE_OF_NURSE, referral, "release", expected_release=day)
                for day in ("today", "2026-06-01")
            ]
        )
    assert written[0] == written[1]


def test_a_withdrawal_by_its_sender_writes_as_many_rows_for_whom_took_consent_back(setu: ReferralService) -> None:
    written = []
    for happens in (leave_as_it_is, take_consent_back):
        referral = setu.sent()
        happens(setu, referral)
        written.append(statements_of_act(setu, OFFICER, referral, "withdraw", reason="mistake"))
    assert written[0] == written[1]
