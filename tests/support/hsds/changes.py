"""An integrator's copy of the directory, made of nothing but the change feed, and the same from the lists."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from support.finding import next_of

LISTS = {
    "organization": "organizations",
    "service": "services",
    "service_at_location": "service_at_locations",
    "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms",
}
Key = tuple[str, str]
Json = dict[str, Any]


@dataclass
class Copy:
    """`documents` by type and id. `told` counts the entries that were read."""

    client: FlaskClient
    limit: int = 100
    since: str = "0"
    documents: dict[Key, Json] = field(default_factory=dict)
    told: int = 0

    def page(self) -> bool:
        """Read and apply one answer; whether there was more."""
        answer = self.client.get("/api/changes", query_string={"since": self.since, "limit": self.limit})
        assert answer.status_code == 200, answer.text
        read = answer.get_json()
        for entry in read["contents"]:
            self.apply(entry)
        self.since, self.told = read["next"], self.told + read["size"]
        assert (next_of(answer) is None) == read["last_page"]
        return not read["last_page"]

    def apply(self, entry: Json) -> None:
        key = entry["type"], entry["id"]
        if entry["deleted"]:
            self.documents.pop(key, None)
        else:
            self.documents[key] = entry["document"]

    def catch_up(self) -> "Copy":
        while self.page():
            pass
        return self


def walked(client: FlaskClient) -> dict[Key, Json]:
    """Every public object whole, from the lists."""
    found: dict[Key, Json] = {}
    for kind, path in LISTS.items():
        query: Json = {} if kind.startswith("taxonomy") else {"full": "true"}
        answer: TestResponse = client.get(f"/api/{path}", query_string={"per_page": 100, **query})
        while True:
            assert answer.status_code == 200, answer.text
            items = answer.get_json()["contents"]
            fresh = {(kind, item["id"]): item for item in items}
            assert len(fresh) == len(items)
            assert not set(fresh) & set(found)
            found |= fresh
            following = next_of(answer)
            if following is None:
                break
            answer = client.get(following)
    return found


def entries(client: FlaskClient, **query: object) -> list[Json]:
    """One answer's entries."""
    answer = client.get("/api/changes", query_string=query)
    assert answer.status_code == 200, answer.text
    contents: list[Json] = json.loads(answer.data)["contents"]
    return contents
