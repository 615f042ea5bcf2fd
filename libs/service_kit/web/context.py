"""Context of the running application: what `create_app` handed in, found again by every view."""

from typing import TypeVar, cast

from flask import current_app

from service_kit.context import ServiceContext

Kind = TypeVar("Kind")


def context() -> ServiceContext:
    """Return the context of the running application; raises RuntimeError outside of a request or app context."""
    found: ServiceContext = current_app.extensions["setu"]
    return found


def dependency(kind: type[Kind]) -> Kind:
    """Return the service's own object of this type that `create_app` handed in. Raises KeyError where it did not."""
    return cast("Kind", current_app.extensions["setu_dependencies"][kind])
