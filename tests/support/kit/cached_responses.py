"""A directory whose public answers may be cached, and a client that knows how often the application was entered."""

import gzip
import os

from flask import request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.app import create_app
from directory_service.listings.domain.hsds.services import at_location_id
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

PROVIDER = a_provider()


PLACE = a_place(PROVIDER, latitude=22.5, longitude=88.3)


SERVICE = a_service(PROVIDER, places=(PLACE.id,))


ITEM = f"/api/services/{SERVICE.id}"


FROM_THE_INDEX = (
    "/api/services",
    "/api/services?full=true&per_page=2&needs=OST",
    "/api/services?full=true&sort=name",
    "/api/services?search=medicine&facets=needs,district",
    "/api/services?near=22.5,88.3",
    "/api/services?open_now=true",
)


FROM_THE_DATABASE = (
    ITEM,
    f"/api/organizations/{PROVIDER.id}",
    f"/api/organizations/{PROVIDER.id}?full_service=true",
    f"/api/service_at_locations/{at_location_id(SERVICE, PLACE)}",
    "/api/organizations?full=true",
    "/api/service_at_locations?per_page=1",
)


class Counting(FlaskClient):
    """A client that knows how often the application was entered."""

    entered: list[str]


def follow(directory: Directory, *, late: float = 0) -> None:
    """What the worker says once a second, `late` seconds ago."""
    directory.index()
    said = directory.clock.now().timestamp() - late
    os.utime(directory.settings.index_dir / "followed", (said, said))


def essence(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """All of an answer that is the same whenever it is given."""
    masked = {name: value for name, value in answer.headers.items() if name not in {"X-Request-Id", "Date"}}
    return answer.status_code, masked, unpacked(answer)


def unpacked(answer: TestResponse) -> bytes:
    """The body as its reader sees it: gzip's own header holds the time of packing."""
    return gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data


def a_filled(directory: Directory) -> Directory:
    """The provider, its place and five services, in the index."""
    directory.save_together(
        PROVIDER, PLACE, SERVICE, *(a_service(PROVIDER, f"Service {number}") for number in range(4))
    )
    follow(directory)
    return directory


def a_counting_client(directory: Directory) -> Counting:
    """A browser of nobody's, before an application with an empty cache."""
    app = create_app(directory.settings, clock=directory.clock, db=directory.web)
    entered: list[str] = []
    app.before_request(lambda: entered.append(request.path))
    app.test_client_class = Counting
    made = app.test_client()
    made.entered = entered  # type: ignore[attr-defined]  # of the thing behind the fixture
    return made  # type: ignore[return-value]  # the client with what it entered
