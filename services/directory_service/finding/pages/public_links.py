"""Addresses of the public pages as they are passed on: whole, stable, and in a language where one is asked for.

A page's own address has no language: readers get theirs. `?lang=hi` is the same page in Hindi, to send to somebody
whose phone is set to another language, and what search engines are told; links inside such a page keep to it.
"""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, has_request_context, request

from service_kit.web.html.i18n import PARAMETER
from service_kit.web.site import own_base
from setu.languages import SCREEN_LANGUAGES

_KEEP = frozenset({"find_help.front", "find_help.search", "find_help.results", "service.show"})


def public_url(path: str, **query: object) -> str:
    """The whole address of a public page of the directory; `path` begins with a slash."""
    asked = urlencode(query)
    return f"{own_base()}{path}{'?' if asked else ''}{asked}"


def in_every_language(path: str, **query: object) -> list[tuple[str, str]]:
    """Pairs of `hreflang` and address: each language, and `x-default` for the address without one."""
    each = [(tag, public_url(path, **query, **{PARAMETER: tag})) for tag in SCREEN_LANGUAGES]
    return [*each, ("x-default", public_url(path, **query))]


def asked_language() -> str | None:
    """The language that the address of this page names."""
    asked = request.args.get(PARAMETER) if has_request_context() else None
    return asked if asked in SCREEN_LANGUAGES else None


def links_of(path: str, **query: object) -> dict[str, Any]:
    """What a public page says of itself: `canonical` and `alternates`."""
    asked = asked_language()
    named = {PARAMETER: asked} if asked else {}
    return {"canonical": public_url(path, **query, **named), "alternates": in_every_language(path, **query)}


def carry_language(blueprint: Blueprint) -> None:
    """Let links among the public pages keep the language of the address."""

    @blueprint.app_url_defaults
    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in _KEEP and (asked := asked_language()):
            values.setdefault(PARAMETER, asked)
