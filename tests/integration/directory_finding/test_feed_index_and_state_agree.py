"""A machine that writes, deletes, hides, searches and pages: feed, index and database agree after each step."""

import json
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from builders_finding import find, next_of
from builders_listings import Directory, a_provider, a_service
from directory_service.domain.attributes import ACCEPTING
from directory_service.domain.needs import CODES
from directory_service.store.changes import changes_after
from directory_service.store.tables_listings import Service
from directory_service.use_cases.remove_listing import remove_service

NUMBERS = st.integers(0, 11)
NEEDS = st.lists(st.sampled_from(sorted(CODES)[:4]), min_size=1, max_size=2, unique=True).map(tuple)
FAST = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def test_feed_index_and_state_agree(directory: Directory, visitor: FlaskClient) -> None:
    class Machine(Finding):
        at = directory
        client = visitor

    run_state_machine_as_test(Machine, settings=FAST)


class Finding(RuleBasedStateMachine):
    """`feed` is a reader's copy of the directory, made of nothing but what the change feed told."""

    at: Directory
    client: FlaskClient

    @initialize()
    def begin(self) -> None:
        self.provider, self.cursor, self.feed = a_provider(), 0, dict[str, int]()
        self.at.save(replace(self.provider, status="active"))

    @rule(number=NUMBERS, needs=NEEDS, accepting=st.sampled_from(ACCEPTING))
    def write(self, number: int, needs: tuple[str, ...], accepting: str) -> None:
        self.at.save(a_service(self.provider, f"Service {number}", needs=needs, accepting=accepting))

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        with self.at.worker.transaction() as session:
            remove_service(session, a_service(self.provider, f"Service {number}").id, self.at.now)
        self.at.index()

    @rule(status=st.sampled_from(["active", "suspended"]))
    def change_the_provider(self, status: str) -> None:
        self.at.save(replace(self.provider, status=status))

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
            self.write(number, ("OST",), "closed")
            answer = self.client.get(following)
        assert len(seen) == len(set(seen))
        assert before <= set(seen)

    @invariant()
    def index_and_database_agree(self) -> None:
        page = find(self.client, full="true").get_json()
        assert sorted(page["contents"], key=_id) == self.stored()
        assert page["total_items"] == len(page["contents"])

    @invariant()
    def feed_and_database_agree(self) -> None:
        with self.at.web.transaction() as session:
            for change in changes_after(session, self.cursor, 1000):
                self.cursor = change.number
                row = session.get(Service, change.object_id) if change.kind == "service" else None
                if row is not None and row.public:
                    self.feed[str(row.id)] = row.version
                else:
                    self.feed.pop(str(change.object_id), None)
            rows = session.execute(select(Service.id, Service.version).where(Service.public))
            assert self.feed == {str(row.id): row.version for row in rows}

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
