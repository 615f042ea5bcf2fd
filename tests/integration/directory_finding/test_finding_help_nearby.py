"""Finding help by PIN code, with more conditions, and on from nothing."""

import re
from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from directory_service.app import create_app
from service_kit.clock import FrozenClock
from support.finding import search_page as search
from support.finding import send_search
from support.finding_help import (
    ACROSS,
    ALL,
    HERE,
    NEAR,
    PROVIDER,
    WEST,
    buttons,
    fields,
    found,
)
from support.listings import (
    NOON,
    Directory,
    a_place,
    a_service,
    an_id,
)

STOCK = ALL


def test_a_pin_code_finds_the_nearest_first_and_what_the_district_has_without_address(reader: FlaskClient) -> None:
    for words in ("700001", "700 001", "७००००१", "Kolkata, 700001"):
        page = search(reader, place=words)

        assert "<h1>Help near 700001</h1>" in page
        assert found(page) == ["Near clinic", "Across the river", "Safe house", "Visiting team"]
        assert "4 services" in page
        assert page.index("about 11 km away") < page.index("Also in Kolkata, distance not known")
        assert page.count("<strong>close by</strong>") == 1


def test_an_address_that_is_on_no_map_is_found_by_its_pin_code(directory: Directory, visitor: FlaskClient) -> None:
    flat = a_place(PROVIDER, id=an_id("flat"), postal_code="700001")
    desk = a_service(PROVIDER, "Zonal desk", places=(flat.id,))
    directory.save_together(*ALL, flat, desk)

    assert found(search(visitor, place="700001"))[2:] == ["Zonal desk", "Safe house", "Visiting team"]
    assert found(search(visitor, place="711101"))[2:] == ["Safe house", "Zonal desk", "Visiting team"]

    directory.save(replace(flat, postal_code="110001"))
    assert found(search(visitor, place="110001")) == ["Zonal desk", "Safe house", "Visiting team"]


def test_how_far_is_asked_and_a_wider_circle_is_offered_where_there_is_little(reader: FlaskClient) -> None:
    small, wide = search(reader, place="700001", radius="5"), search(reader, place="700001", radius="50")
    offered = buttons(small)

    assert found(small)[:2] == ["Near clinic", "Safe house"]
    assert found(wide)[:3] == ["Near clinic", "Across the river", "Upriver"]
    assert offered == {"Look within 25 km (4)": {"place": "700001"}}
    assert buttons(search(reader, place="700001", radius="25"))["Look within 50 km (5)"]["radius"] == "50"
    assert buttons(wide) == {}


def test_a_pin_code_that_nobody_has_means_those_that_begin_like_it(reader: FlaskClient) -> None:
    like, unknown = search(reader, place="700199"), search(reader, place="999999")

    assert "No place on our map has the PIN code 700199." in like
    assert "around PIN codes that begin with 7001." in like
    assert "close by" not in like  # from where would that be?
    assert found(like)[0] == "Near clinic"
    assert "We know no service around the PIN code 999999." in unknown
    assert "district=315" in unknown


def test_a_pin_code_that_no_service_has_lies_where_the_table_says(reader: FlaskClient) -> None:
    page, far = search(reader, place="700019"), search(reader, place="700019 Ballygunge", radius="5")

    assert "No place on our map" not in page
    assert found(page) == ["Near clinic", "Across the river", "Safe house", "Visiting team"]
    assert found(far) == ["Safe house", "Visiting team"]
    assert "Also in Kolkata, distance not known" in far


def test_a_pin_code_far_from_everything_is_told_what_its_district_has(reader: FlaskClient) -> None:
    page = search(reader, place="743502")  # some 45 km to the south; no service has a code that begins so

    assert "Nothing whose place is known within 25 km." in page
    assert "Also in Kolkata, distance not known" in page
    assert found(page) == ["Safe house", "Visiting team"]


def test_what_cannot_be_understood_is_told_beside_its_field_and_nothing_is_lost(reader: FlaskClient) -> None:
    for form, field, words in (
        ({"place": "70001"}, "place", "A PIN code has six digits"),
        ({"place": "012345"}, "place", "A PIN code has six digits"),
        ({"place": "Kolkata", "age": "old"}, "age", "Write the age in years"),
        ({"place": "Kolkata", "child": "18"}, "child", "Write the child&#39;s age in years"),
    ):
        page = search(reader, 400, **form, need="LEGAL", open_now="yes")

        assert re.search(rf'id="f-{field}-error">.*{words}', page)
        assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', page)
        assert f'<a href="#f-{field}">' in page
        assert all(f'value="{value}"' in page for value in form.values())
        assert re.search(r'<option value="LEGAL" selected>', page)
        assert re.search(r'name="open_now"[^>]* checked', page)
        assert found(page) == []
    assert reader.get("/?place=70001").status_code == 400


def test_more_conditions_narrow_the_answer_and_are_counted(reader: FlaskClient) -> None:
    everything = search(reader, place="Kolkata")
    women = search(reader, place="Kolkata", statements="women_only")

    assert 'value="OST">Medicine for opioid dependence (2)</option>' in everything
    assert 'value="ART">HIV treatment (0)</option>' in everything
    assert "Hours or space for women only (2)" in everything
    assert 'value="hi">Hindi (4)</option>' in everything
    assert 'value="prison_cleared"' not in everything  # nobody has it
    assert set(found(women)) == {"Near clinic", "Safe house"}
    assert "Hours or space for women only</p>" in women  # what the filters are
    assert found(search(reader, place="Kolkata", child="10")) == ["Safe house"]
    assert "Near clinic" not in found(search(reader, place="Kolkata", language="hi"))
    assert "Visiting team" not in found(search(reader, place="Kolkata", taking="yes"))
    chosen = search(reader, place="Kolkata", need="LEGAL")
    assert 'value="OST">Medicine for opioid dependence (2)</option>' in chosen  # as if none had been chosen


def test_who_does_not_say_whether_new_people_are_taken_comes_after_who_does_and_is_to_be_asked(
    directory: Directory, visitor: FlaskClient
) -> None:
    silent, waiting = replace(NEAR, accepting=""), replace(ACROSS, accepting="waiting_list")
    directory.save_together(*ALL, silent, waiting)

    around, there = (search(visitor, place=place, taking="yes") for place in ("700001", "Kolkata"))

    assert found(around)[:2] == ["Across the river", "Near clinic"]  # which is nearer
    assert "Visiting team" not in found(around) + found(there)  # it says that it takes nobody
    assert found(there)[-1] == "Near clinic"
    assert around.count("New people: ask them") == there.count("New people: ask them") == 1
    assert "New people: ask them" not in search(visitor, place="Kolkata")


def test_from_nothing_there_are_ways_on_that_find_something(reader: FlaskClient) -> None:
    page = search(reader, place="Kolkata", need="LEGAL", open_now="yes", statements="women_only")
    offered = buttons(page)

    assert found(page) == []
    assert set(offered) == {"Every kind of help (2)", "Everything there is here (5)"}
    for words, form in offered.items():
        assert f"({len(found(search(reader, **form)))})" in words
    assert 'href="tel:14446"' in page
    closed = search(reader, place="Kolkata", need="LEGAL", open_now="yes")
    assert set(buttons(closed)) == {
        "Also what is closed now (1)",
        "Every kind of help (4)",
        "Everything there is here (5)",
    }


def test_without_any_way_on_the_helplines_are_named(directory: Directory, visitor: FlaskClient) -> None:
    page = search(visitor, need="LEGAL")

    assert "Please call one of the helplines below." in page
    assert buttons(page) == {}


def test_showing_more_asks_for_the_same(directory: Directory, visitor: FlaskClient) -> None:
    many = [a_service(PROVIDER, f"Service {number:02}", places=(HERE.id,), women_only=True) for number in range(32)]
    directory.save_together(PROVIDER, HERE, *many)

    first = search(visitor, place="700001", radius="10", need="OST", statements="women_only", language="bn")

    assert len(found(first)) == 30
    form = buttons(first)["Show more"]
    asked = {"place": "700001", "radius": "10", "need": "OST", "statements": "women_only", "language": "bn"}
    assert form == {**asked, "shown": "60"}
    assert len(found(search(visitor, **form))) == 32


def test_what_nobody_confirmed_for_long_is_last_as_the_days_go_by(directory: Directory) -> None:
    confirmed = NOON.date()
    lately = replace(ACROSS, assured_date=confirmed + timedelta(days=60), schedules=())
    directory.save_together(PROVIDER, HERE, WEST, replace(NEAR, assured_date=confirmed, schedules=()), lately)
    names = []

    for days in (0, 180, 181, 300):  # the listings and the index stay as they are
        clock = FrozenClock(NOON + timedelta(days=days))
        client = create_app(directory.settings, clock=clock, db=directory.web).test_client()
        names.append((found(search(client, place="700001")), found(client.get("/?district=315").text)))

    nearest_first = ["Near clinic", "Across the river"]
    assert [by_distance for by_distance, _ in names] == [
        nearest_first,
        nearest_first,
        nearest_first[::-1],
        nearest_first,
    ]
    assert [best for _, best in names] == [
        nearest_first[::-1],
        nearest_first[::-1],
        nearest_first[::-1],
        nearest_first[::-1],
    ]


def test_another_language_shows_the_same_search(reader: FlaskClient) -> None:
    asked = {"place": "700001", "radius": "10", "need": "OST", "statements": "women_only"}

    page = reader.get(send_search(reader, **asked).location)
    switch = re.findall(r'<form class="languages".*?</form>', page.text, re.DOTALL)[0]
    back = reader.post(
        "/language", data={**fields(switch), "language": "hi"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    again, place = reader.get(page.request.path), reader.get("/?district=315").text

    assert back.location.endswith(page.request.path)
    assert found(again.text) == found(page.text)
    assert '<html lang="hi">' in again.text
    assert 'href="/?lang=bn&amp;district=315"' in place or 'href="/?district=315&amp;lang=bn"' in place


def test_a_district_page_says_its_languages_and_a_result_does_not(reader: FlaskClient) -> None:
    page, result = reader.get("/?district=315").text, search(reader, place="Kolkata")

    assert 'hreflang="bn" href="http://directory.test/?district=315&amp;lang=bn"' in page
    assert "hreflang" not in result


def test_an_old_name_of_a_city_is_its_district(reader: FlaskClient) -> None:
    for words in ("Calcutta", "कलकत्ता", "পশ্চিমবঙ্গ", "kalkata"):
        assert "<h1>Help in Kolkata</h1>" in search(reader, place=words), words


def test_a_kind_of_help_beside_a_pin_code_narrows_it(directory: Directory, visitor: FlaskClient) -> None:
    lawyer = a_service(PROVIDER, "Law desk", places=(HERE.id,), needs=("LEGAL",))
    directory.save_together(*ALL, lawyer)

    assert found(search(visitor, place="vakil 700001")) == ["Law desk", ACROSS.name]
    assert "Law desk" in found(search(visitor, place="14 Park Street, 700001"))
