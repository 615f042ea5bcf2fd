"""In which order services are found: open ones first, full ones last, what is for women alone after what is for all."""

import re

from flask.testing import FlaskClient

from setu.opening_hours import Opening
from support.finding import search_page as search
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

PROVIDER = a_provider()
PLACE = a_place(PROVIDER)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))


def test_open_now_leaves_out_what_is_closed(directory: Directory, visitor: FlaskClient) -> None:
    night = a_service(PROVIDER, "Night shelter", schedules=(Opening("FREQ=DAILY", "19:00", "08:00"),))
    directory.save(PROVIDER, SERVICE, night)

    everything, open_now = search(visitor, place="Kolkata"), search(visitor, place="Kolkata", open_now="yes")

    assert night.name in everything
    assert "Opens today at 19:00." in everything
    assert night.name not in open_now
    assert SERVICE.name in open_now


def test_open_services_stand_before_closed_ones_and_full_ones_last(directory: Directory, visitor: FlaskClient) -> None:
    night = a_service(PROVIDER, "A closed one", schedules=(Opening("FREQ=DAILY", "19:00", "08:00"),))
    full = a_service(PROVIDER, "A full one", accepting="closed")
    directory.save(PROVIDER, full, night, SERVICE)

    page = search(visitor, place="Kolkata")

    places = [page.index(each.name) for each in (SERVICE, night, full)]
    assert places == sorted(places)
    assert "Not taking new people" in page


def test_many_results_come_in_portions(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(PROVIDER, *(a_service(PROVIDER, f"Service {number:02}") for number in range(33)))

    first, more = search(visitor, place="Kolkata"), search(visitor, place="Kolkata", shown="60")

    assert first.count('class="call-line"') == 30
    assert "33 services" in first
    assert 'name="shown" value="60"' in first
    assert more.count('class="call-line"') == 33
    assert "Show more" not in more


def test_what_is_for_women_alone_is_said_and_comes_after_what_is_for_all_unless_it_is_asked_for(
    directory: Directory, visitor: FlaskClient
) -> None:
    hours = (Opening("FREQ=DAILY", "00:00", "23:59"),)
    women = a_service(PROVIDER, "A house of women", genders=("woman",), women_only=True, schedules=hours)
    some = a_service(PROVIDER, "B with an evening", women_only=True, schedules=hours)
    everybody = a_service(PROVIDER, "C for everybody", schedules=hours)
    directory.save(PROVIDER, women, some, everybody)

    for page in (visitor.get("/?district=315").text, search(visitor, place="Kolkata", need="OST")):
        assert names_of(page) == ["B with an evening", "C for everybody", "A house of women"]
        tags = [re.findall("Women only|Hours or space for women only", row) for row in page.split("<h3>")[1:]]
        assert tags == [["Hours or space for women only"] * 2, [], ["Women only", "Hours or space for women only"]]
    asked = search(visitor, place="Kolkata", statements="women_only")
    assert names_of(asked) == ["A house of women", "B with an evening"]
    assert "Women only" in visitor.get(f"/services/{women.id}").text


def test_what_takes_transgender_people_beside_women_says_so(directory: Directory, visitor: FlaskClient) -> None:
    both = a_service(PROVIDER, genders=("woman", "transgender"))
    welcome = a_service(PROVIDER, "B", genders=("woman",), trans_inclusive=True)
    directory.save(PROVIDER, both, welcome)

    for page in (
        visitor.get("/?district=315").text,
        *(visitor.get(f"/services/{each.id}").text for each in (both, welcome)),
    ):
        assert "For women and transgender people" in page
        assert "Women only" not in page


def names_of(page: str) -> list[str]:
    return [re.sub("<[^>]+>", "", each).strip() for each in re.findall("<h3>(.*?)</h3>", page)]
