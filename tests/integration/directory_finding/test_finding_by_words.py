"""Full text in three scripts: better matches first, slips forgiven."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from support.finding import (
    find,
    names,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

PROVIDER = a_provider("Nodi", names={"bn": "নদী"})
CLINIC = a_service(
    PROVIDER,
    "Buprenorphine clinic",
    names={"hi": "नशामुक्ति केंद्र", "bn": "নেশামুক্তি কেন্দ্র"},
    description="Medicine every day, with a doctor.",
)
SHELTER = a_service(PROVIDER, "Night shelter", description="Beds. A clinic comes on Mondays.", needs=("SHELTER",))
STOCK = (PROVIDER, CLINIC, SHELTER)


@pytest.mark.parametrize(
    "words",
    [
        "buprenorphine",
        "BUPRENORPHINE Clinic",
        "clinic, buprenorphine!",
        "bupreno",  # a beginning
        "buprenorfine",  # a slip
        "buprenrophine",  # two letters changed places
        "clinc doctor",
        "नशामुक्ति",
        "केंद्र",
        "नशामुक्ती",  # another vowel sign at the end
        "নেশামুক্তি কেন্দ্র",
        "নেশামুক্তী",
        "कें\u200dद्र",  # typed with a joiner
    ],
)
def test_words_find_in_every_script_and_forgive_slips(reader: FlaskClient, words: str) -> None:
    assert CLINIC.name in names(reader, search=words)
    assert "Night shelter" not in names(reader, search=words, needs="OST")


def test_a_name_stands_before_a_mention_and_a_mention_before_a_slip(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(*STOCK)
    directory.save(a_service(PROVIDER, "Clinik for all"))

    assert names(visitor, search="clinic") == ["Buprenorphine clinic", "Night shelter", "Clinik for all"]


def test_all_words_must_be_found(reader: FlaskClient) -> None:
    assert names(reader, search="night clinic") == ["Night shelter"]
    assert names(reader, search="night buprenorphine") == []


@pytest.mark.parametrize("words", ["nodi", "নদী", "kolkata", "कोलकाता", "কলকাতা", "West Bengal"])
def test_provider_district_and_state_are_found_as_well(reader: FlaskClient, words: str) -> None:
    assert len(names(reader, search=words)) == 2


@pytest.mark.parametrize("words", ["xylophone", "!!!", "100%", "*", '"', "a AND (", "\u200d"])
def test_what_nobody_wrote_finds_nothing(reader: FlaskClient, words: str) -> None:
    assert names(reader, search=words) == []


def test_short_words_are_taken_as_they_are(reader: FlaskClient) -> None:
    assert names(reader, search="hiv") == []
    assert names(reader, search="ost") == [CLINIC.name]


def test_an_area_is_found_but_no_confidential_address(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(*STOCK)
    hidden = replace(a_place(PROVIDER), confidential=True, area="Ballygunge", address_1="7 Tamarind Lane")
    directory.save(hidden, replace(SHELTER, places=(hidden.id,)))

    assert names(visitor, search="ballygunge") == [SHELTER.name]
    assert names(visitor, search="tamarind") == []


def test_the_total_counts_what_was_found(reader: FlaskClient) -> None:
    answer = find(reader, search="clinic", per_page=1)

    assert (answer.get_json()["total_items"], answer.headers["X-Total-Count"]) == (2, "2")


def test_what_nobody_confirmed_for_180_days_comes_last(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(*STOCK)
    today = directory.now.date()
    lately, long_ago = replace(SHELTER, assured_date=today), replace(CLINIC, assured_date=today.replace(year=2025))
    directory.save(lately, long_ago)

    assert names(visitor, search="clinic") == [SHELTER.name, CLINIC.name]
    assert names(visitor, sort="best") == [SHELTER.name, CLINIC.name]
