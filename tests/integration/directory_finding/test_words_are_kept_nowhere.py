"""What somebody types into a search stands in no log, whatever comes of it."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from support.finding import search_page
from support.listings import Directory, a_provider, a_service

PROVIDER = a_provider()
TYPED = "zanzibar methadone Calcutta"


def test_no_word_that_is_typed_is_logged(
    directory: Directory,
    visitor: FlaskClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    directory.save(PROVIDER, a_service(PROVIDER, "Clinic"))
    without = create_app(replace(directory.settings, index_dir=tmp_path / "none"), db=directory.web).test_client()
    logging.getLogger().addHandler(caplog.handler)  # an application that starts puts its own in place of all
    caplog.clear()

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").info("this is heard")
        assert visitor.get("/api/services", query_string={"search": TYPED}).get_json()["total_items"] == 1
        assert visitor.get("/api/services", query_string={"search": TYPED, "format": "ndjson"}).status_code == 200
        assert visitor.post("/api/services", json={"search": TYPED, "near": "700001"}).status_code == 200
        assert visitor.get("/api/services", query_string={"search": TYPED, "cursor": "none"}).status_code == 400
        assert visitor.get("/api/service_at_locations", query_string={"search": TYPED}).status_code == 200
        assert "Clinic" in search_page(visitor, place=TYPED)
        assert without.get("/api/services", query_string={"search": TYPED}).status_code == 503

    heard = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "this is heard" in heard
    for word in TYPED.lower().split():
        assert word not in heard.lower()
