"""A provider with a place and a service, whoever edits them, and how a change is sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sample_accounts import open_account
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from setu.roles import PROVIDER_MANAGER
from support.listings import (
    KOLKATA,
    NOON,
    Directory,
    a_place,
    a_provider,
    a_service,
    an_id,
)

PROVIDER, OTHER = a_provider(description="Care."), a_provider("Other", description="Care.")
PLACE = a_place(PROVIDER)
SERVICE = a_service(PROVIDER, places=(PLACE.id,), description="Come in.", descriptions={"hi": "आइए।"})
ADDRESS = f"/api/services/{SERVICE.id}"
MERGE_PATCH = "application/merge-patch+json"
Headers = Callable[..., dict[str, str]]


def somebody(organization: UUID = PROVIDER.id, role: str = "provider_manager", kind: str = "provider") -> Principal:
    ids = [SystemIds().uuid() for _ in range(3)]
    return Principal(*ids, organization, kind, role, (KOLKATA,), "en", None, NOON, NOON + timedelta(hours=8))


def add_manager(directory: Directory, organization: UUID) -> None:
    """Somebody who manages it and has signed in; no hand is behind the account."""
    dependencies = Dependencies.from_settings(directory.settings, SystemIds())
    user = f"manager.{organization.hex[:12]}"
    with directory.worker.transaction() as session:
        open_account(
            session, dependencies, organization, user=user, role=PROVIDER_MANAGER, districts=(), now=directory.now
        )


COORDINATOR = somebody(an_id("district body"), "coordinator", "coordinating_body")


def patch(client: FlaskClient, headers: dict[str, str], body: Any, address: str = ADDRESS) -> TestResponse:
    return client.patch(address, json=body, headers={"Content-Type": MERGE_PATCH, **headers})


def make_new(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        session.get_one(Organization, PROVIDER.id).established_at = None
