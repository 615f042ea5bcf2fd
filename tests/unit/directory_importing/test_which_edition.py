"""Of which directory a file that nobody named is an edition, and whether what it lacks has left that directory."""

import pytest

from directory_service.importing.domain.editions import Source, UnclearSource, edition_of, label_of

HERE = {"county": 0.0, "shelters": 0.0}


@pytest.mark.parametrize("name", ["county", "County 2024-02", "county_v3 (final)", "export-county-copy"])
def test_a_label_has_no_date_and_no_number(name: str) -> None:
    assert label_of(name) == "county"


@pytest.mark.parametrize(
    ("share", "label", "certain"),
    [
        (0.19, "county-2", True),  # too few records: another directory, though its name is taken
        (0.2, "county", False),  # an edition, maybe a part of one
        (0.49, "county", False),
        (0.5, "county", True),
        (1.0, "county", True),
    ],
)
def test_half_of_the_records_and_the_name_make_an_edition_certain(share: float, label: str, certain: bool) -> None:
    assert edition_of("county-2024-02", {**HERE, "county": share}, has_uuids=True) == Source(label, certain)


def test_a_file_of_another_name_is_never_certain() -> None:
    assert edition_of("what we have", {**HERE, "county": 1.0}, has_uuids=True) == Source("county", certain=False)


def test_a_file_called_like_a_directory_whose_rows_only_have_numbers_may_be_either() -> None:
    with pytest.raises(UnclearSource, match="--source county"):
        edition_of("county-2024-02", HERE, has_uuids=False)
    assert edition_of("county-2024-02", HERE, has_uuids=True) == Source("county-2", certain=True)
