"""`contracts/openapi/referral_service.json` is what the service says of itself, and what it then does.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/referral/test_referral_openapi.py`.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate

from builders_referral import COORDINATOR, NURSE, OFFICER, TOKENS, WORKER, ReferralService
from referral_service.domain.lifecycle import EVENTS, who_may
from referral_service.domain.vocabulary import SYSTEM

CONTRACT = Path(__file__).parents[3] / "contracts" / "openapi" / "referral_service.json"


def served(setu: ReferralService) -> dict[str, Any]:
    document: dict[str, Any] = setu.get(None, "/api/openapi.json").get_json()
    return document


def test_the_published_document_is_the_one_that_is_served(setu: ReferralService) -> None:
    document = served(setu)
    if os.environ.get("SETU_WRITE_CONTRACTS") == "1":
        CONTRACT.parent.mkdir(parents=True, exist_ok=True)
        CONTRACT.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(CONTRACT.read_text(encoding="utf-8")) == document
    validate(document)


def test_every_event_of_the_table_has_its_route_and_its_roles(setu: ReferralService) -> None:
    paths = served(setu)["paths"]
    for event in set(EVENTS) - {"submit", "expire"}:
        operation = paths[f"/api/referrals/{{referral_id}}/{event}"]["post"]
        assert operation["x-roles"] == sorted(who_may(event) - {SYSTEM}), event


def test_answers_are_as_the_document_says(setu: ReferralService) -> None:
    document = served(setu)
    schemas = document["components"]["schemas"]
    referral = setu.sent()
    custody = setu.sent(NURSE, setting="prison")
    setu.must(WORKER, custody, "open")
    for who, one in ((OFFICER, referral), (WORKER, referral), (COORDINATOR, referral), (NURSE, custody)):
        shown = setu.shown(who, one)
        schema = {"$ref": "#/components/schemas/Referral", "components": {"schemas": schemas}}
        jsonschema.validate(shown, schema)
        assert set(shown) <= set(schemas["Referral"]["properties"])
    opened = setu.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()
    assert set(opened) == set(schemas["Identity"]["properties"])


# 401, 403, 404, 409, 412 and 428 are what most made-up requests deserve: the document lists them for every operation, so
# they conform. Left out are checks of what no made-up request can know: a live If-Match, a unit's card, one's own referral.
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


def test_schemathesis_finds_no_failure(setu: ReferralService) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", setu.app)
    tokens = {role: TOKENS.mint(who) for role, who in PEOPLE.items()}
    for operation in schema.get_all_operations():
        tested = operation.ok()
        roles = tested.definition.raw.get("x-roles") or ["officer"]
        _attack(tested, tokens.get(roles[0], tokens["officer"]))


PEOPLE = {"officer": OFFICER, "custody_health": NURSE, "case_worker": WORKER, "coordinator": COORDINATOR}


def _attack(operation: Any, token: str) -> None:
    from hypothesis import given  # noqa: PLC0415 - made for each operation

    @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def attack(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)

    attack()
