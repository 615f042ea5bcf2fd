"""Addresses in any script, as the standard writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.listings.domain.hsds.objects import (
    StandardField,
    field_faults,
)
from directory_service.listings.domain.hsds.uris import as_uri

URI = StandardField("url", required=False, type="uri")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://नमूना.example/पता", "https://xn--l2bar9dsa.example/%E0%A4%AA%E0%A4%A4%E0%A4%BE"),
        ("https://example.org:8443/ক?খ=গ#ঘ", "https://example.org:8443/%E0%A6%95?%E0%A6%96=%E0%A6%97#%E0%A6%98"),
        ("https://example.org/%E0%A6%95/é", "https://example.org/%E0%A6%95/%C3%A9"),
        ("https://me:সব@example.org/", "https://me:সব@example.org/"),
        ("https://[::1/é", "https://[::1/é"),
    ],
)
def test_an_address_leads_to_the_same_place_in_ascii(typed: str, meant: str) -> None:
    assert as_uri(typed) == meant


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters='"<>\\^`{|}'), max_size=30))
def test_any_path_becomes_a_uri_and_stays_one(path: str) -> None:
    made = as_uri(f"https://example.org/{path}é")

    assert not list(field_faults(URI, made, ""))
    assert as_uri(made) == made
