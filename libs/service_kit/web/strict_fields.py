"""Marshmallow fields that take a JSON value of their own type alone: what is sent is what the document says.

That fields which a schema does not know are refused: `load` of `parsing.py`.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields


class StrictBoolean(fields.Boolean):
    """`true` or `false`, and nothing that looks like them: not `0`, not `"no"`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)
