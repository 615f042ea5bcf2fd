"""What search engines are told: site maps in parts, and which pages they may look at."""

import re
from dataclasses import replace
from urllib import robotparser
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.finding.pages import sitemap
from service_kit.clock import FrozenClock
from support.listings import (
    Directory,
    a_provider,
    a_service,
    counted,
)

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
PROVIDER = a_provider()
SERVICES = [a_service(PROVIDER, f"Service {number}") for number in range(5)]
PUBLIC = "http://directory.test"


def read(client: FlaskClient, path: str) -> ET.Element:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return ET.fromstring(answer.data)  # noqa: S314 # our own answer


def addresses(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{MAP}loc")]


@pytest.fixture
def _two_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "SERVICES_IN_PART", 2)


@pytest.mark.usefixtures("_two_a_part")
def test_every_public_page_stands_in_one_part_in_every_language(directory: Directory, visitor: FlaskClient) -> None:
    hidden = a_provider("Waiting", status="pending")
    closed = a_service(PROVIDER, "Closed for good", status="defunct")
    directory.save(PROVIDER, *SERVICES, hidden, a_service(hidden, "Not yet"), closed)

    parts = addresses(read(visitor, "/sitemap.xml"))
    found = [read(visitor, part.removeprefix(PUBLIC)) for part in parts]
    listed = [address for part in found for address in addresses(part)]

    assert parts[0] == f"{PUBLIC}/sitemaps/places.xml"
    assert all(re.fullmatch(rf"{PUBLIC}/sitemaps/4-[1-4]\.xml", part) for part in parts[1:])
    assert all(len(part) for part in found)
    assert len(set(listed)) == len(listed) == 4 * (2 + len(SERVICES))
    for path in ("/", "/?district=315", *(f"/services/{each.id}" for each in SERVICES)):
        separator = "&" if "?" in path else "?"
        assert {f"{PUBLIC}{path}", f"{PUBLIC}{path}{separator}lang=bn"} <= set(listed)
    for part in found:
        for page in part:
            tags = {link.get("hreflang"): link.get("href") for link in page.iter(LINK)}
            assert set(tags) == {"en", "hi", "bn", "x-default"}
            assert page.findtext(f"{MAP}loc") in tags.values()
    assert all(visitor.get(address.removeprefix(PUBLIC)).status_code == 200 for address in listed)


@pytest.mark.usefixtures("_two_a_part")
def test_a_change_moves_the_time_of_its_part_and_nothing_is_sent_twice(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save(PROVIDER, *SERVICES)
    before = {each.findtext(f"{MAP}loc"): each.findtext(f"{MAP}lastmod") for each in read(visitor, "/sitemap.xml")}
    part = next(address for address in before if address and "places" not in address).removeprefix(PUBLIC)
    tags = {path: visitor.get(path).headers["ETag"] for path in ("/sitemap.xml", part, "/sitemaps/places.xml")}
    held = [visitor.get(path, headers={"If-None-Match": tag}).status_code for path, tag in tags.items()]
    listed = addresses(read(visitor, part))
    changed = next(each for each in SERVICES if f"{PUBLIC}/services/{each.id}" in listed)

    directory.save(replace(changed, description="Changed"))
    after = {each.findtext(f"{MAP}loc"): each.findtext(f"{MAP}lastmod") for each in read(visitor, "/sitemap.xml")}

    assert held == [304, 304, 304]
    assert {address for address in before if before[address] != after[address]} == {f"{PUBLIC}{part}"}
    assert re.fullmatch(r"2026-11-24T06:30:\d\dZ", after[f"{PUBLIC}{part}"] or "")
    assert visitor.get(part, headers={"If-None-Match": tags[part]}).status_code == 200


def test_a_part_keeps_to_the_protocols_limits_and_asks_no_database(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, *SERVICES)
    pages = len(read(visitor, "/sitemaps/1-1.xml")) / len(SERVICES)
    size = len(visitor.get("/sitemaps/1-1.xml").data) / len(SERVICES)

    with counted(directory.web) as statements:
        answer = visitor.get("/sitemaps/1-1.xml")
        assert answer.is_streamed  # no part is ever whole in memory
        assert answer.data

    # parts are cut by a digest, so one may be somewhat larger than the others
    assert pages * sitemap.SERVICES_IN_PART * 2 <= sitemap.MOST_ADDRESSES
    assert size * sitemap.SERVICES_IN_PART * 2 < 50_000_000
    assert statements == []


def test_a_part_that_is_not_there_is_absent(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, SERVICES[0])

    assert visitor.get("/sitemaps/1-1.xml").status_code == 200
    for name in ("1-2", "3-1", "0-0", "2-0", "131072-1", "1", "2-2.x"):
        assert visitor.get(f"/sitemaps/{name}.xml").status_code == 404, name


def test_robots_are_let_in_where_the_public_is_and_nowhere_else(visitor: FlaskClient) -> None:
    answer = visitor.get("/robots.txt")
    rules = robotparser.RobotFileParser()
    rules.parse(answer.text.splitlines())

    assert answer.mimetype == "text/plain"
    assert rules.site_maps() == [f"{PUBLIC}/sitemap.xml"]
    for path in ("/services/21204aa5-1387-5e70-92a3-91f6fc0deb3d", "/?district=315", "/?lang=hi", "/sitemaps/1.xml"):
        assert rules.can_fetch("*", f"{PUBLIC}{path}"), path
    for path in ("/sign-in", "/first-sign-in", "/members", "/account", "/api/services", "/anything"):
        assert not rules.can_fetch("*", f"{PUBLIC}{path}"), path


def test_behind_a_gateway_the_rules_are_those_of_the_whole_origin(directory: Directory) -> None:
    addresses = {**directory.settings.addresses, "directory": "https://setu.example/directory"}
    behind = replace(directory.settings, addresses=addresses, behind_proxy=True)
    gateway = create_app(behind, clock=FrozenClock(directory.now), db=directory.web).test_client()

    answer = gateway.get("/robots.txt", headers={"X-Forwarded-Prefix": "/directory"})
    rules = robotparser.RobotFileParser()
    rules.parse(answer.text.splitlines())

    assert rules.site_maps() == ["https://setu.example/directory/sitemap.xml"]
    assert rules.can_fetch("*", "https://setu.example/directory/services/1")
    assert not rules.can_fetch("*", "https://setu.example/services/1")
    assert not rules.can_fetch("*", "https://setu.example/withdraw")
