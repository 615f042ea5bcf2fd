"""Providers with services, their managers' browsers, and a file of services on its way through the preview."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from conftest import Keys
from directory_service.app import create_app
from service_kit.clock import FrozenClock
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens, by_cookie
from support.listings import (
    NOON,
    Directory,
    a_place,
    a_provider,
    a_service,
)

PROVIDER, OTHER = a_provider(), a_provider("Other")


PLACE = a_place(PROVIDER)


TALK = a_service(PROVIDER, "Talk", places=(PLACE.id,), women_only=True)


MEDICINE = a_service(PROVIDER, "Medicine", descriptions={"hi": "-दवा"}, minimum_age=18)


THEIRS = a_service(OTHER, "Theirs")


ORIGIN = {"Origin": "http://directory.test"}


def send(client: FlaskClient, content: str | bytes, **more: str) -> TestResponse:
    """The file, as the page's form sends it."""
    data: dict[str, Any] = {"sheet": (io.BytesIO(content if isinstance(content, bytes) else content.encode()), "a.csv")}
    return client.post("/listings/upload", data={"missing": "keep", **data, **more}, headers=ORIGIN)


def preview_of(client: FlaskClient, content: str | bytes, **more: str) -> tuple[str, str]:
    """The address of the preview, and the page."""
    sent = send(client, content, **more)
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"], client.get(sent.headers["Location"]).text


def confirm(client: FlaskClient, address: str, page: str) -> TestResponse:
    """Yes to what the preview shows."""
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen, page
    return client.post(address, data={"seen": seen[1]}, headers=ORIGIN)


def stored(directory: Directory) -> dict[str, dict[str, Any]]:
    """Every service that is in the directory, by name."""
    with directory.worker.transaction() as session:
        rows = session.execute(text("SELECT record, version FROM service WHERE deleted_at IS NULL"))
        return {row.record["name"]: row.record | {"version": row.version} for row in rows}


def count(directory: Directory, table: str) -> int:
    """How many rows the table has."""
    with directory.worker.transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 # names of ours


def with_services(directory: Directory) -> Directory:
    """Two established providers and their services; the events of it are forgotten."""
    directory.save(PROVIDER, OTHER, PLACE, TALK, MEDICINE, THEIRS)
    directory.forget_events()
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE organization SET established_at = now()"))
    return directory


def browsers_of(
    directory: Directory, keys: Keys, clock: FrozenClock, begun: Callable[..., Flask] = create_app
) -> Callable[..., FlaskClient]:
    """`manager(organization)`: a browser in which a manager of it is signed in; `begun` makes the web process."""
    app = begun(directory.settings, clock=clock, db=directory.web)
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())

    def made(organization: UUID = PROVIDER.id, role: str = "provider_manager") -> FlaskClient:
        ids = [SystemIds().uuid() for _ in range(3)]
        who = Principal(
            *ids, organization, "provider", role, (315,), "en", NOON, directory.now, NOON + timedelta(days=7)
        )
        client = app.test_client()
        client.set_cookie(f"setu_session_{directory.settings.port_base}", tokens.mint(by_cookie(who)))
        return client

    return made
