"""A clock looks first and locks then: what a team did between the two is seen under the lock."""

from datetime import timedelta

from referral_service.store.referral_lock import lock_for_update
from referral_service.store.tasks import task_in_hand
from referral_service.use_cases.run_clocks import STEPS
from support.referral import WORKER, ReferralService, events_of


def test_a_team_that_acted_meanwhile_is_not_asked_to_close_it(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.clock.advance(timedelta(days=181))
    now = setu.clock.now()
    step = next(step for step in STEPS if step.counted == "untouched referrals")
    with setu.worker_db.transaction() as session:
        found = step.find(session, now - step.after(setu.dependencies.times), 1)
    assert [str(each) for each in found] == [str(referral.id)]

    setu.must(WORKER, referral, "fail", reason="moved")
    told = len(events_of(setu))
    with setu.worker_db.transaction() as session:
        lock_for_update(session, found[0])
        ended = task_in_hand(session, found[0])
        assert ended is not None
        step.do(session, ended, setu.dependencies, now)

    assert len(events_of(setu)) == told
