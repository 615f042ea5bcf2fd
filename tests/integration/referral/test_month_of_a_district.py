"""A month of a district: at its end each referral has ended or stands on the list of somebody who exists.

Given six providers of which two never answer, a prison, children, people who speak or take consent back, and a clock
that moves, when the month is over, then what is open is on its team's list, what needs a hand is on the coordinator's,
and the coordinator's day says how many of each. `make soak` plays 400 referrals.
"""

import os
import re
from collections import Counter
from dataclasses import replace
from uuid import UUID

from sqlalchemy import RowMapping, func, select

from referral_service.domain.coordinator_list import Hand
from referral_service.domain.voices import TO_THE_TEAM, Voice
from referral_service.store.tables import task
from referral_service.store.tables_cards import voice_count
from service_kit.identity import Principal
from support.district_month import DEAF, MUTE, TEAMS, DistrictMonth
from support.referral import COORDINATOR, JIBAN, ReferralService, a_person

REFERRALS = int(os.environ.get("SETU_MONTH_REFERRALS", "16"))
SEED = int(os.environ.get("SETU_SOAK_SEED", "8"))
STEPS_A_DAY = 4 if "SETU_MONTH_REFERRALS" in os.environ else 2
SILENT = [replace(a_person(40, JIBAN, "case_worker"), organization=each) for each in (MUTE, DEAF)]
VOICES = tuple(Voice) * max(1, REFERRALS // 100)
NO_WISHES = [said for said in VOICES if said not in TO_THE_TEAM]  # which are never used up


MUST_HAPPEN = ["open", "claim", "accept", "decline", "start", "complete", "forward", "release", "withdrawal"]
if REFERRALS >= 400:
    MUST_HAPPEN += ["ask", "answer", "hold", "fail", "settle"]


TOLD = ("status", "ghost", "ended_as", "reason", "due", "expire_at", "closed_at", "touched_at", "child_path")


def test_each_referral_of_a_month_has_ended_or_stands_on_somebodys_list(setu: ReferralService) -> None:
    month = DistrictMonth(setu, REFERRALS, SEED, VOICES, STEPS_A_DAY)
    month.play()
    records = records_of(setu)
    teams = {worker.organization: ids(month, worker) for worker in (*TEAMS, *SILENT)}
    hands = ids(month, COORDINATOR)

    assert_it_was_a_month(setu, month, records)
    for row in records:
        if row["closed_at"] is None:
            holders = [row["organization_id"]] if row["organization_id"] else row["candidate_organizations"]
            lost = [holder for holder in holders if row["id"] not in teams[holder]]
            assert not lost, {name: row[name] for name in TOLD}
        assert not needs_a_hand(row) or row["id"] in hands, {name: row[name] for name in TOLD}
    assert sum(figures(setu).values()) == len(hands)


def records_of(setu: ReferralService) -> list[RowMapping]:
    with setu.worker_db.transaction() as session:
        return list(session.execute(select(task)).mappings())


def ids(month: DistrictMonth, who: Principal) -> set[UUID]:
    """What is listed with a time by which somebody has to look at it."""
    return {UUID(item["id"]) for item in month.listed(who) if item["due"]}


def needs_a_hand(row: RowMapping) -> bool:
    """By docs/lifecycle.md, and not by what the service keeps about it."""
    if row["ghost"] or row["forwarded_to"] or row["settled_at"]:
        return False
    unanswered = row["status"] == "cancelled" and row["reason"] == "no-response"
    declined = row["status"] == "rejected" and row["another_service"]
    return bool(unanswered or declined or row["forward_asked_at"])


def figures(setu: ReferralService) -> dict[str, int]:
    """Kind → the number on the coordinator's day."""
    page = setu.get(COORDINATOR, "/today").text
    found = {kind: re.search(rf'show={kind}[^>]*><strong class="figure">(\d+)', page) for kind in Hand}
    return {kind: int(match[1]) for kind, match in found.items() if match}


def assert_it_was_a_month(setu: ReferralService, month: DistrictMonth, records: list[RowMapping]) -> None:
    """Everything that the month is made of has happened, so that its end says something."""
    chains = Counter(row["root_id"] for row in records)
    assert len(chains) == REFERRALS
    assert sum(row["child_path"] for row in records if row["root_id"] == row["id"]) >= max(1, REFERRALS // 34)
    assert sum(count >= 3 for count in chains.values()) >= max(1, 3 * len(month.twice) // 4)
    assert [event for event in MUST_HAPPEN if not month.played[event]] == []
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.sum(voice_count.c["count"]))) == len(NO_WISHES)
    assert any(row["reason"] == "no-response" for row in records)
