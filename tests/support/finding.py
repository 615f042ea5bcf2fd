"""Asking the list of services, and what came of it."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def find(client: FlaskClient, **query: object) -> TestResponse:
    answer = client.get("/api/services", query_string={"per_page": 100, **query})
    assert answer.status_code == 200, answer.text
    return answer


def names(client: FlaskClient, **query: object) -> list[str]:
    """Names in the order of the answer."""
    return [item["name"] for item in find(client, **query).get_json()["contents"]]


def next_of(answer: TestResponse) -> str | None:
    """Path and query of `Link: next`."""
    found = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("Link", ""))
    if found is None:
        return None
    parts = urlsplit(found[1])
    return f"{parts.path}?{parts.query}"


def walk(client: FlaskClient, **query: object) -> list[str]:
    """The ids of all pages, following `Link: next` to the end."""
    answer: TestResponse = client.get("/api/services", query_string=query)
    ids: list[str] = []
    while True:
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.get_json()
        ids += [item["id"] for item in page["contents"]]
        following = next_of(answer)
        assert page["last_page"] == (following is None)
        if following is None:
            return ids
        answer = client.get(following)
