"""Routes of a list: GET with the parameters in the address, POST with the same in a body, and the documents of both."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Response

from directory_service.hsds.api.list_query import InBody
from directory_service.hsds.api.public_reading import AS_LINES
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.cors import any_origin

Request = TypeVar("Request")


def list_routes(
    blueprint: Blueprint,
    path: str,
    query_schema: type[Any],
    page_schema: type[Any],
    answer: Callable[[Request], Response],
    also: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Register both under `path`, open to everybody of any origin.

    `query_schema` is a `ListQuery`; `answer` gets the request that it makes, and lends the document its docstring.
    `also`: contents that it may answer beside JSON and NDJSON, by content type.
    """
    name = query_schema.__name__.removesuffix("Query")
    plural = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    in_body = type(f"{name}Search", (InBody, query_schema), {"__doc__": "The same in a body."})

    def answer_address(wanted: Request) -> Response:
        return answer(wanted)

    def answer_body(wanted: Request) -> Response:
        """The same search with the parameters in the body, so that they stand in no log and no history."""
        return answer(wanted)

    answer_address.__doc__ = answer.__doc__
    others = {200: {"content": {**AS_LINES, **also}}}
    for method, view, schema, location in (
        ("GET", answer_address, query_schema, "query"),
        ("POST", answer_body, in_body, "json"),
    ):
        documented = blueprint.response(200, page_schema)(blueprint.doc(responses=others)(view))
        read = blueprint.arguments(schema, location=location)(documented)
        endpoint = f"{'search' if method == 'POST' else 'list'}_{plural}"
        blueprint.route(path, methods=[method], endpoint=endpoint)(public(any_origin(read)))
