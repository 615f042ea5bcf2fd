"""Identifiers of what hangs below a record: the same input gives the same UUID, on every machine, for ever.

HSDS wants a UUID on each nested object. A random one would change the document, and its ETag, at each rendering.
"""

from uuid import UUID, uuid5

NAMESPACE = UUID("6d1f3c0a-6a55-5a0e-9a6b-2d3c7f0b5e11")


def nested_id(*path: object) -> str:
    """The UUIDv5 of a path such as (service id, "phone", 0)."""
    return str(uuid5(NAMESPACE, "/".join(str(step) for step in path)))


def without_gaps(document: dict[str, object]) -> dict[str, object]:
    """Leave out what is unknown: the standard's schemas forbid null."""
    return {key: value for key, value in document.items() if value is not None}
