"""What a route says about API keys: the role of keys and the scope that a key needs, never one without the other."""

import pytest

from service_kit.web.access.require import require


def test_a_route_lets_keys_in_by_role_and_scope_together() -> None:
    require("provider_manager", "integrator", key_scope="listings:write")
    require("provider_manager")

    for roles, scope in ((("integrator",), ""), (("provider_manager",), "listings:write"), ((), "listings:write")):
        with pytest.raises(ValueError, match="go together"):
            require(*roles, key_scope=scope)
