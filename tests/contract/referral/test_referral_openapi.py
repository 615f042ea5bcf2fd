"""`contracts/openapi/referral_service.json` is what the service says of itself, and what it then does.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/referral/test_referral_openapi.py`.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
from openapi_spec_validator import validate

from referral_service.api.transitions import NOT_OVER_HTTP
from referral_service.domain.lifecycle import EVENTS, who_may
from referral_service.domain.transitions import PERSON, SYSTEM
from support.referral import COORDINATOR, NURSE, OFFICER, WORKER, ReferralService

CONTRACT = Path(__file__).parents[3] / "contracts" / "openapi" / "referral_service.json"
WRITE_ANEW = "write it anew with SETU_WRITE_CONTRACTS=1, twice (CONTRIBUTING, Add an endpoint)"


def served(setu: ReferralService) -> dict[str, Any]:
    document: dict[str, Any] = setu.get(None, "/api/openapi.json").get_json()
    return document


def test_the_published_document_is_the_one_that_is_served(setu: ReferralService) -> None:
    document = served(setu)
    validate(document)
    assert len(document.pop("servers")) == 1  # where it stands is no part of the contract
    if os.environ.get("SETU_WRITE_CONTRACTS") == "1":
        CONTRACT.parent.mkdir(parents=True, exist_ok=True)
        CONTRACT.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(CONTRACT.read_text(encoding="utf-8")) == document, WRITE_ANEW


def test_every_event_of_the_table_has_its_route_and_its_roles(setu: ReferralService) -> None:
    paths = served(setu)["paths"]
    for event in set(EVENTS) - NOT_OVER_HTTP:
        operation = paths[f"/api/referrals/{{referral_id}}/{event}"]["post"]
        assert operation["x-roles"] == sorted(who_may(event) - {SYSTEM, PERSON}), event


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
    setu.must(WORKER, referral, "open")
    opened = setu.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()
    assert set(opened) == set(schemas["Identity"]["properties"])
