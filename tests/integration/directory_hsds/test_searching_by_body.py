"""POST on a list path is search with the parameters in the body; services at places; near a PIN code."""

from dataclasses import replace
from itertools import product

import pytest
from flask.testing import FlaskClient

from directory_service.listings.domain.hsds.taxonomies import (
    NEEDS_TAXONOMY,
    taxonomy,
    term,
)
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from support.listings import (
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    an_id,
    counted,
)

PROVIDER = a_provider()
NEAR = replace(a_place(PROVIDER), latitude=22.57, longitude=88.36)
FAR = replace(a_place(PROVIDER), id=an_id("far"), area="Howrah", latitude=22.59, longitude=88.26, postal_code="711101")
HIDDEN = replace(a_confidential_place(PROVIDER), id=an_id("hidden"), postal_code="700001", latitude=22.57)
LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")


def fill(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    directory.save(
        PROVIDER,
        NEAR,
        FAR,
        HIDDEN,
        a_service(PROVIDER, "Near", places=(NEAR.id,)),
        a_service(PROVIDER, "Far", needs=("LEGAL",), places=(FAR.id,)),
        a_service(PROVIDER, "Hidden", places=(HIDDEN.id,)),
    )


@pytest.fixture
def filled(directory: Directory) -> Directory:
    fill(directory)
    return directory


def places(client: FlaskClient, **query: object) -> set[str]:
    answer = client.get("/api/service_at_locations", query_string=query)
    assert answer.status_code == 200, answer.text
    return {item["service"]["name"] for item in answer.get_json()["contents"]}


def test_the_same_answer_by_body_as_by_address(reader: FlaskClient) -> None:
    for path in LISTS:
        by_address = reader.get(f"/api/{path}?per_page=2&page=1")
        by_body = reader.post(f"/api/{path}", json={"per_page": 2, "page": 1})

        assert by_body.status_code == 200, path
        assert by_body.data == by_address.data, path


def test_a_need_is_asked_for_in_the_body(reader: FlaskClient) -> None:
    need = term(NEEDS_TAXONOMY, "LEGAL")["id"]

    answer = reader.post("/api/services", json={"taxonomy_term_id": need, "full": True})

    (service,) = answer.get_json()["contents"]
    assert service["name"] == "Far"
    assert service["service_at_locations"][0]["location_id"] == str(FAR.id)


def test_a_bad_field_of_the_body_is_named(reader: FlaskClient) -> None:
    bodies: tuple[dict, ...] = ({"colour": "blue"}, {"page": 0}, {"per_page": "many"}, {"search": 5}, {"format": None})
    for path, body in product(LISTS, bodies):
        answer = reader.post(f"/api/{path}", json=body)

        assert answer.status_code == 422, (path, body)
        assert [error["field"] for error in answer.get_json()["errors"]] == list(body), (path, body)


def test_a_list_in_which_all_words_must_stand_takes_eight(reader: FlaskClient) -> None:
    eight, nine = " ".join("abcdefgh"), " ".join("abcdefghi")

    for path in ("organizations", "service_at_locations", "taxonomies", "taxonomy_terms"):
        assert reader.get(f"/api/{path}", query_string={"search": eight}).status_code == 200, path
        by_address = reader.get(f"/api/{path}", query_string={"search": nine})
        by_body = reader.post(f"/api/{path}", json={"search": nine})
        assert (by_address.status_code, by_body.status_code) == (400, 422), path
        for answer in (by_address, by_body):
            assert answer.get_json()["errors"] == [{"field": "search", "detail": "Must be at most 8 words."}], path


def test_parameters_do_not_stand_in_the_address_of_a_search(reader: FlaskClient) -> None:
    answers = {path: reader.post(f"/api/{path}?page=1", json={}).status_code for path in LISTS}

    assert answers == dict.fromkeys(LISTS, 400)


def test_near_a_pin_code(reader: FlaskClient) -> None:
    assert places(reader) == {"Near", "Far", "Hidden"}
    assert places(reader, postcode="700001") == {"Near"}
    assert places(reader, postcode="700001", proximity="1000") == {"Near"}
    assert places(reader, postcode="700001", proximity="11000") == {"Near", "Far"}
    assert places(reader, postcode="799999", proximity="1000") == set()


def test_a_confidential_place_is_never_near_anything(filled: Directory, visitor: FlaskClient) -> None:
    before = visitor.get("/api/service_at_locations?postcode=700001&proximity=20000000").data

    filled.save(replace(HIDDEN, latitude=10.0, longitude=10.0, postal_code="711101"))

    assert "Hidden" not in places(visitor, postcode="700001", proximity="20000000")
    assert visitor.get("/api/service_at_locations?postcode=700001&proximity=20000000").data == before
    assert "Hidden" not in places(visitor, postcode="711101")


@pytest.mark.parametrize("status", ["pending", "suspended"])
def test_a_provider_that_is_not_public_has_no_part_in_the_middle_of_a_pin_code(
    filled: Directory, visitor: FlaskClient, status: str
) -> None:
    before = visitor.get("/api/service_at_locations?postcode=700001&proximity=20000").data
    other = a_provider("Another", status=status)

    filled.save(other, a_place(other, latitude=10.0, longitude=70.0))

    assert visitor.get("/api/service_at_locations?postcode=700001&proximity=20000").data == before


def test_the_other_side_of_the_earth_is_a_distance_too(directory: Directory, visitor: FlaskClient) -> None:
    here = a_place(PROVIDER, latitude=22.1305, longitude=73.7181)
    there = replace(here, id=an_id("there"), latitude=-22.1305, longitude=73.7181 - 180, postal_code="700099")
    directory.save(PROVIDER, here, there, a_service(PROVIDER, "Both", places=(here.id, there.id)))

    assert places(visitor, postcode="700001", proximity="20100000") == {"Both"}
    assert places(visitor, postcode="700099", proximity="1") == {"Both"}


def test_a_bad_distance_is_refused(reader: FlaskClient) -> None:
    for query in ("proximity=5", "postcode=abc", "postcode=700001&proximity=-1", "proximity=nan"):
        assert reader.get(f"/api/service_at_locations?{query}").status_code == 400, query


def test_terms_by_taxonomy_words_and_level(reader: FlaskClient) -> None:
    needs = reader.get(f"/api/taxonomy_terms?taxonomy_id={taxonomy(NEEDS_TAXONOMY)['id']}&per_page=100").get_json()
    found = reader.get("/api/taxonomy_terms?search=opioid").get_json()
    top = reader.get("/api/taxonomy_terms?top_only=true").get_json()
    below = reader.get(f"/api/taxonomy_terms?parent_id={an_id('none')}").get_json()

    assert needs["total_items"] == 24
    assert {item["code"] for item in found["contents"]} == {"OST", "ost_in_pregnancy"}
    assert top["total_items"] == 43
    assert below["empty"]


def test_whole_services_inside_providers_cost_one_more_statement(filled: Directory, visitor: FlaskClient) -> None:
    filled.save(*(a_provider(f"Provider {number}") for number in range(10)))

    with counted(filled.web) as statements:
        answer = visitor.get("/api/organizations?full_service=true")

    assert answer.get_json()["total_items"] == 11
    assert len(statements) == 4  # the state, how many, the providers, their services
