"""Names of providers, where a coordinator enters them and a manager renames one: no two of a state are alike."""

import re

from support.registry import (
    AIZAWL,
    LUNGLEI,
    Registry,
    begin,
    post,
)


def test_no_provider_takes_the_name_of_another_one_of_the_state(registry: Registry) -> None:
    house, coordinator = registry.house, registry.browser()
    real = house.organization("provider", district=LUNGLEI, name="Zoram Care")
    typed = {"kind": "provider", "code": "MZ-77", "name": "zoram  CARE.", "district_code": str(AIZAWL)}
    entered = post(coordinator, "/registry/new", **typed)
    assert (entered.status_code, "has this name, or one that looks like it" in entered.text) == (422, True)

    foreign = post(coordinator, "/registry/new", **typed | {"name": "\u0396oram Trust"})
    assert (foreign.status_code, "It has a Greek or Cyrillic one" in foreign.text) == (422, True)

    _provider, manager = begin(registry, coordinator)
    seen = re.search(r'name="seen" value="([^"]+)"', manager.get("/listings/organization").text)
    own = {"name": "Zoram Care.", "seen": seen[1] if seen else ""}
    renamed = post(manager, "/listings/organization", **own)
    assert (renamed.status_code, "has this name, or one that looks like it" in renamed.text) == (422, True)
    assert post(manager, "/listings/organization", **own | {"name": "Asha, Aizawl"}).status_code == 303

    wanted = {"kind": "provider", "code": "MZ-9", "district_code": str(LUNGLEI), "name": "Police Drug Cell"}
    edited = post(registry.browser(registry.other), f"/registry/{real}/edit", **wanted)
    assert (edited.status_code, "renamed by its own manager" in edited.text) == (422, True)
    assert registry.row(real).name == "Zoram Care"
