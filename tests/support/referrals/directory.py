"""What the directory tells the referral service in tests: organisations, services, teams."""

from typing import Any
from uuid import UUID

from service_kit.identity import Principal
from support.referral import (
    CLOSED,
    FOR_CHILDREN,
    JIBAN,
    KOLKATA,
    ORGANIZATIONS,
    OST,
    OST_OF_JIBAN,
    OST_OF_SHISHU,
    SAHAYA,
    SHISHU,
)


def a_listing(service: UUID, organization: UUID, **more: Any) -> dict[str, Any]:
    """The data of one `directory.service.changed.v1`: medicine for adults in Kolkata unless told otherwise."""
    return {
        "service_id": str(service),
        "organization_id": str(organization),
        "version": 1,
        "deleted": False,
        "status": "active",
        "accepting": "open",
        "name": f"Service {service.int:x}",
        "names": {},
        "needs": ["OST", "OD", "COUNS"],
        "districts": [KOLKATA],
        "genders": [],
        "prison_cleared": True,
        "visits_in_custody": True,
        **more,
    }


LISTINGS = (
    a_listing(OST, SAHAYA),
    a_listing(OST_OF_JIBAN, JIBAN),
    a_listing(OST_OF_SHISHU, SHISHU),
    a_listing(FOR_CHILDREN, SHISHU, needs=["CHILD", "COUNS"], child_certified=True, maximum_age=17),
    a_listing(CLOSED, SAHAYA, accepting="closed"),
)


def an_organization(organization: UUID, **more: Any) -> dict[str, Any]:
    """The data of one `directory.organization.changed.v1`."""
    name, kind = ORGANIZATIONS[organization]
    return {
        "organization_id": str(organization),
        "version": 1,
        "deleted": False,
        "name": name,
        "kind": kind,
        "district": KOLKATA,
        "status": "active",
        "phone": None,
        **more,
    }


def a_team_member(worker: Principal, name: str, **more: Any) -> dict[str, Any]:
    """The data of one `directory.team.changed.v1`."""
    return {
        "membership_id": str(worker.membership),
        "account_id": str(worker.account),
        "organization_id": str(worker.organization),
        "active": True,
        "version": 1,
        "name": name,
        **more,
    }


def let_in(officer: Principal, *hands: UUID, ends_at: str | None = None, **more: Any) -> dict[str, Any]:
    """The data of one `directory.dataofficer.changed.v1`: whose slips let them in."""
    return {
        "membership_id": str(officer.membership),
        "account_id": str(officer.account),
        "organization_id": str(officer.organization),
        "active": True,
        "version": 1,
        "let_in_by": [{"account_id": str(hand), "ends_at": ends_at} for hand in hands],
        **more,
    }
