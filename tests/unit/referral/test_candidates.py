"""Any suitable service: who is named, who has it, and what is left for the rest."""

from dataclasses import replace
from uuid import UUID

from referral_service.domain.candidates import MOST_CANDIDATES, candidates
from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import NOTHING_DUE, Times
from referral_service.domain.effects import effects, new_task
from referral_service.domain.lifecycle import decide
from referral_service.domain.listed_service import ListedService, from_snapshot
from referral_service.domain.matching.eligibility import Wanted
from referral_service.domain.matching.ranking import rank
from referral_service.domain.referrer_view import View
from referral_service.domain.status import Status
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import NOTHING_SAID, TransitionBody
from setu.roles import CASE_WORKER
from support.referral import JIBAN, KOLKATA, OST, OST_OF_JIBAN, SAHAYA
from support.referrals.directory import a_listing
from support.referrals.unasked_task import MONDAY_NOON as NOW
from support.referrals.unasked_task import an_unasked_task

BY_SAHAYA = Circumstances(NOW, SAHAYA, frozenset().__contains__, Times())
BY_JIBAN = replace(BY_SAHAYA, organization=JIBAN)
SERVICES = [from_snapshot(a_listing(*pair), "Name") for pair in ((OST, SAHAYA), (OST_OF_JIBAN, JIBAN))]


def a_task_of_candidates() -> TaskView:
    return new_task(an_unasked_task(), SERVICES, direct=False, at=BY_SAHAYA)


def a_service(number: int, organization: int = 0, **more: object) -> ListedService:
    return from_snapshot(a_listing(UUID(int=number), UUID(int=organization or 100 + number), **more), "Name")


def named(services: list[ListedService], wanted: Wanted) -> list[int]:
    return sorted(match.service.id.int for match in candidates(rank(services, wanted, NOW), wanted))


def test_the_first_to_claim_it_has_it_with_the_service_that_was_asked() -> None:
    asked = a_task_of_candidates()
    decision = decide("claim", asked.known_facts(JIBAN, View.SENT), CASE_WORKER, NOTHING_SAID)

    claimed = effects(asked, decision, NOTHING_SAID, BY_JIBAN)

    assert (asked.unclaimed, asked.receivers) == (True, (SAHAYA, JIBAN))
    assert (claimed.unclaimed, claimed.receivers, claimed.service_id) == (False, (JIBAN,), OST_OF_JIBAN)


def test_candidates_wait_for_a_claim_and_the_last_decline_ends_it() -> None:
    asked = a_task_of_candidates()
    body = TransitionBody(reason="no_capacity")

    left = effects(asked, decide("decline", asked.known_facts(SAHAYA, View.SENT), CASE_WORKER, body), body, BY_SAHAYA)

    assert (left.candidate_services, left.reason, left.version) == ([OST_OF_JIBAN], None, 2)
    over = effects(left, decide("decline", left.known_facts(JIBAN, View.SENT), CASE_WORKER, body), body, BY_JIBAN)
    assert (over.status, over.reason, over.closed_at, over.due) == (Status.REJECTED, "no_capacity", NOW, NOTHING_DUE)


def test_any_suitable_names_one_service_of_an_organisation_and_five_at_most() -> None:
    of_one = [a_service(1, 200), a_service(2, 200)]
    many = [a_service(number) for number in range(1, 9)]

    assert len(named(of_one, Wanted(frozenset({"OST"}), KOLKATA))) == 1
    assert len(named(many, Wanted(frozenset({"OST"}), KOLKATA))) == MOST_CANDIDATES == 5


def test_any_suitable_names_no_service_for_women_alone_unless_a_woman_is_meant() -> None:
    mixed, womens = a_service(1, genders=["woman", "man"]), a_service(2, genders=["woman"], needs=["OST", "WOMEN"])
    hours_for_women = a_service(3, genders=["woman", "man"], women_only=True)
    found = [mixed, womens, hours_for_women]
    wanted = Wanted(frozenset({"OST"}), KOLKATA)

    assert named(found, wanted) == [1, 3]
    assert named(found, replace(wanted, gender="man")) == [1, 3]
    assert named(found, replace(wanted, gender="woman")) == [1, 2, 3]
    assert named(found, replace(wanted, needs=frozenset({"OST", "WOMEN"}))) == [1, 2, 3]
