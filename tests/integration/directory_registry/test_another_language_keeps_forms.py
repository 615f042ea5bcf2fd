"""Another language on a page with a form keeps what was typed into it: every form of the registry."""

from support.accounts import ORIGIN
from support.pages.typed_forms import walk_forms
from support.registry import Registry, send_file

STRENGTH = "unit_code,scope,rank,posted,as_of,source\nMZ-1,own,Naik Writer,3,2026-04-01,Roll\n"


def test_every_form_comes_back_in_another_language_as_it_was_typed(registry: Registry) -> None:
    browser = registry.browser()
    unit = registry.make(browser, code="MZ-1")
    registry.make(browser, code="MZ-2", name="Another station")
    preview = send_file(browser, "/registry/strength/upload", STRENGTH).location
    paths = ["/registry/new", *(f"/registry/{unit}/{page}" for page in ("edit", "move", "close")), preview]
    found = [form for path in paths for form in walk_forms(browser, path, headers=ORIGIN)]
    assert found == ["form-write-unit", "form-write-unit", "form-move", "form-act", "form-strength-preview"]
    assert registry.row(unit).record["name"] == "A station"
