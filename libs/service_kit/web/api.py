"""Blueprint of the JSON side: flask-smorest for the OpenAPI document, our own parser for input.

`@blp.arguments(Schema)` reads the body by `parsing.json_body`, `@blp.arguments(Schema, location="query")` by
`parsing.query`; wrong input becomes our problems. Answers: `@blp.response(200, Schema)` documents and serializes, or
return a Response yourself (`alt_response` documents). `@blp.doc(...)` for the rest.
"""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, cast

import flask_smorest
from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from service_kit.errors import Invalid
from service_kit.web.parsing import field_errors, invalid_query, json_body, query_values, reads_query

View = TypeVar("View", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Reads through `parsing`, so that there is one way in, and names the field of what it refuses."""

    def load_json(self, _req: Request, _schema: Schema) -> dict[str, Any]:
        """The body, read strictly; raises the 413, 415, 400 or 422 problem."""
        return json_body()

    def load_querystring(self, _req: Request, schema: Schema) -> dict[str, Any]:
        """The parameters of the address; raises the 400 problem."""
        return query_values(schema)

    def handle_error(self, error: ValidationError, *_: Any, **_of_answer: Any) -> NoReturn:
        """Turn marshmallow's messages, which webargs nests by location, into the problem of that location."""
        messages: Any = error.messages
        if "json" in messages:
            raise Invalid(*field_errors(messages["json"])) from None
        raise invalid_query(messages["query"]) from None


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
        """Hand the view what the schema reads from the body or, `location="query"`, from the address.

        One instance serves every request: webargs would make one of a class each time, which copies all its fields.
        """
        made = schema if isinstance(schema, Schema) else schema()
        read: Callable[[View], View] = super().arguments(made, location=location, unknown=RAISE, **options)
        if location != "query":
            return read
        return lambda view: reads_query(read(view))

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Serialize what the view returns and document it."""
        return cast("Callable[[View], View]", super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, response: Any = None, **options: Any) -> Callable[[View], View]:
        """Document one more answer."""
        return cast("Callable[[View], View]", super().alt_response(status_code, response, **options))

    def doc(self, **options: Any) -> Callable[[View], View]:
        """Add to the operation's documentation by hand."""
        return cast("Callable[[View], View]", super().doc(**options))
