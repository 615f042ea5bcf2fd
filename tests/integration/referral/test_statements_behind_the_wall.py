"""What a release costs the database, which its sender could time: the same whatever the person did meanwhile."""

from collections.abc import Callable

import pytest

from support.referral import COLLEAGUE_OF_NURSE, NURSE, WORKER, Referral, ReferralService
from support.statements import statements_of

Act = Callable[[ReferralService, Referral], object]
TOLD = "INSERT INTO outbox"  # the one that a team alone is told with


def written_by_a_release(setu: ReferralService, referral: Referral, body: dict[str, str]) -> list[str]:
    with statements_of(setu) as seen:
        assert setu.act(COLLEAGUE_OF_NURSE, referral, "release", body).status_code == 200
    kinds = [" ".join(statement.split()[:3]) for statement in seen]
    return [kind for kind in kinds if not kind.startswith(TOLD)]


@pytest.mark.parametrize("body", [{"expected_release": "today"}, {"expected_release": "2026-06-01"}])
@pytest.mark.parametrize("before", [(), ("open",), ("accept",)])
def test_a_release_does_the_same_for_whom_took_consent_back(
    setu: ReferralService, before: tuple[str, ...], body: dict[str, str]
) -> None:
    written = []
    for takes_back in (False, True):
        referral = setu.sent(NURSE, setting="prison", expected_release="2026-03-10")
        for event in before:
            setu.must(WORKER, referral, event)
        if takes_back:
            assert setu.withdraw_by_code(referral.card_code).status_code == 202
        written.append(written_by_a_release(setu, referral, body))
    assert written[0] == written[1]
