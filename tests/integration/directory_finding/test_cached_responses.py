"""Public answers that are given again: the same bytes, never old ones, and nobody's headers in them."""

import os
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, text, update

from directory_service.listings.domain.hsds.taxonomies import (
    NEEDS_TAXONOMY,
    term,
)
from directory_service.listings.store.tables import TaxonomyTerm
from directory_service.listings.use_cases.remove_listing import remove_service
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.clock import FrozenClock
from support.kit.cached_responses import (
    FROM_THE_DATABASE,
    FROM_THE_INDEX,
    ITEM,
    PLACE,
    PROVIDER,
    SERVICE,
    Counting,
    essence,
    follow,
    unpacked,
)
from support.listings import (
    SECRET,
    Directory,
    a_confidential_place,
    an_id,
    counted,
)

VOCABULARY = ("/api/taxonomies", "/api/taxonomy_terms", f"/api/taxonomy_terms/{term(NEEDS_TAXONOMY, 'OST')['id']}")


def test_what_is_given_again_is_the_same_to_the_byte(client: Counting) -> None:
    for path in (*FROM_THE_INDEX, *FROM_THE_DATABASE):
        fresh_head, fresh = client.head(path), client.get(path)
        tag = {"If-None-Match": fresh.headers["ETag"]}
        unchanged = client.get(path, headers=tag)
        client.entered.clear()

        kept, kept_head, kept_unchanged = client.get(path), client.head(path), client.get(path, headers=tag)

        assert (path, fresh.status_code, client.entered) == (path, 200, [])
        assert essence(kept) == essence(fresh)
        assert essence(kept_head) == essence(fresh_head)
        assert essence(kept_unchanged) == essence(unchanged)
        assert (unchanged.status_code, unchanged.data) == (304, b"")
        assert len({answer.headers["X-Request-Id"] for answer in (fresh, kept, unchanged, kept_unchanged)}) == 4
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert kept.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert kept.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_packed_is_packed_once_and_known_by_its_own_tag(client: Counting) -> None:
    packs = {"Accept-Encoding": "gzip"}
    for path in (*FROM_THE_INDEX, *FROM_THE_DATABASE):
        plain, fresh = client.get(path), client.get(path, headers=packs)
        tags = [{**packs, "If-None-Match": answer.headers["ETag"]} for answer in (fresh, plain)]
        unchanged = [client.get(path, headers=tag) for tag in tags]
        client.entered.clear()

        kept, kept_unchanged = client.get(path, headers=packs), [client.get(path, headers=tag) for tag in tags]

        assert (path, client.entered) == (path, [])
        assert essence(kept) == essence(fresh)
        assert kept.data == fresh.data
        assert [essence(each) for each in kept_unchanged] == [essence(each) for each in unchanged]
        assert [each.status_code for each in unchanged] == [304, 304]
        assert unpacked(kept) == plain.data
        assert essence(client.get(path)) == essence(plain)


def test_a_held_item_is_known_to_be_unchanged_without_asking_the_database(filled: Directory, client: Counting) -> None:
    tag = {"If-None-Match": f'"{filled.version(SERVICE)}"'}
    client.get(ITEM, headers=tag)

    with counted(filled.web) as statements:
        assert client.get(ITEM, headers=tag).status_code == 304
        assert client.get(f"/api/organizations/{PROVIDER.id}").status_code == 200
        assert client.get(f"/api/organizations/{PROVIDER.id}").status_code == 200

    assert len(statements) == 1


def test_a_change_is_seen_as_soon_as_it_is_in_the_index(filled: Directory, client: Counting) -> None:
    paths = (*FROM_THE_INDEX, *FROM_THE_DATABASE)
    before = {path: client.get(path) for path in paths}

    filled.save(replace(PROVIDER, name="Nodi under a new name"), replace(SERVICE, name="Medicine and a new name"))
    follow(filled)

    for path in paths:
        after = client.get(path)
        assert "a new name" in after.text, path
        assert after.headers["ETag"] != before[path].headers["ETag"]
        assert essence(client.get(path)) == essence(after)


def test_a_vocabulary_is_given_again_until_it_changes(filled: Directory, client: Counting) -> None:
    assert client.get(VOCABULARY[2]).status_code == 404
    with filled.worker.transaction() as session:
        write_taxonomies(session)
    follow(filled)
    fresh = [client.get(path) for path in VOCABULARY]
    client.entered.clear()

    kept = [client.get(path) for path in VOCABULARY]

    assert client.entered == []
    assert [essence(each) for each in kept] == [essence(each) for each in fresh]
    with filled.worker.transaction() as session:
        session.execute(update(TaxonomyTerm).values(document=func.convert_to("{}", "UTF8")))
    follow(filled)
    assert client.get(VOCABULARY[2]).get_json() == {}


def test_what_was_deleted_is_gone_and_what_became_confidential_shows_nothing(
    filled: Directory, client: Counting
) -> None:
    paths = (*FROM_THE_INDEX, *FROM_THE_DATABASE)
    for path in (*paths, *paths):
        assert client.get(path).status_code == 200

    hidden = replace(a_confidential_place(PROVIDER), id=PLACE.id)
    filled.save(hidden)
    follow(filled)
    for path in paths:
        text = client.get(path).text
        assert not [word for word in (*SECRET, "1 Open Road", "700001") if word in text], path
    with filled.worker.transaction() as session:
        remove_service(session, SERVICE.id, filled.now + timedelta(seconds=1))
    follow(filled)

    assert client.get(ITEM).status_code == client.get(ITEM).status_code == 410


def test_while_the_index_does_not_follow_the_database_is_asked_each_time(filled: Directory, client: Counting) -> None:
    client.get(ITEM)
    follow(filled, late=10)
    filled.save(replace(SERVICE, name="Renamed meanwhile"), indexed=False)

    assert client.get(ITEM).get_json()["name"] == "Renamed meanwhile"
    filled.save(replace(SERVICE, name="Renamed again"), indexed=False)
    assert client.get(ITEM).get_json()["name"] == "Renamed again"


def test_a_round_that_had_to_pass_by_a_commit_does_not_say_that_it_follows(filled: Directory) -> None:
    note = filled.settings.index_dir / "followed"
    filled.save(replace(SERVICE, name="Renamed meanwhile"), indexed=False)
    os.utime(note, (1, 1))
    with filled.worker.transaction() as another:
        another.execute(text("SELECT FROM change FOR UPDATE"))  # is about to change the same service again
        filled.index()
        assert note.stat().st_mtime == 1
    filled.index()

    assert note.stat().st_mtime > 1


def test_whoever_says_who_they_are_reads_the_database(filled: Directory, client: Counting) -> None:
    client.get(ITEM)
    filled.save(replace(SERVICE, name="My own change"), indexed=False)

    for headers in ({"Authorization": "Bearer nonsense"}, {"Cookie": "setu_lang=hi"}):
        fresh = client.application.test_client(use_cookies=False).get(ITEM, headers=headers)
        assert fresh.get_json()["name"] == "My own change"
    assert client.get(ITEM).get_json()["name"] == SERVICE.name


def test_open_now_is_right_for_a_minute(filled: Directory, client: Counting, clock: FrozenClock) -> None:
    path = "/api/services?open_now=true"
    assert client.get(path).get_json()["total_items"] == client.get(path).get_json()["total_items"] == 5

    clock.advance(timedelta(hours=12))
    follow(filled)

    assert client.get(path).get_json()["total_items"] == 0


def test_no_header_of_a_request_comes_back_to_another(client: Counting) -> None:
    evil = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "evil",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/evil",
        "X-HTTP-Method-Override": "DELETE",
        "Origin": "https://evil.example",
        "Accept": "text/evil",
        "Accept-Language": "hi",
        "X-Request-Id": "evil",
    }
    for path in (*FROM_THE_INDEX, *FROM_THE_DATABASE):
        given = client.get(path, headers=evil)
        again = client.get(path)

        assert essence(given) == essence(again)
        assert b"evil" not in again.data
        assert "evil" not in str(again.headers)


def test_addresses_that_only_look_alike_are_not_taken_for_one_another(client: Counting) -> None:
    client.get("/api/services?per_page=2")

    assert client.get("/api/services?per_page=2&page=2").get_json()["page_number"] == 2
    assert client.get("/api/services?per_page=2&colour=blue").status_code == 400
    assert client.get("/api/services/").status_code == 404
    assert client.post("/api/services", json={"per_page": 3}).get_json()["size"] == 3
    assert client.get(f"/api/organizations/{an_id('nobody')}").status_code == 404
