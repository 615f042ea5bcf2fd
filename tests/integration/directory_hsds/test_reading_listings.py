"""Reading the directory as JSON: paging, filters, tags, errors, and how much the database is asked."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient

from directory_service.listings.domain.hsds.taxonomies import (
    ATTRIBUTES_TAXONOMY,
    NEEDS_TAXONOMY,
    taxonomy,
    term,
)
from directory_service.listings.use_cases.remove_listing import remove_service
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from support.listings import (
    SECRET,
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    counted,
)

PROVIDER = a_provider()
SERVICE = a_service(PROVIDER)
NOBODY = UUID(int=7)


def fill(directory: Directory) -> None:
    directory.save(PROVIDER, SERVICE)


def names(client: FlaskClient, query: str) -> set[str]:
    answer = client.get(f"/api/services?{query}")
    assert answer.status_code == 200, answer.text
    return {item["name"] for item in answer.get_json()["contents"]}


def test_an_item_costs_one_statement_and_a_page_of_services_none(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(PROVIDER, *(a_service(PROVIDER, f"Service {number}") for number in range(30)))
    one = a_service(PROVIDER, "Service 1").id

    with counted(directory.web) as item:
        visitor.get(f"/api/services/{one}")
    with counted(directory.web) as page:
        visitor.get("/api/services?full=true&per_page=25&search=service")
    with counted(directory.web) as organization:
        visitor.get(f"/api/organizations/{PROVIDER.id}")

    assert (len(item), len(page), len(organization)) == (1, 0, 1)


def test_pages_are_cut_in_a_stable_order_and_say_where_they_are(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, *(a_service(PROVIDER, f"Service {number}") for number in range(5)))

    first = visitor.get("/api/services?per_page=2").get_json()
    last = visitor.get("/api/services?per_page=2&page=3").get_json()
    beyond = visitor.get("/api/services?per_page=2&page=4").get_json()

    assert {key: value for key, value in first.items() if key != "contents"} == {
        "total_items": 5,
        "total_pages": 3,
        "page_number": 1,
        "size": 2,
        "first_page": True,
        "last_page": False,
        "empty": False,
    }
    assert (last["size"], last["last_page"]) == (1, True)
    assert (beyond["empty"], beyond["contents"]) == (True, [])
    ids = [item["id"] for page in (1, 2, 3) for item in _page(visitor, page)]
    assert len(set(ids)) == 5
    assert ids == [item["id"] for page in (1, 2, 3) for item in _page(visitor, page)]


def _page(client: FlaskClient, number: int) -> list[dict]:
    return client.get(f"/api/services?per_page=2&page={number}").get_json()["contents"]


BAD = {
    "colour=blue": "colour",
    "per_page=0": "per_page",
    "per_page=101": "per_page",
    "page=0": "page",
    "page=first": "page",
    "page=1&page=2": "page",
    "format=xml": "format",
    "organization_id=12": "organization_id",
    "modified_after=yesterday": "modified_after",
    "full=perhaps": "full",
    "search=%00": "search",
}


def test_a_bad_parameter_is_named(reader: FlaskClient) -> None:
    for query, field in BAD.items():
        answer = reader.get(f"/api/services?{query}")

        assert answer.status_code == 400, query
        assert answer.content_type.startswith("application/problem+json"), query
        assert [error["field"] for error in answer.get_json()["errors"]] == [field], query


def test_an_unknown_parameter_is_refused_everywhere(reader: FlaskClient) -> None:
    for path in ("/api/", "/api/profile", "/api/districts", f"/api/services/{SERVICE.id}"):
        assert reader.get(f"{path}?colour=blue").status_code == 400, path
        assert reader.get(path).status_code == 200, path


def test_conditions_combine_as_and(directory: Directory, visitor: FlaskClient) -> None:
    other = a_provider("Alo")
    women = a_service(other, "Women and tests", needs=("WOMEN", "TESTING"), women_only=True)
    directory.save(PROVIDER, other, SERVICE, women)
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    needs_testing = f"taxonomy_term_id={term(NEEDS_TAXONOMY, 'TESTING')['id']}"
    women_only = f"taxonomy_term_id={term(ATTRIBUTES_TAXONOMY, 'women_only')['id']}"

    assert names(visitor, needs_testing) == {SERVICE.name, women.name}
    assert names(visitor, women_only) == {women.name}
    assert names(visitor, f"{needs_testing}&organization_id={other.id}") == {women.name}
    assert names(visitor, f"{needs_testing}&organization_id={other.id}&search=medicine") == set()
    assert names(visitor, f"taxonomy_id={taxonomy(NEEDS_TAXONOMY)['id']}") == {SERVICE.name, women.name}
    assert names(visitor, f"taxonomy_id={NOBODY}") == set()
    assert names(visitor, f"taxonomy_term_id={NOBODY}") == set()


def test_a_name_is_found_in_any_of_its_languages(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, replace(SERVICE, names={"bn": "ওষুধ ও যত্ন", "hi": "दवा और देखभाल"}))

    assert names(visitor, "search=दवा") == {SERVICE.name}
    assert names(visitor, "search=যত্ন") == {SERVICE.name}
    assert names(visitor, "search=100%25") == set()


def test_a_provider_is_found_by_what_it_says_of_itself(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(replace(PROVIDER, names={"hi": "नदी ट्रस्ट"}, description="Near the 100% Ghat"), a_provider("Alo"))

    for search, found in {"नदी": 1, "nodi ghat": 1, "100%": 1, "hi": 0, "200%": 0, "trust": 0}.items():
        answer = visitor.get("/api/organizations", query_string={"search": search})
        assert answer.get_json()["total_items"] == found, search


def test_modified_after_is_inclusive_and_knows_offsets(stocked: Directory, reader: FlaskClient) -> None:
    (item,) = reader.get("/api/services").get_json()["contents"]
    moment = stocked.now

    in_india = moment.astimezone().isoformat()
    later = (moment + timedelta(milliseconds=1)).isoformat()
    assert names(reader, f"modified_after={item['last_modified']}") == {SERVICE.name}
    assert names(reader, f"modified_after={in_india}") == {SERVICE.name}
    assert names(reader, f"modified_after={later}".replace("+", "%2B")) == set()
    assert names(reader, "modified_after=2026-11-24") == {SERVICE.name}


def test_minimal_is_id_and_time_of_change_and_what_the_standard_requires_of_an_item(reader: FlaskClient) -> None:
    (item,) = reader.get("/api/services?minimal=true").get_json()["contents"]

    whole = reader.get(f"/api/services/{SERVICE.id}").get_json()
    assert item == {name: whole[name] for name in ("id", "name", "status")} | {"modified_date": whole["last_modified"]}


def test_a_service_is_modified_when_its_provider_or_place_is(directory: Directory, visitor: FlaskClient) -> None:
    place = a_place(PROVIDER)
    directory.save(PROVIDER, place, replace(SERVICE, places=(place.id,)))
    before = visitor.get(f"/api/services/{SERVICE.id}")

    directory.save(replace(PROVIDER, website="https://example.org/nodi"))
    after_provider = visitor.get(f"/api/services/{SERVICE.id}")
    directory.save(replace(place, landmark="Beside the bridge"))
    after_place = visitor.get(f"/api/services/{SERVICE.id}")

    assert len({answer.headers["ETag"] for answer in (before, after_provider, after_place)}) == 3
    moments = [answer.get_json()["last_modified"] for answer in (before, after_provider, after_place)]
    assert moments == sorted(set(moments))


def test_who_holds_the_answer_gets_304(reader: FlaskClient) -> None:
    for path in (f"/api/services/{SERVICE.id}", f"/api/organizations/{PROVIDER.id}", "/api/services", "/api/"):
        first = reader.get(path)
        again = reader.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_any_origin_may_read(reader: FlaskClient) -> None:
    for path in ("/api/", "/api/services", f"/api/services/{SERVICE.id}", "/api/organizations", "/api/districts"):
        headers = reader.get(path, headers={"Origin": "https://elsewhere.example"}).headers

        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in headers["Access-Control-Expose-Headers"]


def test_absent_is_404_and_deleted_is_410(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, SERVICE)
    with directory.worker.transaction() as session:
        remove_service(session, SERVICE.id, directory.now)

    assert visitor.get(f"/api/services/{NOBODY}").status_code == 404
    assert visitor.get("/api/services/not-a-uuid").status_code == 404
    assert visitor.get(f"/api/services/{SERVICE.id}").status_code == 410
    assert visitor.get(f"/api/organizations/{PROVIDER.id}").get_json()["services"] == []


def test_only_approved_providers_and_their_services_are_public(directory: Directory, visitor: FlaskClient) -> None:
    states = ({"status": "pending"}, {"status": "suspended"}, {"kind": "police_unit"}, {"kind": "prison"})
    hidden = [a_provider(f"Hidden {number}", **state) for number, state in enumerate(states)]
    services = [a_service(owner, f"Of {owner.name}") for owner in hidden]
    directory.save(*hidden, *services)

    assert visitor.get("/api/services").get_json()["empty"]
    assert visitor.get("/api/organizations").get_json()["empty"]
    paths = [f"/api/services/{each.id}" for each in services] + [f"/api/organizations/{each.id}" for each in hidden]
    assert {path: visitor.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_a_confidential_address_is_in_no_answer_and_moves_no_tag(directory: Directory, visitor: FlaskClient) -> None:
    place = a_confidential_place(PROVIDER)
    directory.save(PROVIDER, place, replace(SERVICE, places=(place.id,)))
    paths = (
        f"/api/services/{SERVICE.id}",
        f"/api/organizations/{PROVIDER.id}",
        "/api/services?full=true",
        "/api/organizations?full=true",
        "/api/services?format=ndjson&full=true",
        f"/services/{SERVICE.id}",
        "/?district=315",
    )
    before = {path: visitor.get(path) for path in paths}

    directory.save(replace(place, address_1="99 Other Lane", latitude=1.0))

    for path, answer in before.items():
        assert answer.status_code == 200, path
        assert not [word for word in SECRET if word in answer.text], path
        again = visitor.get(path)
        assert (again.data, again.headers.get("ETag")) == (answer.data, answer.headers.get("ETag")), path


def test_the_exact_address_is_invisible_to_the_web_role_without_its_organisation(directory: Directory) -> None:
    directory.save(PROVIDER, a_confidential_place(PROVIDER))

    with directory.web.transaction() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM location_confidential").scalar() == 0


def test_the_web_role_cannot_change_a_listing_that_is_not_its_own(stocked: Directory) -> None:
    with stocked.web.transaction() as session:
        changed = session.connection().exec_driver_sql("UPDATE service SET name = 'taken over'")
        assert changed.rowcount == 0
