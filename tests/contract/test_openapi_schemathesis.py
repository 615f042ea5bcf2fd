"""schemathesis against the three OpenAPI documents: what they promise is what is answered."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from conftest import Keys
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker
from service_kit.db.engine import Database
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens
from support.fresh_databases import Urls

CONFIG = Path(__file__).with_name("schemathesis.toml")
DOCUMENTS = Path(__file__).parents[2] / "contracts" / "openapi"
ROUNDS = os.environ.get("SETU_SCHEMATHESIS_ROUNDS", "")  # `make soak` plays many; else two
HOOKS = {} if ROUNDS else {"SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("shorter_lists.py"))}
SEED = os.environ.get("SETU_SOAK_SEED", "7")
KINDS = {
    "officer": "police_unit",
    "custody_health": "prison",
    "case_worker": "provider",
    "provider_manager": "provider",
    "coordinator": "coordinating_body",
}


class Silent(WSGIRequestHandler):
    """Thousands of requests are no news."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's signature
        """Say nothing."""


@contextmanager
def _serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _token(keys: Keys, role: str) -> str:
    ids, now = SystemIds(), datetime.now(UTC)
    kid = keys.environment()["SETU_SESSION_PUBLIC_KEYS"].partition(":")[0]
    tokens = SessionTokens({kid: keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())
    known = [ids.uuid() for _ in range(4)]
    return tokens.mint(Principal(*known, KINDS[role], role, (315,), "en", now, now, now + timedelta(hours=8)))


def _config(service: str, role: str, folder: Path) -> Path:
    """What schemathesis expects; its systematic requests, most of all, only go where this role is let in.

    Who is not is refused before anything else is looked at: there examples and made-up requests do. A soak asks all.
    """
    if ROUNDS:
        return CONFIG
    names = json.dumps(_closed_to(role, json.loads((DOCUMENTS / f"{service}_service.json").read_text())["paths"]))
    made = folder / "schemathesis.toml"
    made.write_text(f"{CONFIG.read_text()}\n[[operations]]\ninclude-name = {names}\nphases.coverage.enabled = false\n")
    return made


def _closed_to(role: str, paths: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method, operation in item.items()
        if method != "parameters" and role not in operation.get("x-roles", [role])
    ]


@pytest.mark.parametrize(
    ("service", "role"),
    [
        ("directory", "provider_manager"),
        ("referral", "officer"),
        ("referral", "case_worker"),
        ("notification", "coordinator"),
    ],
)
def test_a_service_answers_as_its_document_says(
    service: str,
    role: str,
    keys: Keys,
    fresh_database: Callable[[str], Urls],
    settings_env: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    urls = fresh_database(service)
    for name, value in settings_env(service, urls).items():
        monkeypatch.setenv(name, value)
    if service == "directory":
        db, index = Database(urls.worker), Path(os.environ["SETU_INDEX_DIR"])
        rebuild_index(db, index)
        DatapackageMaker(db, PackageFolder(index.with_name("export")), Publication()).tend()
    app: Flask = import_module(f"{service}_service.app").create_app()

    with _serving(app) as address:
        command = [
            str(Path(sys.executable).with_name("st")), "--config-file", str(_config(service, role, tmp_path)),
            "run", f"{address}/api/openapi.json", "--url", address,
            "--phases", "examples,coverage,fuzzing", "-n", ROUNDS or "2", "--seed", SEED,
            "--continue-on-failure", "--no-color", "-H", f"Authorization: Bearer {_token(keys, role)}",
        ]  # fmt: skip
        run = subprocess.run(
            command, cwd=tmp_path, env=os.environ | HOOKS, capture_output=True, text=True, check=False, timeout=3600
        )

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
