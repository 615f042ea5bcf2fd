"""Take in a provider's signed report: put it in the queue for the worker, whatever it is about.

Promises: the answer is the same for a message that is known, unknown or long gone, and for a report that came before;
an address that comes with a report is digested here and goes no further.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from notification_service.domain.callback_signatures import Callback, is_genuine
from notification_service.domain.notices import Channel
from notification_service.domain.reports import ReportWord
from notification_service.domain.stop_words import is_stop_word
from notification_service.store import reports
from notification_service.store.tables import ReportRow
from notification_service.use_cases.digest_address import Mac, digest_address
from service_kit.db.engine import Database

REPLY = "reply"


def keys_of(channel: Channel, keys: Mapping[str, bytes]) -> list[bytes]:
    """The keys that sign for a channel: those whose name begins with its word and a hyphen."""
    return [key for name, key in keys.items() if name.startswith(f"{channel.value}-")]


def is_from_provider(callback: Callback, channel: Channel, keys: Mapping[str, bytes], now: datetime) -> bool:
    """Whether one of the channel's keys signed it lately."""
    return is_genuine(callback, keys_of(channel, keys), now)


def take_report(
    db: Database, mac: Mac, channel: Channel, callback_id: str, said: Mapping[str, Any], now: datetime
) -> None:
    """Queue one report; `said` is the checked body: `report`, and `message` or `address`.

    A reply is one only if it is a stop word; what else somebody answered goes no further. An address counts of an SMS
    alone: the sender of a mail is whoever its writer says.
    """
    word, message = said["report"], said.get("message")
    address = said.get("address") if channel is Channel.SMS else None
    if word == REPLY:
        if not is_stop_word(said["text"]):
            return
        word = ReportWord.STOP.value
    with db.transaction() as session:
        reports.add(
            session,
            ReportRow(
                id=f"{channel.value} {callback_id}",
                channel=channel.value,
                word=word,
                delivery_id=message if isinstance(message, UUID) else None,
                digest=digest_address(channel, address, mac) if address else None,
                code=said.get("code"),
                received_at=now,
            ),
        )
