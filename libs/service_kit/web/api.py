"""The JSON side's blueprint: flask-smorest for the OpenAPI document, our own parser for what comes in.

`@blp.arguments(Schema)` reads the body by `parsing.json_body`, `@blp.arguments(Schema, location="query")` by
`parsing.query`; wrong input becomes our problems. Answers: `@blp.response(200, Schema)` documents and serializes, or
return a Response yourself (`alt_response` documents). `@blp.doc(...)` for the rest.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

import flask_smorest
from flask import Request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from service_kit.web.parsing import field_errors, json_body, load, query, reads_query
from service_kit.web.problems import WORDS, Problem

View = TypeVar("View", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Reads through `parsing`, so that there is one way in, and names the field of what it refuses."""

    def use_args(self, argmap: Any, req: Any = None, *, location: str | None = None, **options: Any) -> Any:
        """A body or query goes to the schema without webargs' ways between: every request pays for them."""
        if location not in {"json", "query"}:
            return super().use_args(argmap, req, location=location, **options)

        def decorate(view: View) -> View:
            @wraps(view)
            def with_arguments(*given: Any, **named: Any) -> Any:
                read = load(argmap, json_body()) if location == "json" else query(argmap)
                return view(*given, read, **named)

            return cast("View", with_arguments if location == "json" else reads_query(with_arguments))

        return decorate

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002 - webargs' signature
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None = None,  # noqa: ARG002
        error_headers: Any = None,  # noqa: ARG002
    ) -> NoReturn:
        """Turn marshmallow's messages into the 400 problem."""
        messages = next(iter(error.messages.values()))  # type: ignore[union-attr]  # webargs nests by location
        raise Problem(400, "bad-query", WORDS["bad-query"][1], list(field_errors(messages))) from None


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """A resource's routes under `/api`: `Blueprint("orders", __name__, url_prefix="/api/orders")`.

    The methods below only give flask-smorest's decorators their types.
    """

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view under the rule (`methods`, `endpoint`, `parameters`, …)."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view for GET."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view for POST."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view for PUT."""
        return self.route(rule, methods=["PUT"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view for DELETE."""
        return self.route(rule, methods=["DELETE"], **options)

    def arguments(
        self, schema: type[Schema] | Schema, *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """Hand the view what the schema reads from the body or, `location="query"`, from the address."""
        return cast("Callable[[View], View]", super().arguments(schema, location=location, **options))

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Serialize what the view returns and document it."""
        return cast("Callable[[View], View]", super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, response: Any = None, **options: Any) -> Callable[[View], View]:
        """Document one more answer."""
        return cast("Callable[[View], View]", super().alt_response(status_code, response, **options))

    def doc(self, **options: Any) -> Callable[[View], View]:
        """Add to the operation's documentation by hand."""
        return cast("Callable[[View], View]", super().doc(**options))
