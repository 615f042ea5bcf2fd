"""The standard's own examples and a real old export go in, and come out again."""

import json
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from support.hsds import standard as hsds_standard
from support.importing import (
    ohana,
    said,
    take,
)
from support.listings import (
    Directory,
    counted,
)

SERVICE = "ac148810-d857-441c-9679-408f346de14b"
ORGANIZATION = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"


def example(name: str) -> Any:
    return json.loads((hsds_standard.folder() / "examples" / f"{name}.json").read_text(encoding="utf-8"))


def differences(wanted: Any, got: Any, path: str = "") -> list[str]:
    """Where `got` does not say what `wanted` says; what it says beyond that is no difference."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [found for key in wanted for found in differences(wanted[key], got.get(key), f"{path}.{key}")]
    if isinstance(wanted, list) and isinstance(got, list) and path.endswith(".attributes"):
        return [f"{path}: {each}" for each in wanted if not any(not differences(each, other) for other in got)]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        pairs = enumerate(zip(wanted, got, strict=True))
        return [found for at, (one, other) in pairs for found in differences(one, other, f"{path}.{at}")]
    return [] if wanted == got else [f"{path}: {wanted!r} → {got!r}"]


def test_the_whole_service_of_the_standard_comes_out_as_it_went_in(directory: Directory, visitor: FlaskClient) -> None:
    report = take(directory, hsds_standard.folder() / "examples" / "service_full.json")

    assert report.summary() == "added 3 changed 0 removed 0 unchanged 0 rejected 0", said(report)
    wanted = example("service_full")
    wanted.pop("last_modified")  # ours
    wanted["organization"].pop("locations")  # stand in the organisation's own document
    got = visitor.get(f"/api/services/{SERVICE}").get_json()
    assert differences(wanted, got) == []
    hsds_standard.check("service", got)


def test_the_whole_organisation_of_the_standard_comes_out_as_it_went_in(
    directory: Directory, visitor: FlaskClient
) -> None:
    report = take(directory, hsds_standard.folder() / "examples" / "organization_full.json")

    assert report.summary() == "added 3 changed 0 removed 0 unchanged 0 rejected 0", said(report)
    wanted = example("organization_full")
    services = wanted.pop("services")
    got = visitor.get(f"/api/organizations/{ORGANIZATION}?full_service=true").get_json()
    assert differences(wanted, got) == []
    assert [each["id"] for each in got["services"]] == [each["id"] for each in services]
    hsds_standard.check("organization", got)


def test_the_tables_of_the_standard_name_their_orphans(directory: Directory, visitor: FlaskClient) -> None:
    report = take(directory, hsds_standard.folder() / "examples" / "csv")

    assert report.counts["added"] == 3, said(report)
    assert "attributes.csv:2" in said(report)
    got = visitor.get(f"/api/services/{SERVICE}").get_json()
    assert got["phones"][0]["extension"] == 100
    assert got["contacts"][0]["phones"][0]["languages"][0]["code"] == "ur"
    hsds_standard.check("service", got)
    assert take(directory, hsds_standard.folder() / "examples" / "csv").counts["unchanged"] == 3


def test_a_real_export_of_the_first_version_goes_in_whole(directory: Directory, visitor: FlaskClient) -> None:
    directory.index()
    with counted(directory.worker) as statements:
        report = take(directory, ohana())

    assert report.counts["added"] == 8 + 22 + 23, said(report)
    assert len(statements) <= 44  # whatever the number of rows: one batch, three of them about hidden places
    assert report.source == "ohana-sample-csv"
    again = take(directory, ohana())
    assert again.summary() == f"added 0 changed 0 removed 0 unchanged 53 rejected {len(report.rejected)}", said(again)
    page = visitor.get("/api/services?full=true&per_page=100").get_json()
    assert page["total_items"] == 23
    hsds_standard.check_page("service", page)
    by_name = {each["name"]: each for each in page["contents"]}
    assert all(UUID(each["id"]).version == 5 for each in page["contents"])
    passport = by_name["Passport Photos"]
    assert {(each.get("byday"), each.get("opens_at"), each.get("closes_at")) for each in passport["schedules"]} >= {
        ("MO", "08:00:00", "12:00:00"),
        ("MO", "14:00:00", "16:00:00"),
        ("WE", "10:00:00", "15:00:00"),
    }
    assert (
        len([each for each in passport["attributes"] if each["taxonomy_term"]["taxonomy"] == "ohana-sample-csv"]) == 6
    )
    hours = passport["service_at_locations"][0]["location"]["schedules"]
    assert ("MO,TU,WE,TH,FR", "08:00:00", "17:00:00") in {
        (each.get("byday"), each.get("opens_at"), each.get("closes_at")) for each in hours
    }


def test_every_list_answers_by_the_standard_after_an_import(directory: Directory, visitor: FlaskClient) -> None:
    take(directory, ohana())
    take(directory, hsds_standard.folder() / "examples" / "service_full.json")

    for path in ("organizations", "service_at_locations", "taxonomy_terms", "taxonomies"):
        page = visitor.get(f"/api/{path}?per_page=100").get_json()

        assert page["total_items"] > 0, path
        kind = {"taxonomies": "taxonomy"}.get(path, path.removesuffix("s"))
        hsds_standard.check_page(kind, page)
