"""A phone number is shown as it was given, and called as far as it can be."""

import pytest

from directory_service.listings.domain.hsds.service_from_document import service_from
from directory_service.listings.domain.phones import first_phone, given_phones
from directory_service.listings.pages.listing_words import dial
from setu.phones import callable_number
from support.listings import a_provider, a_service


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("(033) 2241-0000", "03322410000"),
        ("98300 12345 / 98300 12346", "9830012345"),
        ("+91 98300-12345 ext. 12", "+919830012345"),
        ("Call 1097 at night", "1097"),
        ("०३३ २२४१ ००००", "03322410000"),
        ("033.2241.0000", "03322410000"),
        ("ask at the gate", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_what_can_be_called_is_found_in_what_was_given(given: str, number: str) -> None:
    assert callable_number(given) == number
    assert dial(given) == (f"tel:{number}" if number else None)


def test_every_number_is_kept_word_for_word_and_a_fax_is_not_called() -> None:
    phones = [
        {"id": "1b0f9a3e-0000-4000-8000-000000000001", "number": "Fax 033 1", "type": "fax"},
        {"id": "1b0f9a3e-0000-4000-8000-000000000002", "number": "(033) 2241-0000 / 0001"},
    ]
    read = service_from({"id": "1b0f9a3e-0000-4000-8000-000000000009", "name": "x", "phones": phones})
    service = a_service(a_provider(phone="+91 1"), phone=None, hsds=read["hsds"])

    assert read["hsds"]["phones"] == phones
    assert list(given_phones(service)) == ["(033) 2241-0000 / 0001"]
    assert first_phone(service) == "(033) 2241-0000 / 0001"
