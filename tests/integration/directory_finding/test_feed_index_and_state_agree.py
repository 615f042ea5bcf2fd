"""A machine that writes, deletes, hides, searches, pages and polls: feed, index and database agree after each step.

A reader of the feed (`follower`) and one who loads everything anew hold the same after each step; nothing answers with
an error of ours, also while the index is lost and built again.
"""

import json
import os
import shutil
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from directory_service.listings.domain.attributes import ACCEPTING
from directory_service.listings.store.tables import Service
from directory_service.listings.use_cases.remove_listing import (
    remove_location,
    remove_organization,
    remove_service,
)
from setu.needs import CODES
from support.finding import (
    find,
    next_of,
)
from support.hsds.changes import (
    Copy,
    walked,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

NUMBERS = st.integers(0, 9)
NEEDS = st.lists(st.sampled_from(sorted(CODES)[:4]), min_size=1, max_size=2, unique=True).map(tuple)
SOAK = os.environ.get("SETU_HISTORIES")  # `make soak` plays that many random ones; else the same few on every run
HISTORIES = settings(
    max_examples=int(SOAK or 3),
    stateful_step_count=40 if SOAK else 14,
    deadline=None,
    derandomize=SOAK is None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def test_feed_index_and_state_agree(directory: Directory, visitor: FlaskClient) -> None:
    class Machine(Finding):
        at = directory
        client = visitor

    run_state_machine_as_test(Machine, settings=HISTORIES)


class Finding(RuleBasedStateMachine):
    """`follower` is a reader's copy of the directory, made of nothing but what `/api/changes` told it."""

    at: Directory
    client: FlaskClient

    @initialize()
    def begin(self) -> None:
        self.provider, self.follower, self.gone = a_provider(), Copy(self.client, limit=7), set[str]()
        self.place = a_place(self.provider, latitude=22.5, longitude=88.3)
        self.at.save(replace(self.provider, status="active"), self.place)

    @rule(number=NUMBERS, needs=NEEDS, accepting=st.sampled_from(ACCEPTING), placed=st.booleans())
    def write(self, number: int, needs: tuple[str, ...], accepting: str, placed: bool) -> None:
        self.put(number, needs=needs, accepting=accepting, places=(self.place.id,) if placed else ())

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        service = a_service(self.provider, f"Service {number}").id
        with self.at.worker.transaction() as session:
            if remove_service(session, service, self.at.now):
                self.gone.add(f"/api/services/{service}")
        self.at.index()

    @rule(status=st.sampled_from(["active", "suspended"]))
    def change_the_provider(self, status: str) -> None:
        self.at.save(replace(self.provider, status=status))

    @rule()
    def take_the_provider_out_and_in_again(self) -> None:
        with self.at.worker.transaction() as session:
            remove_organization(session, self.provider.id, self.at.now)
        self.at.index()
        assert self.client.get(f"/api/organizations/{self.provider.id}").status_code == 410
        self.gone.clear()
        self.at.save(replace(self.provider, status="active"), self.place)

    @rule(hidden=st.booleans())
    def hide_or_show_the_place(self, hidden: bool) -> None:
        self.at.save(replace(self.place, confidential=hidden))

    @rule()
    def take_the_place_out_and_in_again(self) -> None:
        rows = [item["id"] for item in self.listed("service_at_locations")]
        with self.at.worker.transaction() as session:
            remove_location(session, self.place.id, self.at.now)
        self.at.index()
        for each in rows:
            assert self.client.get(f"/api/service_at_locations/{each}").status_code == 410
        self.at.save(self.place)

    @rule(need=st.sampled_from(sorted(CODES)[:4]))
    def filter_by_need(self, need: str) -> None:
        found = {item["id"] for item in find(self.client, needs=need).get_json()["contents"]}
        assert found == {item["id"] for item in self.stored() if need in _needs(item)}

    @rule(number=NUMBERS, size=st.integers(1, 5))
    def page_while_writing(self, number: int, size: int) -> None:
        before, seen = {item["id"] for item in self.stored()}, list[str]()
        answer = self.client.get(f"/api/services?per_page={size}")
        while True:
            assert answer.status_code == 200
            seen += [item["id"] for item in answer.get_json()["contents"]]
            following = next_of(answer)
            if following is None:
                break
            self.put(number, needs=("OST",), accepting="closed")
            answer = self.client.get(following)
        assert len(seen) == len(set(seen))
        assert before <= set(seen)

    @rule(number=NUMBERS, size=st.integers(1, 3))
    def poll_while_writing(self, number: int, size: int) -> None:
        another, turn = Copy(self.client, limit=size), 0
        while another.page() and turn < 20:
            turn += 1
            self.put(number, accepting=ACCEPTING[turn % 3])
        assert another.catch_up().documents == walked(self.client)

    @rule()
    def lose_the_index(self) -> None:
        """A process that has read it goes on with what it has; the worker builds another."""
        self.at.indexer.close()
        shutil.rmtree(self.at.settings.index_dir)
        self.index_and_database_agree()
        self.feed_and_lists_agree()
        self.at.index()

    @invariant()
    def index_and_database_agree(self) -> None:
        page = find(self.client, full="true").get_json()
        assert sorted(page["contents"], key=_id) == self.stored()
        assert page["total_items"] == len(page["contents"])
        lines = self.client.get("/api/services?format=ndjson&full=true", buffered=True).text.splitlines()
        assert sorted(map(json.loads, lines), key=_id) == self.stored()

    @invariant()
    def feed_and_lists_agree(self) -> None:
        assert self.follower.catch_up().documents == walked(self.client)

    @invariant()
    def what_was_deleted_says_so(self) -> None:
        assert {path: self.client.get(path).status_code for path in self.gone} == dict.fromkeys(self.gone, 410)

    def put(self, number: int, **more: Any) -> None:
        service = a_service(self.provider, f"Service {number}", **more)
        self.gone.discard(f"/api/services/{service.id}")
        self.at.save(service)

    def listed(self, path: str) -> list[dict[str, Any]]:
        contents: list[dict[str, Any]] = self.client.get(f"/api/{path}?per_page=100").get_json()["contents"]
        return contents

    def stored(self) -> list[dict[str, Any]]:
        """The public documents as the database has them, by id."""
        with self.at.web.transaction() as session:
            documents = session.scalars(select(Service.document).where(Service.public))
            return sorted((json.loads(document or b"") for document in documents), key=_id)


def _id(item: dict[str, Any]) -> str:
    return str(item["id"])


def _needs(item: dict[str, Any]) -> set[str]:
    terms = (attribute.get("taxonomy_term", {}) for attribute in item["attributes"])
    return {term["code"] for term in terms if term.get("code") in CODES}
