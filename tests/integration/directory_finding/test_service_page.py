"""One service's page: what it says, how it is passed on, and what it tells search engines."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

from flask.testing import FlaskClient

from directory_service.listings.domain import records
from directory_service.listings.use_cases.remove_listing import remove_service
from setu.opening_hours import Opening
from support.hsds import schema_org
from support.listings import (
    SECRET,
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    an_id,
)

PROVIDER = a_provider(website="https://nodi.example/")
PLACE = a_place(
    PROVIDER, address_2="First floor", latitude=22.5726, longitude=88.3639, transportation="Bus 12 to the depot"
)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))
PATH = f"/services/{SERVICE.id}"
URL = f"http://directory.test{PATH}"


def another(key: str, **more: Any) -> records.Service:
    """As the service is, but for this."""
    return replace(SERVICE, id=an_id(key), **more)


def path_of(service: records.Service) -> str:
    return f"/services/{service.id}"


FLAT = a_place(PROVIDER, id=an_id("flat"))
ON_NO_MAP = another("on no map", places=(FLAT.id,))
WHOLE = another(
    "whole",
    recognised_64a=True,
    minimum_age=18,
    places_available=6,
    places_as_of=datetime(2026, 11, 20, 5, 30, tzinfo=UTC),
    schedules=(*SERVICE.schedules, Opening("FREQ=MONTHLY;BYDAY=1SA", "10:00", "14:00")),
    email="help@nodi.example",
    url="https://nodi.example/clinic?a=1&b=2",
)
TRANSLATED = another("translated", names={"hi": "दवा और देखभाल"})
ENDED = Opening("FREQ=WEEKLY;BYDAY=SU", "06:00", "07:00", valid_to=date(2026, 11, 1))
COMING = Opening("FREQ=WEEKLY;BYDAY=SU", "20:00", "21:00", valid_from=date(2026, 12, 1))
OTHER_HOURS = another("other hours", schedules=(*SERVICE.schedules, ENDED, COMING))
UNTOLD = another("untold", schedules=(), needs=())
AT_NIGHT = another(
    "at night",
    names={"bn": "ওষুধ"},
    genders=("woman",),
    minimum_age=18,
    url="https://nodi.example/clinic",
    schedules=(
        *SERVICE.schedules,
        Opening("FREQ=DAILY", "19:00", "08:00", valid_from=date(2026, 12, 1)),
        Opening("FREQ=MONTHLY;BYDAY=1SA", "10:00", "14:00"),
    ),
)
SCRIPT = "</script><script>alert(1)</script><!-- <b>&amp;\u2028'\""
ODD = another("odd", name=SCRIPT, description=SCRIPT)
CLOSED = another("closed", status="temporarily closed")
STOCK = (
    *(PROVIDER, PLACE, SERVICE, FLAT, ON_NO_MAP, WHOLE, TRANSLATED),
    *(OTHER_HOURS, UNTOLD, AT_NIGHT, ODD, CLOSED),
)


def markup(page: str) -> dict[str, Any]:
    """The one data block of a page, whose objects and properties must be schema.org's."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 1
    found: dict[str, Any] = json.loads(blocks[0])
    assert found["@context"] == "https://schema.org"
    schema_org.check(found)
    return found


def test_it_says_everything_and_can_be_held(reader: FlaskClient) -> None:
    answer = reader.get(path_of(WHOLE))
    again = reader.get(path_of(WHOLE), headers={"If-None-Match": answer.headers["ETag"]})

    for words in (
        *("Monday to Friday", "09:00–17:00", "section 64A", "from 18 years on", "5 Dec 2026"),
        *("1 Open Road<br>First floor<br>Kolkata 700001", "Behind the depot", "Bus 12 to the depot"),
        *("Bengali, Hindi", 'href="tel:+910000000001"'),
        *('href="mailto:help@nodi.example"', 'href="https://nodi.example/clinic?a=1&amp;b=2" rel="noreferrer'),
    ):
        assert words in answer.text, words
    assert again.status_code == 304


def test_maps_are_links_that_tell_nobody_anything_but_the_point(reader: FlaskClient) -> None:
    page = reader.get(PATH).text.partition("<footer")[0]
    away = [
        link for link in re.findall(r"<a\b[^>]*>", page) if re.search(r'href="(?:https?://(?!directory)|geo:)', link)
    ]

    assert [unescape(re.findall(r'href="([^"]*)"', link)[0]) for link in away] == [
        "geo:22.572600,88.363900?q=22.572600,88.363900",
        "https://www.openstreetmap.org/?mlat=22.572600&mlon=88.363900#map=17/22.572600/88.363900",
    ]
    assert all("noreferrer" in link for link in away if "https:" in link)
    assert not re.search(r'(?:src|srcset|poster|data)="https?:', page)


def test_without_coordinates_the_map_is_asked_for_the_address(reader: FlaskClient) -> None:
    page = reader.get(path_of(ON_NO_MAP)).text

    assert 'href="geo:0,0?q=1%20Open%20Road%2C%20Kolkata%20700001"' in page


def test_the_address_of_the_page_can_be_copied_and_sent_without_a_script(reader: FlaskClient) -> None:
    page = reader.get(PATH).text
    message = re.findall(r'href="sms:\?body=([^"]*)"', page)[0]

    assert page.count(f">{URL}<") == 2  # on the screen and on paper
    assert unquote(message) == f"+91 00000 00001\n1 Open Road, First floor, Kolkata 700001\n{URL}"
    assert re.search(r"<button[^>]*data-share[^>]* hidden", page)


def test_a_link_can_carry_a_language_and_links_inside_keep_it(reader: FlaskClient) -> None:
    path, url = path_of(TRANSLATED), f"http://directory.test{path_of(TRANSLATED)}"

    page, plain = reader.get(f"{path}?lang=hi").text, reader.get(f"{path}?lang=xx").text

    assert '<html lang="hi">' in page
    assert "<span>दवा और देखभाल</span>" in page
    assert "<title>Nodi ·" in page  # it stays in the history, so it does not say what for
    assert f'<link rel="canonical" href="{url}?lang=hi">' in page
    assert 'href="/?lang=hi"' in page
    assert '<html lang="en">' in plain
    assert f'<link rel="canonical" href="{url}">' in plain
    for tag, query in (("en", "?lang=en"), ("hi", "?lang=hi"), ("bn", "?lang=bn"), ("x-default", "")):
        assert f'<link rel="alternate" hreflang="{tag}" href="{url}{query}">' in plain


def test_what_nobody_confirmed_for_long_is_marked(directory: Directory, visitor: FlaskClient) -> None:
    for days, is_marked in ((180, False), (181, True), (None, True)):
        day = None if days is None else date(2026, 11, 24) - timedelta(days=days)
        directory.save(PROVIDER, PLACE, replace(SERVICE, assured_date=day))

        page, found = visitor.get(PATH).text, visitor.get("/?district=315").text

        for_long, never = is_marked and days is not None, days is None
        assert ("Nobody has confirmed these details in the last six months." in page) == for_long
        assert ("Not confirmed for long" in found) == for_long
        assert ("Nobody has confirmed these details yet." in page) == never
        assert ("Not confirmed yet" in found) == never
        assert "Last confirmed" in page
        assert ("not yet" in page) == (days is None)


def test_hours_that_have_ended_are_not_shown(reader: FlaskClient) -> None:
    page = re.sub(r"<script.*?</script>", "", reader.get(path_of(OTHER_HOURS)).text, flags=re.DOTALL)

    assert "06:00" not in page
    assert "20:00" not in page


def test_hours_that_nobody_has_told_are_asked_for_and_not_called_closed(reader: FlaskClient) -> None:
    shown = reader.get(path_of(UNTOLD)).text

    assert "Please ask for the opening hours." in shown
    for words in ("Closed now", ">closed<", "What it offers"):
        assert words not in shown, words


def test_the_markup_is_schema_orgs(reader: FlaskClient) -> None:
    found, url = markup(reader.get(path_of(AT_NIGHT)).text), f"http://directory.test{path_of(AT_NIGHT)}"

    assert (found["@type"], found["@id"], found["url"]) == ("Service", url, url)
    assert (found["name"], found["alternateName"]) == ("Medicine and care", "ওষুধ")
    assert found["serviceType"] == ["Medicine for opioid dependence", "Health check"]
    assert found["provider"] == {"@type": "Organization", "name": "Nodi", "url": "https://nodi.example/"}
    assert found["areaServed"]["name"] == "Kolkata, West Bengal"
    assert found["audience"] == {"@type": "PeopleAudience", "requiredMinAge": 18, "requiredGender": "female"}
    assert found["offers"] == {"@type": "Offer", "price": 0, "priceCurrency": "INR"}
    weekdays, nights = found["hoursAvailable"]
    assert weekdays["dayOfWeek"][0] == "https://schema.org/Monday"
    assert (weekdays["opens"], weekdays["closes"]) == ("09:00", "17:00")
    assert (len(nights["dayOfWeek"]), nights["closes"], nights["validFrom"]) == (7, "08:00", "2026-12-01")
    channel = found["availableChannel"]
    assert channel["servicePhone"]["telephone"] == "+91 00000 00001"
    assert channel["availableLanguage"][0] == {"@type": "Language", "name": "Bengali", "alternateName": "bn"}
    place = channel["serviceLocation"]
    assert place["@type"] == "MedicalClinic"
    assert place["address"]["streetAddress"] == "1 Open Road, First floor"
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 22.5726, "longitude": 88.3639}
    assert len(place["openingHoursSpecification"]) == 2


def test_no_text_can_leave_the_data_block(reader: FlaskClient) -> None:
    page = reader.get(path_of(ODD)).text

    assert markup(page)["name"] == SCRIPT
    assert page.count("<script") == 2  # the kit's, and the block
    assert "alert(1)</script>" not in page


def test_a_confidential_place_shows_its_area_only(directory: Directory, visitor: FlaskClient) -> None:
    place = a_confidential_place(PROVIDER, id=an_id("hidden"))
    both = a_service(PROVIDER, "Two doors", places=(PLACE.id, place.id))
    directory.save(PROVIDER, PLACE, place, replace(SERVICE, places=(place.id,)), both)

    page, mixed = visitor.get(PATH).text, visitor.get(f"/services/{both.id}").text

    assert "South Kolkata. The address is confidential; ask by phone." in page
    assert "geo:" not in page
    said = ("The message has the phone number, the address", "neither the address nor")
    assert [[words in each for words in said] for each in (page, mixed)] == [[False, True], [True, False]]
    assert "serviceLocation" not in markup(page)["availableChannel"]
    assert markup(mixed)["availableChannel"]["serviceLocation"]["address"]["postalCode"] == "700001"
    for each in (page, mixed, visitor.get("/?district=315").text, visitor.get("/sitemaps/1-1.xml").text):
        assert not [secret for secret in SECRET if secret in each]


def test_what_is_not_offered_at_present_says_so_and_is_kept_from_search_engines(reader: FlaskClient) -> None:
    page = reader.get(path_of(CLOSED)).text

    assert "This service is not offered at present." in page
    assert "Open now" not in page
    assert 'content="noindex"' in page
    assert "ld+json" not in page


def test_absent_and_deleted_services_have_pages_of_their_own(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, SERVICE)
    with directory.worker.transaction() as session:
        remove_service(session, SERVICE.id, directory.now)

    assert visitor.get("/services/00000000-0000-0000-0000-000000000000").status_code == 404
    assert visitor.get(PATH).status_code == 410
