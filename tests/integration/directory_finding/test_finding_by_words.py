"""Full text in three scripts: better matches first, slips forgiven."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from support.finding import (
    find,
    names,
    walk,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
    an_id,
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
    directory.save_together(*STOCK)
    directory.save(a_service(PROVIDER, "Clinik for all"))

    assert names(visitor, search="clinic") == ["Buprenorphine clinic", "Night shelter", "Clinik for all"]


def test_all_words_must_be_found_where_they_can_be(reader: FlaskClient) -> None:
    assert names(reader, search="beds clinic") == ["Night shelter"]
    assert names(reader, search="where is a clinic with beds please") == ["Night shelter"]


def test_a_sentence_that_nothing_fits_whole_falls_back_to_its_words_best_first(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save_together(*STOCK)
    both = a_service(PROVIDER, "Morning clinic", description="A doctor.", needs=("TB",))
    directory.save(both)

    assert names(visitor, search="tb every xylophone") == [both.name, CLINIC.name]  # what is meant, then any word
    assert names(visitor, search="doctor monday xylophone bed")[0] == SHELTER.name  # two of four before one
    assert names(visitor, search="xylophone") == []


def test_pages_of_a_fallback_go_on_where_they_ended(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*STOCK)
    directory.save(*(a_service(PROVIDER, f"Room {number}", description="Tea.", needs=("DIC",)) for number in range(7)))

    whole = walk(visitor, search="tea clinic buprenorphine", per_page=100)

    assert len(whole) == 9
    assert walk(visitor, search="tea clinic buprenorphine", per_page=2) == whole


def test_a_word_of_a_need_finds_what_is_said_in_no_text(reader: FlaskClient) -> None:
    for words in ("methadone", "Suboxone", "subuxone", "opioid substitution", "मेथाडोन", "মেথাডন", "nashe ki dawa"):
        assert names(reader, search=words) == [CLINIC.name], words
    for words in ("homeless", "बेघर", "rain basera", "ashroy", "আশ্রয়ে"):
        assert names(reader, search=words) == [SHELTER.name], words


def test_a_word_of_a_need_stands_in_no_answer(reader: FlaskClient) -> None:
    answer = find(reader, search="suboxone", full="true")

    assert answer.get_json()["total_items"] == 1
    assert "suboxone" not in answer.text.lower()


def test_letters_that_many_leave_out_make_no_difference(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*STOCK)
    directory.save(a_service(PROVIDER, "ज़रूरत केंद्र, साँची, १२ नंबर", needs=("LEGAL",)))

    for words in ("जरूरत", "ज़रूरत", "सांची", "साँची", "12 नंबर"):
        assert len(names(visitor, search=words)) == 1, words


@pytest.mark.parametrize("words", ["nodi", "নদী", "kolkata", "कोलकाता", "কলকাতা", "West Bengal"])
def test_provider_district_and_state_are_found_as_well(reader: FlaskClient, words: str) -> None:
    assert len(names(reader, search=words)) == 2


@pytest.mark.parametrize("words", ["xylophone", "!!!", "100%", "*", '"', "a AND (", "\u200d"])
def test_what_nobody_wrote_finds_nothing(reader: FlaskClient, words: str) -> None:
    assert names(reader, search=words) == []


def test_short_words_are_taken_as_they_are(reader: FlaskClient) -> None:
    assert names(reader, search="sti") == []
    assert names(reader, search="ost") == [CLINIC.name]


def test_an_area_is_found_but_no_confidential_address(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*STOCK)
    hidden = replace(a_place(PROVIDER), confidential=True, area="Ballygunge", address_1="7 Tamarind Lane")
    directory.save(hidden, replace(SHELTER, places=(hidden.id,)))

    assert names(visitor, search="ballygunge") == [SHELTER.name]
    assert names(visitor, search="tamarind") == []


def test_the_total_counts_what_was_found(reader: FlaskClient) -> None:
    answer = find(reader, search="clinic", per_page=1)

    assert (answer.get_json()["total_items"], answer.headers["X-Total-Count"]) == (2, "2")


def test_what_nobody_confirmed_for_180_days_comes_last(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*STOCK)
    today = directory.now.date()
    lately, long_ago = replace(SHELTER, assured_date=today), replace(CLINIC, assured_date=today.replace(year=2025))
    directory.save(lately, long_ago)

    assert names(visitor, search="clinic") == [SHELTER.name, CLINIC.name]
    assert names(visitor, sort="best") == [SHELTER.name, CLINIC.name]


def test_how_well_words_fit_comes_before_distance_and_that_before_the_last_confirmation(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save_together(*STOCK)
    here = replace(a_place(PROVIDER), latitude=22.57, longitude=88.36)
    there = replace(here, id=an_id("there"), longitude=88.46)
    today = directory.now.date()
    rows = {
        "Far tea room": (there, "", today),
        "Near one, older": (here, "Tea.", today.replace(day=1)),
        "Near one, newer": (here, "Tea.", today),
        "Far one": (there, "Tea.", today),
    }
    made = [
        a_service(PROVIDER, name, description=text, places=(place.id,), assured_date=confirmed)
        for name, (place, text, confirmed) in rows.items()
    ]
    directory.save(here, there, *made)

    ranked = ["Far tea room", "Near one, newer", "Near one, older", "Far one"]
    assert names(visitor, search="tea", near="22.57,88.36") == ranked
    assert len(walk(visitor, search="tea", near="22.57,88.36", per_page=1)) == 4
    assert names(visitor, search="tea")[-1] == "Near one, older"
