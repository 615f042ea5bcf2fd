"""`/api/session`: sign in, look whether a session stands, switch the membership, show a second factor, sign out.

For scripts and integrators' tools: the token comes back in the body and goes into `Authorization: Bearer`. Browsers
sign in on the pages, which set the cookie; where one switches or shows a second factor here, the answer sets its cookie
anew and has no token: no script reads what the cookie holds. 401 `bad-credentials` says the same for every wrong thing.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, after_this_request
from marshmallow import Schema, fields, validate

from directory_service.accounts.api.callers import address, device, device_token, keep_device_token
from directory_service.accounts.domain.api_keys import WEBHOOKS
from directory_service.accounts.domain.conflicting_roles import RolesClash
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    NoMembership,
    NotYourMembership,
    OrganizationPending,
    OrganizationRefused,
    SecondFactorRequired,
    TooManyTries,
)
from directory_service.accounts.use_cases.count_attempts import Caller
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.known_devices import remember_account
from directory_service.accounts.use_cases.sessions import SignedIn, mint_bearer_token, mint_cookie_token
from directory_service.accounts.use_cases.sign_in import Attempt, sign_in
from directory_service.accounts.use_cases.sign_out import sign_out
from directory_service.accounts.use_cases.step_up import step_up
from directory_service.accounts.use_cases.switch_membership import switch_membership
from service_kit.errors import FieldError, Invalid, TooMany
from service_kit.identity import Principal
from service_kit.translations import N_
from service_kit.web.access.require import principal, public, require
from service_kit.web.access.session_cookie import set_session_cookie
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.problems import Problem, register_problem_type, unauthenticated
from setu import roles

register_problem_type(
    "both-sides",
    N_("One account, two sides"),
    N_("This account has roles on both sides, so nobody can sign in with it. Ask your coordinator."),
)
register_problem_type(
    "never-together",
    N_("Roles that nobody may have together"),
    N_("This account has roles that nobody may have together, so nobody can sign in with it. Ask your coordinator."),
)
register_problem_type(
    "no-membership",
    N_("No place to work in"),
    N_("This account belongs to no active organisation now. Ask the person who made the account."),
)

blueprint = Blueprint("session", __name__, url_prefix="/api/session", description="Signing in and out")
Result = TypeVar("Result")


class Credentials(Schema):
    """What a sign-in sends: a user name, phone number or mail address, the password, and a code where one is asked."""

    user = fields.String(required=True, validate=validate.Length(1, 254))
    password = fields.String(required=True, validate=validate.Length(1, 1024))
    code = fields.String(validate=validate.Length(1, 40))
    membership = fields.UUID()


class Switch(Schema):
    """The membership to go on in."""

    membership = fields.UUID(required=True)


class Code(Schema):
    """A code of the authenticator app, or an unused one of the printed sheet."""

    code = fields.String(required=True, validate=validate.Length(1, 40))


class MembershipOut(Schema):
    """One membership that the person may switch to."""

    id = fields.UUID(required=True)
    organization = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(roles.ROLES)))


class SessionOut(Schema):
    """A signed token, good until `expires_at` (UTC) or until the session is ended."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    memberships = fields.List(fields.Nested(MembershipOut), required=True)


class ContinuedSessionOut(SessionOut):
    """The token with which the session goes on; null for whoever asked with the session cookie, which is set anew."""

    token = fields.String(required=True, allow_none=True)


class StandingOut(Schema):
    """What a token is good for, until `expires_at` (UTC) or until its session is ended."""

    membership = fields.UUID(required=True)
    organization = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted([*roles.ROLES, roles.INTEGRATOR])))
    expires_at = fields.AwareDateTime(required=True)


@blueprint.get("")
@require(*roles.PEOPLE, roles.INTEGRATOR, key_scope=WEBHOOKS, accepts_cookie_token=True)
@blueprint.response(200, StandingOut)
def get_session() -> Principal:
    """Look whether this session stands: 401 once it has ended. The other two services ask so while no events arrive."""
    return principal()


@blueprint.post("")
@public
@blueprint.arguments(Credentials)
@blueprint.response(201, SessionOut)
@blueprint.doc(security=[])
def post_session(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in."""
    attempt = Attempt(
        user=body["user"],
        password=body["password"],
        caller=Caller(address(), device_token()),
        device=device(),
        code=body.get("code"),
        membership=body.get("membership"),
    )
    done = or_problem(lambda: sign_in(context().db, dependency(Dependencies), attempt, context().clock.now()))
    token = remember_account(dependency(Dependencies), attempt.caller.device_token, done.principal.account)
    after_this_request(lambda response: keep_device_token(response, token))
    return _answer(done, mint_bearer_token(dependency(Dependencies), done.principal))


@blueprint.put("")
@require(*roles.PEOPLE)
@blueprint.arguments(Switch)
@blueprint.response(200, ContinuedSessionOut)
def put_session(body: dict[str, Any]) -> dict[str, Any]:
    """Go on in another of your memberships.

    Where the session cookie was sent the answer sets it anew, and `token` is null.
    """
    who = principal()

    def switch() -> SignedIn:
        with context().db.transaction(who.scope) as session:
            return switch_membership(session, who, body["membership"], context().clock.now())

    return _go_on(or_problem(switch), who)


@blueprint.delete("")
@require(*roles.PEOPLE)
@blueprint.response(204)
def delete_session() -> Response:
    """Sign out everywhere this session is known."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        sign_out(session, dependency(Dependencies), who, context().clock.now())
    return Response(status=204)


@blueprint.post("/second-factor")
@require(*roles.PEOPLE)
@blueprint.arguments(Code)
@blueprint.response(200, ContinuedSessionOut)
def post_second_factor(body: dict[str, Any]) -> dict[str, Any]:
    """Show a second factor, so that what needs a fresh one is open for 30 minutes.

    Where the session cookie was sent the answer sets it anew, and `token` is null.
    """
    who = principal()
    done = or_problem(lambda: step_up(context().db, dependency(Dependencies), who, body["code"], context().clock.now()))
    return _go_on(done, who)


def or_problem(act: Callable[[], Result]) -> Result:
    """The result, or the problem of the refusal."""
    try:
        return act()
    except BadCredentials:
        raise unauthenticated("bad-credentials") from None
    except SecondFactorRequired as refusal:
        detail = "" if refusal.enrolled else "No second factor is enrolled yet. Enrol one with a first-sign-in slip."
        raise unauthenticated("second-factor-required", detail) from None
    except TooManyTries as refusal:
        raise TooMany(refusal.seconds) from None
    except NotYourMembership:
        raise Invalid(FieldError("membership", "This is not an active membership of this account.")) from None
    except OrganizationPending:
        raise Problem(403, "no-membership", "Your organisation waits to be let in by a second person.") from None
    except OrganizationRefused:
        raise Problem(403, "no-membership", "Your organisation was not let in.") from None
    except NoMembership:
        raise Problem(403, "no-membership", "This account belongs to no active organisation.") from None
    except RolesClash as refusal:
        raise Problem(403, refusal.reason, str(refusal)) from None


def _go_on(done: SignedIn, who: Principal) -> dict[str, Any]:
    """The session goes on with a new token: in the body for a program, in the cookie alone for a browser."""
    if who.via != "cookie":
        return _answer(done, mint_bearer_token(dependency(Dependencies), done.principal))
    token = mint_cookie_token(dependency(Dependencies), done.principal)
    after_this_request(lambda response: set_session_cookie(response, token, done.principal.expires_at))
    return _answer(done, None)


def _answer(done: SignedIn, token: str | None) -> dict[str, Any]:
    memberships: list[dict[str, UUID | str]] = [
        {"id": one.id, "organization": one.organization, "role": one.role} for one in done.held
    ]
    return {"token": token, "expires_at": done.principal.expires_at, "memberships": memberships}
