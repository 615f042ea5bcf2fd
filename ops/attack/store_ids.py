"""Ids of stored objects, read from the stack's own database: whose they are decides who may know of them."""

from collections.abc import Iterator, Mapping

import psycopg

from attack.target import Target

_TABLES: Mapping[str, tuple[str, str]] = {
    "referral_id": ("referral", "select root_id, {whose} from task where {whose} is not null"),
    "service_id": ("directory", "select id, organization_id from service"),
    "place_id": ("directory", "select id, organization_id from location"),
    "organization_id": ("directory", "select id, id from organization"),
    "membership_id": ("directory", "select id, organization_id from membership"),
    "session_id": ("directory", "select id, account_id from session"),
    "notice_id": ("notification", "select id, account_id from notice"),
    "delivery_id": ("notification", "select id, organization_id from delivery"),
}
_PLACES = {
    "officer": "police_unit", "officer_other": "police_unit_other", "unit_supervisor": "police_unit",
    "case_worker": "provider", "case_worker_other": "provider_other", "provider_manager": "provider",
    "custody_health": "prison", "coordinator": "coordinating_body", "data_officer": "state_body",
    "data_officer_other": "state_body",
}  # fmt: skip
_BY_ACCOUNT = {"session_id", "notice_id"}
_SENDERS = {"officer", "officer_other", "custody_health"}
_MOST = 2


def ids_of_own(target: Target) -> dict[str, list[str]]:
    """For each kind of argument some that exist, whoever they belong to."""
    found = {name: [each for each, _ in _rows(target, name, "organization_id")][:_MOST] for name in _TABLES}
    return {name: ids for name, ids in found.items() if ids}


def ids_of_others(target: Target) -> dict[str, dict[str, list[str]]]:
    """For each account and kind of argument some that belong to another organisation, or to another account."""
    return {account: dict(_others(target, account)) for account in target.ready["accounts"]}


def _others(target: Target, account: str) -> Iterator[tuple[str, list[str]]]:
    for name in _TABLES:
        if name in {"referral_id", "organization_id", "delivery_id"} and _PLACES[account] in {
            "coordinating_body",
            "state_body",
        }:
            continue  # theirs by district, not by organisation
        whose = "sender_organization" if account in _SENDERS else "organization_id"
        own = _account_id(target, account) if name in _BY_ACCOUNT else target.ready["organizations"][_PLACES[account]]
        yield name, [each for each, owner in _rows(target, name, whose) if owner != own][:_MOST]


def _rows(target: Target, name: str, whose: str) -> list[tuple[str, str]]:
    service, statement = _TABLES[name]
    return [(str(row[0]), str(row[1])) for row in query(target, service, statement.format(whose=whose))]


def query(target: Target, service: str, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of a service's database, as its worker may read them."""
    url = target.stack.environments.database(service, "worker").replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        return connection.execute(statement, values).fetchall()


def _account_id(target: Target, account: str) -> str:
    user = target.ready["accounts"][account]["user"]
    rows = query(target, "directory", "select id from account where user_name = %s", user)
    return str(rows[0][0])
