"""What is answered below the application: the same as in it, and nothing that it has not said itself."""

from dataclasses import dataclass, field

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from service_kit.web.direct_answers import DirectAnswer, DirectAnswers, answer_directly
from service_kit.web.kept_answers import KeptAnswers


@dataclass
class Site:
    """An application with a list whose pages are numbers; it tells how often it and the function were entered."""

    generation: int = 1
    entered: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def client(self) -> FlaskClient:
        app = Flask(__name__)
        app.add_url_rule("/list", view_func=self.list, methods=["GET", "POST"])
        app.after_request(self.hook)
        app.wsgi_app = KeptAnswers(DirectAnswers(app.wsgi_app), 100_000)  # type: ignore[method-assign]
        return app.test_client(use_cookies=False)

    def list(self) -> Response:
        self.entered.append(request.full_path)
        answer_directly(self.make, ["ETag", "X-Odd"])
        said = self.make(request.query_string.decode())
        self.made.clear()
        if request.args["page"] == "0":
            return Response("no such page", 404)
        return Response(said.body, headers=said.headers)

    def hook(self, response: Response) -> Response:
        response.headers["X-Hook"] = "everywhere"
        response.headers["X-Request-Id"] = f"{len(self.entered)} of the application"
        return response

    def make(self, query: str) -> DirectAnswer:
        self.made.append(query)
        number, generation = int(query.removeprefix("page=")), self.generation
        headers = [("ETag", f'"{number}"')] + [("X-Odd", "yes")] * (number % 2)
        return DirectAnswer(f"{number}!".encode(), headers, lambda: self.generation == generation)


@pytest.fixture
def site() -> Site:
    return Site()


def test_another_query_is_answered_with_the_headers_that_the_application_puts_on(site: Site) -> None:
    client = site.client()
    own, direct, odd = client.get("/list?page=12"), client.get("/list?page=24"), client.get("/list?page=25")
    labels = {"endpoint": "list", "method": "GET", "status": "200"}
    counted = REGISTRY.get_sample_value("setu_web_requests_total", labels) or 0
    another = client.get("/list?page=26")

    assert site.entered == ["/list?page=12"]
    assert (own.data, direct.data, odd.data) == (b"12!", b"24!", b"25!")
    differs = ("ETag", "X-Request-Id", "Content-Type")
    assert {**own.headers, **{name: direct.headers[name] for name in differs}} == dict(direct.headers)
    assert (direct.headers["ETag"], direct.headers["X-Hook"], direct.headers["Content-Length"]) == (
        *('"24"', "everywhere"),
        "3",
    )
    assert (odd.headers["X-Odd"], "X-Odd" in another.headers) == ("yes", False)
    assert len({answer.headers["X-Request-Id"] for answer in (own, direct, odd, another)}) == 4
    assert REGISTRY.get_sample_value("setu_web_requests_total", labels) == counted + 1


def test_what_was_made_is_kept_while_it_is_right(site: Site) -> None:
    client = site.client()
    for path in ("/list?page=1", "/list?page=2", "/list?page=2"):
        client.get(path)
    assert site.made == ["page=2"]

    site.generation = 2
    client.get("/list?page=2")
    assert site.made == ["page=2", "page=2"]


def test_whatever_is_not_plainly_right_goes_through_the_application(site: Site) -> None:
    client = site.client()
    assert client.get("/list?page=0").status_code == 404
    client.get("/list?page=1")
    site.entered.clear()

    client.get("/list?page=2", headers={"If-None-Match": '"1"'})
    client.get("/list?page=3", headers={"Authorization": "Bearer x"})
    client.head("/list?page=4")
    client.post("/list?page=5")
    assert client.get("/list?page=six").status_code == 500

    assert site.entered == [f"/list?page={page}" for page in (2, 3, 4, 5, "six")]
