"""The code that a pending provider's manager reads out: whoever is rung is the account that is let in."""

import re

from directory_service.accounts.domain.attempt_limits import TRIES_PER_ACCOUNT, TRY_WINDOW
from support.accounts import Person
from support.registry import (
    AIZAWL,
    Registry,
    begin,
    first_sign_in,
    let_in,
    post,
    spoken_code,
)
from support.resets import ask, half_of_slip, waiting


def test_whoever_is_rung_reads_out_the_code_of_the_account_that_is_let_in(
    registry: Registry, data_officer: Person
) -> None:
    house, coordinator = registry.house, registry.browser()
    real = house.browser(house.person("provider_manager", house.organization("provider", district=AIZAWL, name="Asha")))
    provider, puppet = begin(registry, coordinator)
    other, code = house.browser(data_officer), spoken_code(puppet)

    assert spoken_code(real) == "", "who honestly says yes to everything has none to read out"
    assert (len(code), code in other.get("/approvals").text, code in coordinator.get("/approvals").text) == (
        9,
        False,
        False,
    )
    for typed in ("", "AAAA-AAAA", *(code.replace(code[0], each) for each in "AC" if each != code[0])):
        (refused,) = let_in(other, code=typed)
        assert (refused.status_code, "not the manager&#39;s code" in refused.text) == (422, True), typed
    assert house.audited("organization.approve", "denied") >= 3
    assert registry.row(provider).status == "pending"
    (spelled,) = let_in(other, code=code.lower().replace("-", " "))
    assert spelled.status_code == 303
    assert spoken_code(puppet) == "", "it is let in"


def test_a_code_is_tried_a_few_times_and_is_another_after_a_new_slip(registry: Registry, data_officer: Person) -> None:
    coordinator, state = registry.browser(), registry.browser(registry.state)
    provider, manager = begin(registry, coordinator)
    other, before = registry.house.browser(data_officer), spoken_code(manager)
    user = re.findall(r"asha-\d{4}", other.get("/approvals").text)[0]
    half = half_of_slip(ask(coordinator, Person(provider, user, ""))[1])
    agreed = post(state, f"/resets/{waiting(state)}/approve")
    slip = half + half_of_slip(state.get(agreed.location).text)
    code = spoken_code(first_sign_in(registry.house, user, slip))
    assert code not in ("", before)

    for _try in range(TRIES_PER_ACCOUNT):
        assert [each.status_code for each in let_in(other, code=before)] == [422]
    assert [each.status_code for each in let_in(other, code=code)] == [429]
    registry.house.clock.advance(TRY_WINDOW)
    assert [each.status_code for each in let_in(registry.house.browser(data_officer), code=code)] == [303]
    assert registry.row(provider).status == "active"
