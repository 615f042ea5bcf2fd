"""Files that a provider sent and has not confirmed yet. Nothing of one is in the directory; it is gone after a day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class ListingUpload(Base):
    """The file as it came. What it would change is worked out anew each time somebody looks.

    `takes_out`: services that are not in the file shall leave the directory; `confirms`: all in it is right today.
    """

    __tablename__ = "listing_upload"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    takes_out: Mapped[bool]
    confirms: Mapped[bool]
    sent_at: Mapped[datetime]
