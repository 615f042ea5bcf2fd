"""Another language on a page with a form keeps what was typed into it: every form of a provider's listing."""

from collections.abc import Callable

from flask.testing import FlaskClient

from directory_service.editing.pages.listing_sections import SECTIONS
from support.pages.typed_forms import walk_forms
from support.uploads import MEDICINE, ORIGIN, PLACE


def test_every_form_comes_back_in_another_language_as_it_was_typed(manager: Callable[..., FlaskClient]) -> None:
    client = manager()
    parts = [f"/listings/{MEDICINE.id}/{part}/change" for part in SECTIONS]
    paths = ["/listings/new", "/listings/organization", "/listings/places/new", f"/listings/places/{PLACE.id}", *parts]
    found = [form for path in paths for form in walk_forms(client, path, headers=ORIGIN)]
    assert found == ["form-create", "form-save", "form-save", "form-save", *["change"] * len(SECTIONS)]
