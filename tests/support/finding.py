"""Asking the list of services and the public page, and what came of it."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def find(client: FlaskClient, **query: object) -> TestResponse:
    answer = client.get("/api/services", query_string={"per_page": 100, **query})
    assert answer.status_code == 200, answer.text
    return answer


def send_search(client: FlaskClient, **form: object) -> TestResponse:
    """Send the form of the public page; the answer leads to the page of results."""
    answer = client.post("/results", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text
    return answer


def search_page(client: FlaskClient, status: int = 200, **form: object) -> str:
    """What a visitor reads who sent the form."""
    answer = client.get(send_search(client, **form).location)
    assert answer.status_code == status, answer.text
    return answer.text


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
