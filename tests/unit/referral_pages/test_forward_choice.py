"""Whom a forward may reach, and what a coordinator could learn from the names: rules over random directories."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.child_path import UNDER_18
from referral_service.domain.forward_choice import FEWEST_NAMED, POLICE_NEEDS, forward_choice
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import Wanted, obstacles
from referral_service.domain.matching_facts import MatchingFacts
from referral_service.domain.person_rules import AGE_BANDS, GENDERS, PREFERENCES, SETTINGS
from setu.needs import CODES, MOST_NEEDS

NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
HERE, NEXT = 315, 303
EVERYBODY = frozenset({"woman", "man", "transgender", "other"})
USUAL = ("OST", "OD", "COUNS", "LEGAL", "ART")


def a_service(number: int, **more: Any) -> ListedService:
    plain = ListedService(
        id=UUID(int=number),
        organization=UUID(int=100 + number),
        name=f"Service {number}",
        needs=frozenset({"OST", "OD", "COUNS"}),
        districts=frozenset({HERE}),
        genders=EVERYBODY,
        prison_cleared=True,
        visits_in_custody=True,
        assured_date=NOON.date(),
    )
    return replace(plain, **more)


services = st.builds(
    a_service,
    st.integers(1, 10**6),
    needs=st.frozensets(st.sampled_from(USUAL), min_size=1, max_size=4),
    districts=st.sampled_from([frozenset({HERE}), frozenset({NEXT}), frozenset({HERE, NEXT})]),
    genders=st.sampled_from([EVERYBODY, EVERYBODY, frozenset({"woman"}), frozenset({"man"}), frozenset()]),
    women_only=st.booleans(),
    minimum_age=st.sampled_from([None, None, 18, 30]),
    maximum_age=st.sampled_from([None, None, 17, 50]),
    child_certified=st.booleans(),
    prison_cleared=st.booleans(),
    visits_in_custody=st.booleans(),
    accepting=st.sampled_from(["open", "open", "waiting_list", "closed"]),
    somebody_home=st.sampled_from([True, True, False]),
)
fits = st.builds(
    MatchingFacts,
    gender=st.sampled_from([None, *GENDERS]),
    age_band=st.sampled_from(sorted(AGE_BANDS)),
    language=st.sampled_from([None, "bn", "hi"]),
    preferences=st.lists(st.sampled_from(PREFERENCES), unique=True).map(tuple),
    visit_in_custody=st.booleans(),
    pregnant=st.booleans(),
)
adults = fits.filter(lambda facts: facts.age_band != UNDER_18)
directories = st.lists(services, max_size=9, unique_by=lambda service: service.id)
alike = st.lists(st.integers(1, 10**6).map(a_service), min_size=3, max_size=6, unique_by=lambda service: service.id)
needs = st.lists(st.sampled_from(USUAL), min_size=1, max_size=3, unique=True)
settings = st.sampled_from(SETTINGS)


def wanted(facts: MatchingFacts, asked: list[str], setting: str = "street") -> Wanted:
    return facts.wanted(asked, HERE, setting, frozenset({NEXT}))


def named(directory: list[ListedService], want: Wanted) -> list[UUID]:
    return [match.service.id for match in forward_choice(directory, want, NOON, asked=()).named]


@given(directory=st.one_of(directories, alike), facts=fits, asked=needs, setting=settings)
def test_nobody_is_named_or_picked_against_whom_anything_stands(
    directory: list[ListedService], facts: MatchingFacts, asked: list[str], setting: str
) -> None:
    want = wanted(facts, asked, setting)
    choice = forward_choice(directory, want, NOON, asked=())
    chosen = [*choice.picked, *(match.service for match in choice.named)]
    assert [obstacles(service, want) for service in chosen] == [frozenset()] * len(chosen)
    assert all(service.child_certified for service in chosen if want.child_path)
    assert bool(choice.picked) == any(not obstacles(service, want) for service in directory)


@given(directory=st.one_of(directories, alike), one=adults, other=adults, asked=needs, setting=settings)
def test_the_names_and_their_order_are_the_same_for_every_adult(
    directory: list[ListedService], one: MatchingFacts, other: MatchingFacts, asked: list[str], setting: str
) -> None:
    assert named(directory, wanted(one, asked, setting)) == named(directory, wanted(other, asked, setting))


@given(directory=st.one_of(directories, alike), facts=adults, asked=needs, setting=settings)
def test_for_each_need_the_same_names_could_have_another_reason(
    directory: list[ListedService], facts: MatchingFacts, asked: list[str], setting: str
) -> None:
    shown = named(directory, wanted(facts, asked, setting))
    if not shown:
        return
    assert len(shown) >= FEWEST_NAMED
    for need in asked:
        others = sorted(POLICE_NEEDS - {need})
        requests = (list(more) for size in range(1, MOST_NEEDS + 1) for more in combinations(others, size))
        assert any(named(directory, wanted(facts, request, setting)) == shown for request in requests), need


@given(directory=alike, facts=fits, asked=st.sets(st.sampled_from(sorted(CODES)), min_size=1, max_size=3))
def test_nobody_is_named_for_a_child_or_for_what_police_may_not_pick(
    directory: list[ListedService], facts: MatchingFacts, asked: set[str]
) -> None:
    want = wanted(facts, sorted(asked))
    if named(directory, want):
        assert not want.child_path
        assert asked <= POLICE_NEEDS


def test_three_that_anybody_may_come_to_are_named_and_two_are_not() -> None:
    want = wanted(MatchingFacts("man", "25-34"), ["OST"])
    three = [a_service(number) for number in (1, 2, 3)]
    assert named(three, want) == [service.id for service in three]
    assert named(three[:2], want) == []
    assert named([*three[:2], a_service(3, needs=frozenset({"OST"}))], want) == []  # only medicine has these three


def test_what_was_asked_before_is_not_asked_again_and_the_own_district_comes_first() -> None:
    want = wanted(MatchingFacts("man", "25-34"), ["OST"])
    before, elsewhere = a_service(1), a_service(2, districts=frozenset({NEXT}))
    choice = forward_choice([before, elsewhere], want, NOON, asked={before.organization})
    assert [service.id for service in choice.picked] == [elsewhere.id]
    at_home = a_service(3, accepting="waiting_list")
    assert forward_choice([elsewhere, at_home], want, NOON, asked=()).picked == [at_home]


def test_what_the_person_would_like_decides_whom_setu_asks_first() -> None:
    plain, with_women = a_service(1), a_service(2, female_staff=True, name="Zenana", languages=frozenset({"hi"}))
    facts = MatchingFacts(None, "25-34", "hi", ("woman_worker",))
    assert forward_choice([plain, with_women], wanted(facts, ["OST"]), NOON, asked=()).picked[0] == with_women


def test_a_visit_in_custody_that_is_wished_for_on_the_street_moves_nothing_of_what_is_shown() -> None:
    """The form does not offer it there, a program may send it: four were named then, and Setu found none to pick."""
    directory = [a_service(number, visits_in_custody=False) for number in range(1, 5)]
    both = [
        forward_choice(directory, wanted(MatchingFacts(None, "25-34", visit_in_custody=visit), ["OST"]), NOON, asked=())
        for visit in (False, True)
    ]
    assert len(both[0].named) == len(directory)
    assert both[0] == both[1]


def test_in_custody_those_come_first_that_say_they_visit_and_the_others_are_named_too_for_everybody() -> None:
    """A list that left some out, or moved them, for one person alone would tell how that one can be met."""
    silent = [a_service(number, visits_in_custody=False) for number in (1, 2)]
    visiting = a_service(3)
    for wish in (False, True):
        facts = MatchingFacts(None, "25-34", visit_in_custody=wish)
        held, free = (
            forward_choice([*silent, visiting], wanted(facts, ["OST"], setting), NOON, asked=())
            for setting in ("station", "street")
        )
        assert [match.service for match in held.named] == [visiting, *silent]
        assert [match.service for match in free.named] == [*silent, visiting]
        assert all(match.doubts == () for match in held.named)


def test_setu_asks_first_who_says_that_it_visits_and_asks_the_others_where_nobody_says_so() -> None:
    """By its language the silent one comes first, unless a visit is the way to meet the person."""
    silent = a_service(1, visits_in_custody=False, languages=frozenset({"bn"}), female_staff=True)
    visiting = a_service(2, languages=frozenset({"hi"}))
    facts = MatchingFacts(None, "25-34", "bn", ("woman_worker",))
    by_visit, by_phone = (wanted(replace(facts, visit_in_custody=wish), ["OST"], "station") for wish in (True, False))
    assert forward_choice([silent, visiting], by_phone, NOON, asked=()).picked == [silent, visiting]
    assert forward_choice([silent, visiting], by_visit, NOON, asked=()).picked == [visiting, silent]
    assert forward_choice([silent], by_visit, NOON, asked=()).picked == [silent]
