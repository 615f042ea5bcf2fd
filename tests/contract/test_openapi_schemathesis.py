"""schemathesis against the three OpenAPI documents: what they promise is what is answered, of what is there.

A run asks operations that are drawn (SETU_LOOKS_SEED, which a failure prints, draws the same again); `make soak` all.
What each operation answers to its example is compared with its document in each run, in the tests of examples beside.
Systematic requests, which go through each field of a body and each kind of mistake, take most of the time, and are
sent to fewer. An operation is asked by the first role that is let in; of those that another role asks, and of those
that let in none of those here, some are drawn too. Of the roles that ask a service, a run draws one.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from conftest import Keys
from support.fresh_databases import Urls
from support.pages.drawn_looks import drawn, drawn_some
from support.stocked_services import STOCKED

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
DOCUMENTS = Path(__file__).parents[2] / "contracts" / "openapi"
ROUNDS = os.environ.get("SETU_SCHEMATHESIS_ROUNDS", "")  # `make soak` plays many; else two
SEED = os.environ.get("SETU_SOAK_SEED", "7")
ASKED = 1 / 3
"""Which part of the operations that let a role in is asked in a run of `make test`."""
SYSTEMATIC = 0.2
"""Which part of these is asked systematically there."""
ASKED_AGAIN = 0.25
"""Which part is asked there of those that another role asks, or nobody here who is let in."""
PLAYED = [
    ("directory", "provider_manager"),
    ("directory", "coordinator"),
    ("referral", "officer"),
    ("referral", "case_worker"),
    ("notification", "coordinator"),
]
ENDS_THE_SESSION = "DELETE /api/session"
"""Of the token that all the others are sent with; `test_session_api.py` looks at its answers."""
WANT_A_SECRET = {
    *("POST /api/session", "PUT /api/session", "POST /api/session/second-factor", "POST /api/token"),
    "POST /api/callbacks/{channel}",
}
"""What wants a password, a code, a key or a signature: 401 is all that a made-up one gets."""


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


def _operations(service: str) -> Iterator[tuple[str, list[str] | None]]:
    """Method and path of each operation, and the roles that it is for; None for everybody."""
    for path, item in json.loads((DOCUMENTS / f"{service}_service.json").read_text())["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation.get("x-roles")


def _is_asked_before(service: str, role: str, roles: list[str] | None) -> bool:
    earlier = [each for name, each in PLAYED[: PLAYED.index((service, role))] if name == service]
    return bool(earlier) and (roles is None or bool(set(earlier) & set(roles)))


def _config(
    service: str, role: str, ids: Mapping[str, object], of_operation: Mapping[str, Mapping[str, object]]
) -> str:
    """What schemathesis expects; its systematic requests, most of all, only go where this role is let in, and once.

    Who is not is refused before anything else is looked at: there examples and made-up requests do, as they do where
    an operation is not drawn. A soak asks all.
    """
    own, others = _own_and_others(service, role)
    if not ROUNDS:
        own = drawn_some(own, ASKED, of=f"{service} {role}")
        others = drawn_some(others, ASKED_AGAIN, of=f"{service} {role}")
    systematic = [*own, *others] if ROUNDS else drawn_some(own, SYSTEMATIC, of=f"{service} {role}, systematically")
    asked = {*own, *others}
    parts = [f"[parameters]\n{_table(ids)}", CONFIG.read_text()]
    for name, parameters in of_operation.items():
        parts.append(
            f"[[operations]]\ninclude-name = {json.dumps(name)}\n[operations.parameters]\n{_table(parameters)}"
        )
    unasked = [name for name, _roles in _operations(service) if name not in asked]
    for names, setting in (
        (unasked, "enabled = false"),
        (sorted(asked.difference(systematic)), "phases.coverage.enabled = false"),
    ):
        if names:
            parts.append(f"[[operations]]\ninclude-name = {json.dumps(names)}\n{setting}\n")
    return "\n".join(parts)


def _own_and_others(service: str, role: str) -> tuple[list[str], list[str]]:
    """The operations that this role is the first to ask and let in to, and all others but the end of the session."""
    of = {name: roles for name, roles in _operations(service) if name != ENDS_THE_SESSION}
    own = [name for name, roles in of.items() if _is_let_in(role, roles) and not _is_asked_before(service, role, roles)]
    return own, [name for name in of if name not in own]


def _is_let_in(role: str, roles: list[str] | None) -> bool:
    return roles is None or role in roles


def _table(ids: Mapping[str, object]) -> str:
    return "".join(f'{name} = "{value}"\n' for name, value in ids.items() if value is not None)


def _played() -> list[tuple[str, str]]:
    """One role for each service, in a soak all: to serve it and to load schemathesis costs as much as to ask."""
    if ROUNDS:
        return PLAYED
    return [drawn([each for each in PLAYED if each[0] == service], of=f"roles of {service}") for service in STOCKED]


@pytest.mark.parametrize(("service", "role"), _played())
def test_a_service_answers_as_its_document_says(
    service: str,
    role: str,
    keys: Keys,
    fresh_database: Callable[[str], Urls],
    settings_env: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    urls = fresh_database(service)
    stocked = STOCKED[service](urls, settings_env(service, urls), keys, role)
    (tmp_path / "schemathesis.toml").write_text(_config(service, role, stocked.ids, stocked.of_operation))

    with _serving(stocked.app) as address:
        command = [
            str(Path(sys.executable).with_name("st")), "--config-file", str(tmp_path / "schemathesis.toml"),
            "run", f"{address}/api/openapi.json", "--url", address,
            "--phases", "examples,coverage,fuzzing", "-n", ROUNDS or "2", "--seed", SEED,
            "--continue-on-failure", "--no-color", "-H", f"Authorization: Bearer {stocked.token}",
        ]  # fmt: skip
        hooks = {"SCHEMATHESIS_HOOKS": str(HOOKS), "SETU_TAGS": json.dumps(stocked.tags)}
        run = subprocess.run(
            command, cwd=tmp_path, env=os.environ | hooks, capture_output=True, text=True, check=False, timeout=3600
        )

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    let_in = {name for name, roles in _operations(service) if _is_let_in(role, roles)}
    assert _refused(run.stdout) & let_in - WANT_A_SECRET == set(), "who may do it was never let in"


def _refused(told: str) -> set[str]:
    """The operations of which schemathesis says that each answer was 401 or 403."""
    section = re.search(r"^Authentication failed: .*?\n\n(.*?)^💡", told, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"^  - (\S+ \S+)$", section[1], re.MULTILINE)) if section else set()
