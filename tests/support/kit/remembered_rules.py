"""Routes that are compiled once in a process: most tests make an application, and its hundreds of routes cost the most.

Use: `Flask.url_rule_class = RememberedRule` before the first application. What a route does is unchanged; what it was
compiled to is taken over from the first one that was written alike.
"""

from types import MethodType
from typing import Any

from werkzeug.routing import Rule

_COMPILED: dict[tuple[Any, ...], tuple[dict[str, Any], frozenset[str]]] = {}


class RememberedRule(Rule):
    """A memoised Rule: same text, same defaults and same converters, same compiled form."""

    def compile(self) -> None:
        alike = (self.rule, self.host, self.subdomain, self.merge_slashes, repr(self.defaults))
        key = (*alike, *self.map.converters.items())
        if key not in _COMPILED:
            before = dict(vars(self))
            super().compile()
            made = {name: value for name, value in vars(self).items() if value is not before.get(name)}
            _COMPILED[key] = made, frozenset(self.arguments)
            return
        made, arguments = _COMPILED[key]
        self.arguments |= arguments
        for name, value in made.items():
            setattr(self, name, MethodType(value.__func__, self) if isinstance(value, MethodType) else value)
