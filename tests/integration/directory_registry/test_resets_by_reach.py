"""Whom a district's people reset, and whom those of the state's body: by role, and by where the account works."""

from flask.testing import FlaskClient

from support.accounts import ORIGIN, Person
from support.registry import AGARTALA, AIZAWL, LUNGLEI, Registry
from support.resets import ask, waiting

ALONE, BY_TWO, NEVER = "alone", "by two", "never"
KINDS = {"officer": "police_unit", "case_worker": "provider", "custody_health": "prison"}


def accounts(registry: Registry) -> dict[str, Person]:
    """Somebody in each kind of place, near and far; S also works near, and W has one district more."""
    house, state = registry.house, registry.above
    people = {
        f"{role} {place}": house.person(role, house.organization(kind, district=code))
        for role, kind in KINDS.items()
        for place, code in (("here", AIZAWL), ("far", LUNGLEI), ("abroad", AGARTALA))
    }
    people["colleague"] = house.person("coordinator", registry.body)
    people["W"] = house.person("coordinator", registry.body, districts=(AIZAWL, LUNGLEI))
    people["coordinator far"] = registry.other
    people |= {"state's": registry.state, "state's other": house.person("coordinator", state)}
    people |= {"data officer": house.person("data_officer", state), "S": house.person("coordinator", state)}
    house.second_role(people["S"], "case_worker", house.organization("provider", district=AIZAWL))
    return people


HERE = {"officer here": ALONE, "case_worker here": BY_TWO, "custody_health here": BY_TWO, "colleague": BY_TWO}
FAR = {"officer far": ALONE, "case_worker far": BY_TWO, "custody_health far": BY_TWO, "coordinator far": BY_TWO}
STATE = dict.fromkeys(("W", "S", "state's", "state's other", "data officer"), BY_TWO)


def reset_by(browser: FlaskClient, person: Person) -> str:
    answer = browser.post("/resets", data={"user": person.user, "what": "password"}, headers=ORIGIN)
    if answer.status_code == 303 and "First half of the code" in browser.get("/slip").text:
        browser.post(f"/resets/{waiting(browser)}/refuse", headers=ORIGIN)
        return BY_TWO
    return {303: ALONE, 422: NEVER, 403: NEVER}[answer.status_code]


def test_a_districts_coordinator_resets_nobody_of_the_state_and_the_states_whoever_is_below(registry: Registry) -> None:
    people = accounts(registry)
    house = registry.house
    district, state = (house.person("coordinator", body) for body in (registry.body, registry.above))

    for who, allowed in ((district, HERE), (state, HERE | FAR | STATE)):
        browser = registry.browser(who)
        found = {name: reset_by(browser, person) for name, person in people.items()}
        assert {name: what for name, what in found.items() if what != NEVER} == allowed


def test_a_districts_coordinator_is_not_the_second_of_two_for_the_state_either(registry: Registry) -> None:
    people, district = accounts(registry), registry.browser()
    state = registry.browser(registry.state)
    absent, _page = ask(district, Person(registry.body, "nobody.here", ""))

    for name in ("data officer", "S", "state's other", "W"):
        said, page = ask(district, people[name], "second_factor")
        assert (said, "There is no such account" in page) == (absent, True), "as an account that is not there"
        ask(state, people[name], "second_factor")
        reset = waiting(state)
        assert reset not in district.get("/resets").text
        assert district.get("/counts").get_json()["/resets"] == 0
        refused = district.post(f"/resets/{reset}/approve", headers=ORIGIN)
        assert (refused.status_code, "/slip" in refused.headers.get("Location", "")) == (403, False), name
        state.post(f"/resets/{reset}/refuse", headers=ORIGIN)


def test_a_district_with_one_coordinator_has_its_two_in_the_states_body(registry: Registry) -> None:
    first, second, third = (registry.house.person("data_officer", registry.above) for _ in range(3))
    asks = registry.browser(first)

    for lost, agrees in ((registry.other, second), (third, registry.state)):
        assert ask(asks, lost)[0] == 200
        browser = registry.browser(agrees)
        agreed = browser.post(f"/resets/{waiting(browser)}/approve", headers=ORIGIN)
        assert (agreed.status_code, agreed.headers["Location"]) == (303, "/slip")
