"""Who is asking: the claims of one signed session token, typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from service_kit.db.engine import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """One signed-in person in one membership. Times are aware and UTC; `districts` are LGD codes."""

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
    via: Literal["cookie", "bearer"] = "bearer"
    since: datetime | None = None
    """The account's last reset: what it did before is not shown to whoever holds it now."""

    @property
    def scope(self) -> Scope:
        """The settings that row-level security reads in a transaction of this person."""
        return Scope(organization=self.organization, account=self.account, role=self.role, districts=self.districts)
