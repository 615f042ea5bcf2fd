"""Dependencies of the use cases of accounts: ids, keys and the signer of session tokens.

One small bundle, so that web, worker and command line hand in the same thing. Not a container to grow.
"""

from dataclasses import dataclass

from directory_service.settings import Settings
from service_kit.ids import Ids, SystemIds
from service_kit.keyring import Keyring, MacKey
from service_kit.session_tokens import SessionTokens


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
        """The dependencies of a process; the web process gives the signer of its sessions."""
        return cls(
            ids or SystemIds(), MacKey(settings.mac_key), Keyring(settings.kek), settings.member_box_public_key, tokens
        )
