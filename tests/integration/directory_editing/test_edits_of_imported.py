"""A provider edits, removes and hides what was imported: what it did here is what is published, edition by edition."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_service.importing.use_cases.import_report import Report
from directory_service.listings.store.removed_listings import note_removal, removed_among
from support.editing import Headers, somebody
from support.importing import as_json, said, take, write_json
from support.listings import Directory, an_id

ADDRESS = {"id": str(an_id("address")), "address_1": "1 Old Road", "city": "Kolkata", "postal_code": "700 001"}
ADDRESS |= {"country": "IN", "state_province": "Bengal", "address_type": "physical", "attention": "Dr Sen"}
PHONES = [{"id": str(an_id("p1")), "number": "033 1"}, {"id": str(an_id("p2")), "number": "033 2"}]
OWNER = {"id": str(an_id("Source")), "name": "Source", "description": "Care.", "phones": PHONES}
HALL = {"id": str(an_id("hall")), "location_type": "physical", "name": "Hall", "addresses": [ADDRESS]}
AT_HALL = [{"id": str(an_id("at")), "location": HALL}]
SOUP = {"id": str(an_id("Soup")), "name": "Soup", "status": "active", "organization": OWNER, "phones": PHONES}
SOUP |= {"service_at_locations": AT_HALL}
TEA = {"id": str(an_id("Tea")), "name": "Tea", "status": "active", "organization": OWNER}
TYPED = {"name": "Hall", "area": "Sealdah", "city": "Kolkata", "postal_code": "700014", "district": "315"}
PAGE = f"/listings/places/{an_id('hall')}"


class Manager:
    """The manager of the imported organisation, with the file whose editions come again."""

    def __init__(self, directory: Directory, client: FlaskClient, headers: Headers, folder: Path) -> None:
        self.directory, self.client, self._headers, self._path = directory, client, headers, folder / "list.json"

    def take(self, *documents: Any, **wishes: Any) -> Report:
        return take(self.directory, write_json(self._path, documents), **wishes)

    def _as_manager(self) -> dict[str, str]:
        return self._headers(who=somebody(an_id("Source")))

    def post(self, page: str, **typed: str) -> None:
        text = self.client.get(page, headers=self._as_manager()).text
        seen = text.partition('name="seen" value="')[2].partition('"')[0]
        answer = self.client.post(page, data={"seen": seen, **typed}, headers=self._as_manager())
        assert answer.status_code == 303, answer.text
        self.directory.index()

    def delete(self, name: str) -> None:
        address = f"/api/services/{an_id(name)}"
        seen = self.client.get(address, headers=self._as_manager()).headers["ETag"]
        assert self.client.delete(address, headers={**self._as_manager(), "If-Match": seen}).status_code == 204
        self.directory.index()

    def soup(self) -> Any:
        return self.client.get(f"/api/services/{an_id('Soup')}").get_json()


@pytest.fixture
def manager(directory: Directory, client: FlaskClient, headers: Headers, tmp_path: Path) -> Manager:
    found = Manager(directory, client, headers, tmp_path)
    found.take(SOUP, TEA)
    return found


def test_an_address_and_a_number_that_were_typed_are_published_and_stay(manager: Manager) -> None:
    manager.post(PAGE, **TYPED, address_1="2 New Road")
    manager.post("/listings/organization", name="Source", description="Care.", phone="033 9")

    def published() -> list[Any]:
        whole = manager.soup()
        [address] = whole["service_at_locations"][0]["location"]["addresses"]
        assert "033 9" in manager.client.get(f"/services/{an_id('Tea')}").text
        return [address[name] for name in ("address_1", "postal_code", "region", "state_province", "attention")] + [
            each["number"] for each in whole["organization"]["phones"]
        ]

    expected = ["2 New Road", "700014", "Kolkata", "West Bengal", "Dr Sen", "033 9", "033 2"]
    assert published() == expected
    report = manager.take(SOUP, TEA)
    assert report.counts["changed"] == 0, said(report)
    assert published() == expected


def test_what_a_provider_removed_stays_removed_and_the_report_says_so_each_time(manager: Manager) -> None:
    manager.delete("Tea")
    manager.post(f"{PAGE}/remove")

    rehearsal = manager.take(SOUP, TEA, dry=True)
    reports = [manager.take(SOUP, TEA) for _ in range(2)]

    for report in (rehearsal, *reports):
        assert report.counts["added"] == report.counts["changed"] == len(report.rejected) == 0, said(report)
        told = {(each["type"], each["field"], each["here"], each["file"]) for each in as_json(report)["conflicts"]}
        assert told == {("service", "removed", True, False), ("location", "removed", True, False)}
        assert f"{an_id('Tea')}, Tea): was removed here by its provider, and stays removed" in said(report)
    assert manager.client.get(f"/api/services/{an_id('Tea')}").status_code == 410
    assert "service_at_locations" not in manager.soup()

    back = manager.take(SOUP, TEA, bring_back=True)

    assert back.counts["added"] == 2
    assert manager.client.get(f"/api/services/{an_id('Tea')}").status_code == 200
    assert len(manager.soup()["service_at_locations"]) == 1


def test_what_another_removed_under_the_same_id_does_not_keep_a_listing_out(
    manager: Manager, directory: Directory
) -> None:
    new = an_id("a place that comes later")
    with directory.worker.transaction() as session:
        note_removal(session, "location", new, an_id("somebody else"), directory.now)
    later = {**TEA, "id": str(an_id("Later")), "name": "Later"}
    later |= {
        "service_at_locations": [{"id": str(an_id("at later")), "location": {**HALL, "id": str(new), "addresses": []}}]
    }

    report = manager.take(SOUP, TEA, later)

    assert report.counts["added"] == 2, said(report)
    assert not as_json(report)["conflicts"]


def test_what_another_removed_under_the_same_id_does_not_bring_a_removed_listing_back(
    manager: Manager, directory: Directory
) -> None:
    with directory.worker.transaction() as session:
        note_removal(session, "location", an_id("hall"), an_id("somebody else"), directory.now)
        note_removal(session, "service", an_id("hall"), an_id("Source"), directory.now)
    manager.post(f"{PAGE}/remove")

    told = [each["type"] for each in as_json(manager.take(SOUP, TEA))["conflicts"]]
    back = manager.take(SOUP, TEA, bring_back=True)

    assert (told, back.counts["added"]) == (["location"], 1)
    with directory.worker.transaction() as session:
        for kind, owner in (("location", "somebody else"), ("service", "Source")):
            owners = {an_id("hall"): an_id(owner)}
            assert removed_among(session, kind, owners) == set(owners), "bringing back forgets the own removal alone"


def test_what_left_the_file_and_comes_again_is_not_taken_for_removed(manager: Manager) -> None:
    manager.take(SOUP, source="list", allowed=1)

    report = manager.take(SOUP, TEA)

    assert report.counts["added"] == 1
    assert manager.client.get(f"/api/services/{an_id('Tea')}").status_code == 200


def test_a_place_that_was_hidden_and_is_shown_again_keeps_the_address_that_was_typed(manager: Manager) -> None:
    manager.post(PAGE, **TYPED, address_1="2 New Road", confidential="yes")
    manager.take(SOUP, TEA)
    manager.post(PAGE, **TYPED, address_1="3 Newer Road")

    report = manager.take(SOUP, TEA)

    [address] = manager.soup()["service_at_locations"][0]["location"]["addresses"]
    assert address["address_1"] == "3 Newer Road"
    assert {each["field"] for each in as_json(report)["conflicts"]} >= {"address_1", "postal_code"}
