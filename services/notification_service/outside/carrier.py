"""Protocol of carriers: what a message is, and what anything that takes messages to people must promise.

A channel is one module here that keeps it. `send` returns when the provider has taken the message, and otherwise raises
one of two types, because what follows differs: temporary trouble is tried again, a permanent refusal is shown to a
person. Sending the same `Message` twice must carry the same id, so that a provider or a mailbox can drop the second.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


class DeliveryError(Exception):
    """A message was not taken. `word` is one of a few words for people; `code` is the provider's, where it gave one.

    Never carries the provider's text, which may quote an address.
    """

    def __init__(self, word: str, code: int | None = None) -> None:
        super().__init__(word)
        self.word = word
        self.code = code


class TemporaryError(DeliveryError):
    """It may work later: nobody answered, the mailbox is full, the provider asks to come back."""


class PermanentError(DeliveryError):
    """It will not work as it is: no such address, the message is refused."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `id` is the delivery's; `to` (a mail address, a number in E.164) never appears in `repr`."""

    id: UUID
    kind: str
    language: str
    to: str = field(repr=False)
    subject: str
    body: str
    dated: datetime


class Carrier(Protocol):
    """Something that carries messages on one channel."""

    def send(self, message: Message) -> None:
        """Hand the message over; raises TemporaryError or PermanentError."""
        ...
