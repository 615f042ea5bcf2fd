"""Nobody is handed people in bulk: no address and no command of the referral service writes a file of them."""

from flask import Flask

from referral_service.app import create_app
from referral_service.cli import commands
from support.fresh_databases import Urls
from support.referrals.app import settings_for

NOWHERE = "postgresql://nowhere"
FILES = {"/figures/figures.csv", "/figures/services/figures.csv"}
"""Of frozen counts."""
COMMANDS = {"cards", "keys", "lifecycle"}
"""Beside those of the kit: `cards` writes codes that are nobody's yet."""
A_FILE = ("export", "download", ".csv", ".json", ".zip", ".xlsx", ".ndjson", ".pdf")


def test_no_address_of_the_referral_service_hands_out_a_file_of_people() -> None:
    app: Flask = create_app(settings_for(Urls(NOWHERE, NOWHERE, NOWHERE, NOWHERE)))
    paths = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}

    found = {path for path in paths if any(word in path for word in A_FILE) and "/static/" not in path}
    assert found - {"/api/openapi.json"} == FILES, "rule 13 of docs/privacy.md; FILES above names what holds no person"


def test_no_command_writes_people_down() -> None:
    assert set(commands.commands) == COMMANDS, "rule 13 of docs/privacy.md; COMMANDS above names what writes no person"
