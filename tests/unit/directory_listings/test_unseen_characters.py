"""What nobody sees in a name is refused wherever somebody types it; an import does without it; joiners stay."""

from uuid import UUID

import pytest

from directory_service.accounts.use_cases.add_member import NewMember, faults, spelled
from directory_service.importing.domain.cleaning import Faults, cleaned, typed_row
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.organizations.domain.invisible_characters import name_has_invisible

UNSEEN = ["\u202e", "\u2066", "\u2069", "\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\U000e0041"]
JOINED = ["क\u200dष", "র\u200d্যাব", "می\u200cشود"]
SERVICE = {"id": str(UUID(int=1, version=4)), "organization_id": str(UUID(int=2, version=4)), "status": "active"}


def named(name: str) -> NewMember:
    return NewMember(name, "asha.das", "officer")


@pytest.mark.parametrize("mark", UNSEEN)
def test_no_name_of_a_person_or_a_listing_takes_it(mark: str) -> None:
    hidden = f"Asha{mark}Das"

    assert [(bad.field, bad.code) for bad in faults(named(hidden))] == [("name", "unseen")]
    assert name_has_invisible(hidden)
    for table, field in (
        *((SERVICE_FIELDS, field) for field in ("name", "alternate_name", "description", "application_process")),
        *((LOCATION_FIELDS, field) for field in ("name", "area", "landmark")),
        (ORGANIZATION_FIELDS, "name"),
    ):
        assert not table[field].kind.takes(hidden), field
    assert not SERVICE_FIELDS["names"].kind.takes({"hi": hidden})
    with pytest.raises(InvalidFields, match=r"contacts\.0\.name: must not have characters that cannot be seen"):
        SERVICE_FIELDS["hsds"].kind.check({"contacts": [{"id": SERVICE["id"], "name": hidden}]})


@pytest.mark.parametrize("mark", UNSEEN)
def test_an_import_takes_the_row_without_it(mark: str) -> None:
    row = {**SERVICE, "name": f"Care{mark} for all", "description": f"{mark}Come in"}

    kept = cleaned("service", row, Faults())

    assert kept is not None
    assert (kept["name"], kept["description"]) == ("Care for all", "Come in")
    assert typed_row("service", row).body["name"] == "Care for all"


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_an_import_keeps_words_apart_where_a_line_ends(end: str) -> None:
    row = {**SERVICE, "name": f"Care{end}for all"}

    kept = cleaned("service", row, Faults())

    assert kept is not None
    assert kept["name"] == "Care for all"


@pytest.mark.parametrize("name", JOINED)
def test_joiners_stay_where_languages_are_written_with_them(name: str) -> None:
    kept = cleaned("service", {**SERVICE, "name": name}, Faults())

    assert spelled(named(name)).name == name
    assert SERVICE_FIELDS["name"].kind.check(name) == name
    assert not name_has_invisible(name)
    assert kept is not None
    assert kept["name"] == name
