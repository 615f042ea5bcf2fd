"""What the sender of a referral that nobody took reads beside that word: whose it is now, whoever was asked."""

from datetime import timedelta

import pytest

from referral_service.use_cases.run_clocks import run_clocks
from support.referral import OFFICER, OST, OST_OF_JIBAN, WORKER, Referral, ReferralService, a_consent

ONE, SEVERAL = {"service_id": str(OST)}, {"candidates": [str(OST), str(OST_OF_JIBAN)]}
HAS_IT, LOOKS, NOTHING_MORE = (
    "The coordinator has it.",
    "the coordinator looks for one",
    "There is nothing more for you",
)


def read(setu: ReferralService, referral: Referral) -> dict[str, int]:
    """How often each of the three is said on the sender's page."""
    page = setu.get(OFFICER, f"/sent/{referral.id}")
    assert page.status_code == 200
    return {words: page.text.count(words) for words in (HAS_IT, LOOKS, NOTHING_MORE)}


@pytest.mark.parametrize("asked", [ONE, SEVERAL], ids=["one", "several"])
@pytest.mark.parametrize(("agreed", "said"), [(True, HAS_IT), (False, NOTHING_MORE)])
def test_of_what_nobody_answered_the_coordinator_has_what_may_go_to_another(
    setu: ReferralService, asked: dict[str, object], said: str, *, agreed: bool
) -> None:
    referral = setu.sent(**asked, consent=a_consent(another_service=agreed))
    setu.clock.advance(timedelta(days=20))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())

    assert read(setu, referral) == {HAS_IT: 0, LOOKS: 0, NOTHING_MORE: 0} | {said: 1}


@pytest.mark.parametrize(("agreed", "times"), [(True, 1), (False, 0)])
def test_of_what_was_declined_the_coordinator_looks_for_another_where_the_person_agreed(
    setu: ReferralService, times: int, *, agreed: bool
) -> None:
    referral = setu.sent(consent=a_consent(another_service=agreed))
    assert read(setu, referral) == {HAS_IT: 0, LOOKS: 0, NOTHING_MORE: 0}

    setu.must(WORKER, referral, "decline", reason="no_capacity")

    assert read(setu, referral) == {HAS_IT: 0, LOOKS: times, NOTHING_MORE: 0}
