"""Many at once: exactly one act of many happens, and nobody is told otherwise."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from support.referral import (
    OFFICER,
    OST,
    OST_OF_JIBAN,
    OST_OF_SHISHU,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    ReferralService,
    events_of,
)


def test_a_hundred_accepts_at_once_and_one_wins(setu: ReferralService) -> None:
    referral = setu.sent()
    tag = setu.get(WORKER, f"/api/referrals/{referral.id}").headers["ETag"]
    with ThreadPoolExecutor(20) as pool:
        statuses = Counter(pool.map(lambda _: setu.act(WORKER, referral, "accept", tag=tag).status_code, range(100)))
    assert statuses[200] == 1
    assert statuses[409] + statuses[412] == 99
    assert [event["type"] for event in events_of(setu)].count("referral.view.changed.v1") == 1


def test_candidates_claim_at_once_and_the_others_find_nothing(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN), str(OST_OF_SHISHU)])
    workers = [WORKER, WORKER_OF_JIBAN, WORKER_OF_SHISHU] * 5
    with ThreadPoolExecutor(15) as pool:
        statuses = Counter(pool.map(lambda who: setu.act(who, referral, "claim", tag='"1"').status_code, workers))
    assert statuses[200] == 1
    assert set(statuses) <= {200, 404, 412}


def test_the_same_submission_at_once_is_one_referral(setu: ReferralService) -> None:
    with ThreadPoolExecutor(10) as pool:
        statuses = Counter(pool.map(lambda _: setu.submit(key="the-same").status_code, range(20)))
    assert set(statuses) <= {201, 409}
    assert len(setu.get(OFFICER, "/api/referrals").get_json()["items"]) == 1


def test_an_officers_withdrawal_and_an_opening_never_both_happen(setu: ReferralService) -> None:
    for _ in range(5):
        referral = setu.sent()
        with ThreadPoolExecutor(2) as pool:
            withdrawn = pool.submit(setu.act, OFFICER, referral, "withdraw", {"reason": "mistake"}, '"1"')
            opened = pool.submit(setu.act, WORKER, referral, "open", {}, '"1"')
        statuses = [withdrawn.result().status_code, opened.result().status_code]
        assert statuses.count(200) == 1
        state, status = setu.shown(OFFICER, referral)["state"], setu.shown(WORKER, referral)["status"]
        assert (state, status) in {("withdrawn", "cancelled"), ("opened", "received")}
