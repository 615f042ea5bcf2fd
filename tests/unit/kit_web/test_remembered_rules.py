"""A route that was compiled for another application does what one of its own does."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from support.kit.remembered_rules import RememberedRule

RULES = (
    ("/things/<int:number>", "by_number", None),
    ("/things/<uuid:key>/parts/<path:rest>", "part", None),
    ("/things", "all", {"number": 1}),
)


class Plain(Flask):
    """Compiles every route anew."""

    url_rule_class = Rule


class Remembering(Flask):
    """Takes over what was compiled before."""

    url_rule_class = RememberedRule


def maps(kind: type[Flask], *endpoints: str) -> Iterator[Flask]:
    for suffix in endpoints:
        app = kind(__name__, static_folder=None)
        for rule, endpoint, defaults in RULES:
            app.add_url_rule(rule, endpoint + suffix, lambda **_: "", defaults=defaults)
        yield app


@pytest.mark.parametrize("suffix", ["", "_of_another"])
def test_it_matches_builds_and_refuses_as_any_other(suffix: str) -> None:
    *_, remembering = maps(Remembering, "_before", suffix)
    (plain,) = maps(Plain, suffix)
    asked, own = (app.url_map.bind("directory.test") for app in (remembering, plain))
    key = "01890a5d-ac96-774b-bcce-b302099a8057"
    for path in ("/things/7", f"/things/{key}/parts/a/b", "/things"):
        endpoint, values = asked.match(path)
        assert (endpoint, values) == own.match(path)
        assert asked.build(endpoint, values) == own.build(endpoint, values)
    for path in ("/things/seven", "/things/7/parts"):
        with pytest.raises(NotFound):
            asked.match(path)
    assert asked.build("all" + suffix, {"q": "x y"}) == own.build("all" + suffix, {"q": "x y"})
