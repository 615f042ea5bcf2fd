"""Access decorators: each route has one of `@require` and `@public`, checked before the request is read.

`@require("editor")` names the roles, `@require()` takes anybody signed in, `@public` takes everybody. A route
with neither stops the process at start (`check_routes`). The marks are enforced by `check_access`.

A program with an API key is let in only where a route names both its role and the scope that the key must have:
`@require("editor", "integrator", key_scope="orders:write")`. People are not asked for scopes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from service_kit.identity import KEY_ROLE, Principal
from service_kit.web import problems
from service_kit.web.access.sessions import whoever
from service_kit.web.cors import is_open

_MARK = "__setu_access__"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a route asks of its caller; `roles` empty means any signed-in person."""

    is_public: bool
    roles: frozenset[str] = frozenset()
    fresh_second_factor: bool = False
    vouched_for: bool = False
    key_scope: str = ""
    accepts_cookie_token: bool = False


def public(view: View) -> View:
    """Open a route to everybody, on purpose."""
    setattr(view, _MARK, Access(is_public=True))
    return view


def require(
    *roles: str,
    fresh_second_factor: bool = False,
    vouched_for: bool = False,
    key_scope: str = "",
    accepts_cookie_token: bool = False,
) -> Callable[[View], View]:
    """Let in only these roles (none: anybody signed in), where asked with a second factor just shown.

    `fresh_second_factor`: how fresh it is then stands in the file of that name.
    `vouched_for`: 503 while nobody can say whether the session was ended (`sessions.is_vouched_for`).
    `key_scope`: what an API key must have; it goes with the role of keys, and raises ValueError without.
    `accepts_cookie_token`: a browser's token is good as a bearer here, too, and not in its cookie alone.
    """
    if bool(key_scope) != (KEY_ROLE in roles):
        raise ValueError(f"{KEY_ROLE} and key_scope go together")
    access = Access(
        is_public=False,
        roles=frozenset(roles),
        fresh_second_factor=fresh_second_factor,
        vouched_for=vouched_for,
        key_scope=key_scope,
        accepts_cookie_token=accepts_cookie_token,
    )

    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark


def access_of(app: Flask, endpoint: str, method: str = "GET") -> Access | None:
    """Return the mark of an endpoint (of its method, for method views), or None where it has none."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Access(is_public=True)
    view = app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    handler = getattr(view_class, method.lower(), None) or (method == "HEAD" and getattr(view_class, "get", None))
    for candidate in (handler, view_class, view):
        mark = getattr(candidate, _MARK, None)
        if isinstance(mark, Access):
            return mark
    return None


def check_routes(app: Flask) -> None:
    """Raise RuntimeError at start for the first route that says neither `@require` nor `@public`.

    And for one that is open to every origin, but not to everybody.
    """
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            access = access_of(app, rule.endpoint, method)
            if access is None:
                raise RuntimeError(f"{method} {rule.rule} ({rule.endpoint}) has neither @require nor @public")
            if is_open(app, rule.endpoint) and not access.is_public:
                raise RuntimeError(f"{method} {rule.rule} ({rule.endpoint}) is @any_origin without @public")


def maybe_principal() -> Principal | None:
    """Return who is signed in, or None; on any route."""
    who = whoever()
    return who if isinstance(who, Principal) else None


def principal() -> Principal:
    """Return who is signed in; raises the 401 problem where nobody is."""
    who = maybe_principal()
    if who is None:
        raise problems.unauthenticated()
    return who
