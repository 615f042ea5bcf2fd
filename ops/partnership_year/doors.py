"""Doors of the directory, as people and programs use them: forms, JSON, files, slips, commands.

Nothing here reaches past a page, a route or a command; the clock alone is moved by whoever plays. Each person comes
from an address of their own and signs in again on each day of work.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.cli import commands
from partnership_year.shape import Person

PASSWORD = "monsoon bridge lantern"  # noqa: S105  # of people who are played, on a machine's own loopback
SLIP = r"User name(?:</dt><dd>|: <code>|: )([a-z.]+)(-\d{4})?.*?([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})"


class Refused(Exception):
    """A door answered otherwise than it should; says which, and what the page said."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in: their client, and the organisation for which they work."""

    client: FlaskClient
    organization: UUID

    def get(self, path: str) -> Any:
        """A JSON document."""
        return _expect(self.client.get(path), path, 200).get_json()

    def page(self, path: str) -> str:
        """A page."""
        return _expect(self.client.get(path), path, 200).text

    def put(self, path: str, body: Mapping[str, Any], seen: int | None = None) -> Any:
        """Write a resource; `seen`: its version."""
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        return _expect(self.client.put(path, json=body, headers=headers), path, 200, 201, 204).get_json(silent=True)

    def act(self, path: str, seen: int) -> Any:
        """Take a step with a resource."""
        return _expect(self.client.post(path, json={}, headers={"If-Match": f'"{seen}"'}), path, 200).get_json()

    def post(self, path: str, **typed: Any) -> TestResponse:
        """Send a form, which leads on."""
        return _expect(self.client.post(path, data=typed), path, 303)

    def send_file(self, path: str, content: str) -> str:
        """Send a file, look at the preview, press its button; what comes then."""
        sheet = {"sheet": (io.BytesIO(content.encode()), "file.csv")}
        sent = _expect(self.client.post(path, data=sheet, content_type="multipart/form-data"), path, 303)
        seen = re.search(r'name="seen" value="([^"]+)"', self.page(sent.location))
        if seen is None:
            raise Refused(f"{path}: the file has a fault")
        return _expect(self.client.post(sent.location, data={"seen": seen[1]}), path, 200, 303).text


@dataclass
class Doors:
    """The directory's web application and its commands; `users`: letters of a user name → the whole one."""

    app: Flask
    environment: Mapping[str, str]
    users: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> None:
        """Run `setu directory …`. Raises Refused."""
        done = CliRunner().invoke(commands, list(words), env=dict(self.environment))
        if done.exit_code:
            raise Refused(f"{words[0]}: {done.output}")

    def first_sign_in(self, sheet: str) -> None:
        """Each slip of a sheet is used once: the slip, then a password."""
        for user, digits, slip in re.findall(SLIP, sheet, re.DOTALL):
            self.users[user] = user + digits
            client = self._client(user)
            typed = {"user": user + digits, "slip": slip}
            _expect(client.post("/first-sign-in", data=typed), "/first-sign-in", 303)
            client.post("/first-sign-in/password", data={"password": PASSWORD})

    def approve_providers(self, second: Visitor, managers: Sequence[Visitor]) -> None:
        """Approve every pending provider, as the second person, with the code that its manager reads out."""
        codes = {str(each.organization): _spoken_code(each.page("/listings")) for each in managers}
        form = (
            r'action="(/approvals/organizations/([^"/]+)/[^"]+)">\s*<input type="hidden" name="seen" value="([^"]+)"'
            r'.*?name="(code\.[^"]+)"'
        )
        for path, provider, seen, spoken in re.findall(form, second.page("/approvals"), re.DOTALL):
            second.post(path, seen=seen, **{spoken: codes[provider]})

    def visit(self, person: Person | str) -> Visitor:
        """Sign in on the page, which sets the browser's cookie; for an account without a second factor."""
        user = person if isinstance(person, str) else person.user
        client = self._client(user)
        typed = {"user": self.users[user], "password": PASSWORD}
        _expect(client.post("/sign-in", data=typed), "/sign-in", 303)
        session = _expect(client.get("/api/session"), "/api/session", 200).get_json()
        return Visitor(client, UUID(session["organization"]))

    def _client(self, user: str) -> FlaskClient:
        client = self.app.test_client()
        number = sum(ord(letter) * 31**at for at, letter in enumerate(user)) % 250**2
        client.environ_base["REMOTE_ADDR"] = f"10.1.{number // 250}.{number % 250}"
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        return client


def _spoken_code(page: str) -> str:
    """The code on a manager's page of services."""
    return "".join(re.findall(r"<span>([A-Z0-9]{4})</span>", page.partition('id="code"')[2].partition("</p>")[0]))


def _expect(answer: TestResponse, path: str, *statuses: int) -> TestResponse:
    if answer.status_code not in statuses:
        errors = re.findall(r'class="error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
        raise Refused(f"{path}: {answer.status_code} {errors or answer.text[:500]}")
    return answer
