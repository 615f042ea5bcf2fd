"""The attack's own table of who may use which route, beside what the routes themselves say."""

from importlib import import_module

import pytest

from attack.expectations import EVERYBODY, PEOPLE, allowed
from attack.url_maps import Route, routes_of
from service_kit.identity import KEY_ROLE
from service_kit.web.access.require import access_of
from service_kit.web.html.navigation import COUNTS
from setu.navigation import MENU
from setu.roles import TITLES
from support.fresh_databases import Urls

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize("service", ["directory", "referral", "notification"])
def test_the_table_and_the_routes_say_the_same(settings_env, monkeypatch, service):
    """A new route needs a line in both, so that somebody thinks twice about who may use it."""
    for name, value in settings_env(service, Urls(NOWHERE, NOWHERE, NOWHERE, NOWHERE)).items():
        monkeypatch.setenv(name, value)
    app = import_module(f"{service}_service.app").create_app()
    endpoints = {
        (rule.rule, method): rule.endpoint for rule in app.url_map.iter_rules() for method in rule.methods or ()
    }

    for route in routes_of(service, app):
        access = access_of(app, endpoints[route.rule, route.method], route.method)
        marked = EVERYBODY if access.is_public else (access.roles - {KEY_ROLE} or PEOPLE)
        assert allowed(route) == marked, (
            f"{route}: ops/attack/expectations.py, a line above the first that fits; None: none does"
        )


def test_the_menu_shows_a_link_and_asks_for_its_number_only_where_the_role_may_have_both():
    for item in MENU:
        for path in (item.path, COUNTS) if item.counted else (item.path,):
            may = allowed(Route(item.service, "GET", path))
            assert PEOPLE.intersection(item.roles or TITLES) <= may, (item.text, path)
