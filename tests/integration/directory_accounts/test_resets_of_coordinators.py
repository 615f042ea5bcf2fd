"""Whoever is one of two people is reset by two, or by the operator where there is nobody else."""

import re
from pathlib import Path

from click.testing import CliRunner, Result

from directory_service.cli import commands
from support.accounts import ORIGIN, House, Person
from support.resets import a_body, ask, slip_code, user_name, waiting


def test_one_coordinator_gets_no_slip_of_a_colleague_who_works(house: House) -> None:
    body = house.organization("coordinating_body")
    colleague, third = house.person("coordinator", body), house.browser(house.person("coordinator", body))
    coordinator, data_officer = a_body(house)

    asked, _page = ask(coordinator, colleague)
    assert asked == 303
    assert house.sign_in(colleague).status_code == 201, "on leave, and not locked out"
    assert coordinator.post(f"/resets/{waiting(coordinator)}/approve", headers=ORIGIN).status_code == 403
    coordinator.post(f"/resets/{waiting(coordinator)}/refuse", headers=ORIGIN)
    member = {"name": "Straw Man", "user_name": "straw.man", "role": "coordinator", "language": "en"}
    page = coordinator.post("/members/new", data=member, headers=ORIGIN, follow_redirects=True).text
    puppet = house.client()
    puppet.post("/first-sign-in", data={"user": user_name(page), "slip": slip_code(page)}, headers=ORIGIN)
    puppet.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    ask(coordinator, colleague)
    by_hand = puppet.post(f"/resets/{waiting(puppet)}/approve", headers=ORIGIN)
    assert (by_hand.status_code, "Ask a third person" in by_hand.text) == (403, True)

    for second in (third, data_officer):
        page = second.post(f"/resets/{waiting(second)}/approve", headers=ORIGIN, follow_redirects=True).text
        assert slip_code(page), "two people do"
        ask(coordinator, colleague)


def test_the_lost_slip_of_a_new_coordinator_is_printed_again_by_one(house: House) -> None:
    body = house.organization("coordinating_body")
    new = house.newcomer("coordinator", body)

    assert slip_code(ask(house.browser(house.person("coordinator", body)), Person(new[0], new[1], ""))[1]) != new[2]


def reset(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["accounts", "reset", *arguments], env=environment)


def test_the_operator_resets_the_only_coordinator_of_a_state(
    house: House, fresh_environment: dict[str, str], tmp_path: Path
) -> None:
    only = house.person("coordinator", house.organization("coordinating_body"))

    done = reset(fresh_environment, only.user.upper(), "--slip", str(tmp_path / "slip.txt"))

    assert (done.exit_code, "1 slips in" in done.output) == (0, True), done.output
    assert house.sign_in(only).status_code == 401
    assert house.audited("reset", "done") == 1
    assert len(house.events("directory.account.reset.v1")) == 1
    assert reset(fresh_environment, only.user, "--slip", str(tmp_path / "slip.txt")).exit_code == 1, (
        "no file is written over"
    )
    shown = reset(fresh_environment, only.user, "--what", "second_factor").output
    assert re.search(r"Code: [A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", shown)


def test_the_operator_resets_nobody_for_whom_two_people_can_be_found(
    house: House, fresh_environment: dict[str, str]
) -> None:
    provider = house.organization("provider")
    worker, both = (
        house.person("case_worker", provider),
        house.person("coordinator", house.organization("coordinating_body")),
    )
    house.second_role(both, "case_worker", provider)

    for user in (worker.user, both.user, "nobody.here", "!"):
        refused = reset(fresh_environment, user)
        assert (refused.exit_code, "Code:" in refused.output) == (1, False), user
    assert house.sign_in(worker).status_code == 201
