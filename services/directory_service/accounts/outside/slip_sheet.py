"""Slips on paper: a page to print and cut, or plain text, readable by its owner alone. The service keeps none."""

import os
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Protocol

from setu.india import INDIA
from setu.roles import TITLES

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign-in slips</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem}}
section{{border:1px dashed;padding:1rem;margin:0 0 1rem;break-inside:avoid;max-width:30rem}}
code{{font:20px/1.4 monospace;letter-spacing:.05em}}</style></head><body>
{slips}
</body></html>
"""
_SLIP = """<section><p><strong>{name}</strong>{job}</p><p>Open <b>{address}</b><br>User name: <code>{user}</code><br>
Code: <code>{code}</code></p><p>Works once, until {until}. Do not show it to anybody.</p></section>"""


class Slip(Protocol):
    """What stands on a slip."""

    @property
    def name(self) -> str:
        """The member's own name."""

    @property
    def user_name(self) -> str:
        """What the member signs in with."""

    @property
    def role(self) -> str:
        """The role that begins with it, or ''."""

    @property
    def organization(self) -> str:
        """The name of the organisation where, or ''."""

    @property
    def code(self) -> str:
        """The code to type."""

    @property
    def expires_at(self) -> datetime:
        """Until when the code is good."""


def write_slip_sheet(path: Path, slips: Sequence[Slip], directory_url: str) -> None:
    """Write the slips as HTML (`.html`) or text, mode 0600. Raises FileExistsError: a sheet is never overwritten."""
    address = f"{directory_url}/first-sign-in"
    text = _html(slips, address) if path.suffix == ".html" else _text(slips, address)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _html(slips: Sequence[Slip], address: str) -> str:
    parts = (
        _SLIP.format(
            name=escape(slip.name),
            job="<br>" + escape(_job(slip)) if slip.role else "",
            address=escape(address),
            user=escape(slip.user_name),
            code=slip.code,
            until=_until(slip),
        )
        for slip in slips
    )
    return _PAGE.format(slips="\n".join(parts))


def _text(slips: Sequence[Slip], address: str) -> str:
    parts = (
        "\n".join(
            (
                slip.name,
                *([_job(slip)] if slip.role else []),
                f"Open {address}",
                f"User name: {slip.user_name}",
                f"Code: {slip.code}",
                f"Works once, until {_until(slip)}.\n",
            )
        )
        for slip in slips
    )
    return ("\n" + "-" * 40 + "\n\n").join(parts)


def _job(slip: Slip) -> str:
    return f"{TITLES[slip.role]}, {slip.organization}"


def _until(slip: Slip) -> str:
    return slip.expires_at.astimezone(INDIA).strftime("%d %B %Y %H:%M (India)")
