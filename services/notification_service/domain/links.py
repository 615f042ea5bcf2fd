"""Where a notice points to: an opaque id on the other service's own page, nothing that says what it is about."""

from dataclasses import dataclass
from uuid import UUID

from notification_service.domain.notices import Place


@dataclass(frozen=True, slots=True)
class Links:
    """The public bases of the services that a notice may point to, without trailing slashes."""

    referral_url: str
    directory_url: str

    def to(self, place: str, referral_id: UUID | None) -> str:
        """Return the address that a person opens; signing in there decides what is shown."""
        if place in {Place.LISTINGS, Place.APPROVALS}:
            return f"{self.directory_url}/{Place(place).value}"
        if place == Place.ACCOUNT or referral_id is None:
            return f"{self.directory_url}/account"
        return f"{self.referral_url}/{Place(place).value}/{referral_id}"
