"""Principal: who asks, as the claims of a signed session token, or what an API key stands for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

KEY_ROLE = "integrator"
"""The role of a program that presents an API key; no person has it."""


@dataclass(frozen=True)
class Scope:
    """On whose behalf a transaction runs. `districts` are LGD codes. Empty: row-level security lets nothing in."""

    organization: UUID | None = None
    account: UUID | None = None
    role: str | None = None
    districts: tuple[int, ...] = ()

    def settings(self) -> dict[str, str]:
        """The values of the four `setu.…` settings, '' where there is none."""
        return {
            "organization": str(self.organization or ""),
            "account": str(self.account or ""),
            "role": self.role or "",
            "districts": ",".join(map(str, self.districts)),
        }


@dataclass(frozen=True, slots=True)
class Principal:
    """One signed-in person in one membership, or a program with a key.

    Times are aware and UTC; `districts` are LGD codes.
    """

    account: UUID
    session: UUID
    membership: UUID
    organization: UUID
    organization_kind: str
    role: str
    districts: tuple[int, ...]
    language: str
    second_factor_at: datetime | None
    issued_at: datetime
    expires_at: datetime
    via: Literal["cookie", "bearer", "key"] = "bearer"
    since: datetime | None = None
    """The account's last reset: what it did before is not shown to whoever holds it now."""
    key_scopes: frozenset[str] = frozenset()
    """What an API key opens; routes name it in `@require(..., key_scope=)`. Empty for people."""
    is_pending: bool = False
    """Whether the organisation is not active yet: only what the application names as `open_while_pending` is open."""

    @property
    def scope(self) -> Scope:
        """The settings that row-level security reads in a transaction of this person."""
        return Scope(organization=self.organization, account=self.account, role=self.role, districts=self.districts)
