"""Another language on a page with a form keeps what was typed into it: every form of signing in, members and keys."""

from support.accounts import ORIGIN, House
from support.pages.typed_forms import walk_forms


def test_every_form_comes_back_in_another_language_as_it_was_typed(house: House) -> None:
    manager = house.browser(house.person("provider_manager", house.organization("provider")))
    found = [
        form
        for path in ("/account", "/api-keys/new", "/members/new", "/members/invite")
        for form in walk_forms(manager, path, headers=ORIGIN)
    ]
    coordinator = house.browser(house.person("coordinator", house.organization("coordinating_body")))
    found += walk_forms(coordinator, "/resets", headers=ORIGIN)
    for path in ("/sign-in", "/first-sign-in"):
        found += walk_forms(house.client(), path, headers=ORIGIN)
    assert found == [
        *("form-language", "form-contacts", "form-password", "form-make", "new-member", "form-send", "form-ask"),
        *("form-submit", "form-submit"),
    ]
    assert "show_in" not in manager.get("/members").text
