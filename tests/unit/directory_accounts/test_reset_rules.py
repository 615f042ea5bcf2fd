"""Who may reset whom: properties over all actors and owners."""

from contextlib import nullcontext
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.accounts.domain.resets import (
    PASSWORD,
    SECOND_FACTOR,
    Actor,
    Owner,
    Posting,
    ResetRefused,
    check_one_person,
    check_operator,
    check_two_people,
)
from setu.roles import ROLES, TWO_PEOPLE, needs_second_factor

people = st.sampled_from([UUID(int=n) for n in range(1, 4)])
places = st.sampled_from([UUID(int=n) for n in range(11, 14)])
districts = st.sampled_from([79, 315])
postings = st.builds(
    Posting,
    organization=places,
    kind=st.sampled_from(["provider", "police_unit"]),
    district=districts,
    role=st.sampled_from(sorted(ROLES)),
    coordinates=st.lists(districts, max_size=2),
)
owners = st.builds(
    Owner,
    account=people,
    postings=st.lists(postings, max_size=3),
    has_signed_in=st.booleans(),
    has_second_factor=st.booleans(),
    has_halves=st.booleans(),
    works_for_a_state=st.booleans(),
    is_first_manager=st.booleans(),
    hidden_postings=st.integers(0, 1),
)
actors = st.builds(
    Actor,
    account=people,
    organization=places,
    role=st.sampled_from(sorted(ROLES)),
    districts=st.lists(districts, max_size=2),
    whole_state=st.booleans(),
    supervises=st.frozensets(places, max_size=1),
)


def allowed_alone(actor: Actor, owner: Owner, what: str) -> bool:
    try:
        check_one_person(actor, owner, what)
    except ResetRefused:
        return False
    return True


def allowed_with_another(actor: Actor, owner: Owner, asked_by: UUID | None) -> bool:
    try:
        check_two_people(actor, owner, asked_by)
    except ResetRefused:
        return False
    return True


@given(actors, owners)
def test_one_person_never_resets_a_second_factor_in_use_nor_prison_health_staff(actor: Actor, owner: Owner) -> None:
    if owner.has_signed_in or owner.has_second_factor:
        assert not allowed_alone(actor, owner, SECOND_FACTOR)
        if any(posting.role == "custody_health" for posting in owner.postings):
            assert not allowed_alone(actor, owner, PASSWORD)


@given(actors, owners, st.sampled_from([PASSWORD, SECOND_FACTOR]))
def test_one_person_never_resets_whoever_is_one_of_two_people_once_they_have_signed_in(
    actor: Actor, owner: Owner, what: str
) -> None:
    if owner.has_signed_in and any(posting.role in TWO_PEOPLE for posting in owner.postings):
        assert not allowed_alone(actor, owner, what)


@given(actors, owners, st.sampled_from([PASSWORD, SECOND_FACTOR]))
def test_one_person_never_resets_an_account_whose_second_factor_was_taken_away(
    actor: Actor, owner: Owner, what: str
) -> None:
    needs = needs_second_factor(posting.role for posting in owner.postings)
    if owner.has_halves or (needs and owner.has_signed_in and not owner.has_second_factor):
        assert not allowed_alone(actor, owner, what)


@given(actors, owners, st.sampled_from([PASSWORD, SECOND_FACTOR]))
def test_nobody_has_a_part_in_the_reset_of_whoever_reaches_further(actor: Actor, owner: Owner, what: str) -> None:
    named = {district for posting in owner.postings for district in posting.coordinates}
    if (owner.works_for_a_state and not actor.whole_state) or not named <= set(actor.districts):
        assert not allowed_alone(actor, owner, what)
        assert not allowed_with_another(actor, owner, None)
        assert not allowed_with_another(actor, owner, UUID(int=99))


@given(actors, owners, st.sampled_from([PASSWORD, SECOND_FACTOR]))
def test_one_person_resets_only_what_lies_wholly_within_reach(actor: Actor, owner: Owner, what: str) -> None:
    if allowed_alone(actor, owner, what):
        assert actor.account != owner.account
        assert owner.hidden_postings == 0
        assert actor.role in {"unit_supervisor", "provider_manager", "coordinator"}
        assert all(
            posting.organization == actor.organization
            or (actor.role == "coordinator" and posting.district in actor.districts)
            for posting in owner.postings
        )


@given(actors, owners, st.sampled_from([PASSWORD, SECOND_FACTOR]))
def test_one_person_of_elsewhere_gets_no_slip_of_a_providers_people_but_its_first_managers(
    actor: Actor, owner: Owner, what: str
) -> None:
    if allowed_alone(actor, owner, what) and not owner.is_first_manager:
        assert all(
            posting.kind != "provider" or posting.organization == actor.organization for posting in owner.postings
        )


@given(actors, actors, owners)
def test_two_people_are_two_and_neither_is_the_owner_or_the_owners_manager(
    first: Actor, second: Actor, owner: Owner
) -> None:
    if allowed_with_another(first, owner, None) and allowed_with_another(second, owner, first.account):
        assert len({first.account, second.account, owner.account}) == 3
        for actor in (first, second):
            assert actor.role in {"coordinator", "data_officer"}
            assert not any(posting.organization in actor.supervises for posting in owner.postings)


@given(st.lists(postings, max_size=3))
def test_an_operator_resets_whoever_works_as_nothing_but_coordinator_or_data_officer(works: list[Posting]) -> None:
    is_of_two_people = bool(works) and {each.role for each in works} <= set(TWO_PEOPLE)
    with nullcontext() if is_of_two_people else pytest.raises(ResetRefused, match="others on /resets"):
        check_operator(works)
