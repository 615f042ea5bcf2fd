"""What the use cases of accounts need besides the database: ids, keys and the signer of session tokens.

One small bundle, so that web, worker and command line hand in the same thing. Not a container to grow.
"""

from dataclasses import dataclass
from typing import cast

from directory_service.finding.store.search.reader import SearchIndex
from directory_service.settings import Settings
from service_kit.ids import Ids, SystemIds
from service_kit.keyring import Keyring, MacKey
from service_kit.web.access.tokens import SessionTokens
from service_kit.web.context import ServiceContext, context


@dataclass(frozen=True)
class Dependencies:
    """`tokens` is None where nothing is signed (worker, commands)."""

    ids: Ids
    mac: MacKey
    keyring: Keyring
    member_box_public_key: str
    tokens: SessionTokens | None = None

    @classmethod
    def from_settings(
        cls, settings: Settings, ids: Ids | None = None, tokens: SessionTokens | None = None
    ) -> "Dependencies":
        """The tools of a process; the web process gives the signer of its sessions."""
        return cls(
            ids or SystemIds(), MacKey(settings.mac_key), Keyring(settings.kek), settings.member_box_public_key, tokens
        )


@dataclass(frozen=True)
class DirectoryContext(ServiceContext):
    """The web process's context with the tools of accounts and the index of the listings."""

    account_tools: Dependencies | None = None
    index: SearchIndex | None = None


def dependencies() -> Dependencies:
    """The tools of the running web application. Raises RuntimeError where it was made without."""
    found = cast("DirectoryContext", context()).account_tools
    if found is None:
        raise RuntimeError("the application was made without account tools")
    return found


def search_index() -> SearchIndex:
    """The search index of the running web application. Raises RuntimeError where it was made without."""
    found = cast("DirectoryContext", context()).index
    if found is None:
        raise RuntimeError("the application was made without a search index")
    return found
