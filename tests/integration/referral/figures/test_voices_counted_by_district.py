"""What the release before counted by district, of "treated badly" without a provider, counts for the state."""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import pytest
from sqlalchemy import text

from referral_service.domain.voices import KNOWN_FOR, Voice, VoiceCell
from referral_service.store import voices
from referral_service.use_cases.enforce_retention import enforce_retention
from support.referral import KOLKATA, SAHAYA, STATION, WORKER, Referral, ReferralService
from support.referrals.voices import counts

HOWRAH = 304
BADLY, PRESSED = Voice.BADLY_TREATED, Voice.PRESSED
OF_THE_STATE = (BADLY, "WB", None, None)


@pytest.fixture
def setu(setu: ReferralService) -> ReferralService:
    """Its units may name a provider by now."""
    setu.sent()
    setu.clock.advance(KNOWN_FOR)
    return setu


def counted_before(
    setu: ReferralService, times: int, district: int | None, organization: UUID | None = None, said: Voice = BADLY
) -> None:
    with setu.worker_db.transaction() as session:
        for _ in range(times):
            voices.count_voice(session, setu.clock.now().year, VoiceCell(said, "WB", district, organization))


def migrate(setu: ReferralService) -> None:
    module = import_module("referral_service.store.migrations.versions.0038_voices_of_states")

    class Op:
        execute = staticmethod(setu.superuser.execute)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "op", Op)
        module.upgrade()


def sweep(setu: ReferralService) -> None:
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


@pytest.mark.parametrize("moves", [migrate, sweep])
@pytest.mark.parametrize("of_the_state", [0, 4])
def test_they_are_moved_and_no_other_count_is(
    setu: ReferralService, moves: Callable[[ReferralService], None], of_the_state: int
) -> None:
    counted_before(setu, 7, KOLKATA)
    counted_before(setu, 2, HOWRAH)
    counted_before(setu, of_the_state, None)
    others = {(KOLKATA, SAHAYA, BADLY): 5, (KOLKATA, STATION, PRESSED): 6, (KOLKATA, None, PRESSED): 1}
    for (district, organization, said), times in others.items():
        counted_before(setu, times, district, organization, said)

    moves(setu)

    assert counts(setu) == {OF_THE_STATE: 9 + of_the_state} | {
        (said, "WB", district, organization): times for (district, organization, said), times in others.items()
    }


def said_early(setu: ReferralService) -> Referral:
    referral = setu.sent()
    setu.say_by_code(referral.card_code, BADLY)
    return referral


def test_a_word_said_anew_takes_back_its_own_count_and_nobody_elses(setu: ReferralService) -> None:
    said_early(setu)  # of somebody else
    mine = said_early(setu)
    with setu.worker_db.transaction() as session:
        session.execute(text("UPDATE voice_count SET count = 1"))  # mine was counted by district
    counted_before(setu, 1, KOLKATA)

    setu.must(WORKER, mine, "open")
    setu.say_by_code(mine.card_code, BADLY)

    assert counts(setu) == {OF_THE_STATE: 1, (BADLY, "WB", KOLKATA, SAHAYA): 1}


def test_no_count_falls_below_nothing(setu: ReferralService) -> None:
    mine = said_early(setu)
    with setu.worker_db.transaction() as session:
        session.execute(text("UPDATE voice_count SET count = 0"))

    setu.must(WORKER, mine, "open")
    setu.say_by_code(mine.card_code, BADLY)

    assert counts(setu) == {OF_THE_STATE: 0, (BADLY, "WB", KOLKATA, SAHAYA): 1}
