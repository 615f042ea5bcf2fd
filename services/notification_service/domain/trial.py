"""Rules of a trial: everything is planned and shown, and leaves for named test addresses alone.

A named address is a mail address, a phone number or the whole address of a webhook endpoint. What is held has an end of
its own (`TRIAL`), so that a trial that is over sends none of it.
"""

from collections.abc import Iterable, Mapping

from notification_service.domain.notices import Channel

TRIAL = "trial"
"""The state of a message that was held, and the word that says why."""


def read_test_addresses(value: str) -> frozenset[str]:
    """Return the addresses of a list with commas. Raises ValueError where one is none of the three kinds."""
    found = frozenset(filter(None, (each.strip() for each in value.split(","))))
    if not all("@" in each or each.startswith(("+", "http://", "https://")) for each in found):
        raise ValueError("must read name@host,+919800000000,https://host/path")
    return found


def addresses_by_channel(named: Iterable[str]) -> Mapping[Channel, frozenset[str]]:
    """Return the mail addresses and the numbers among them."""
    people = [each for each in named if not each.startswith(("http://", "https://"))]
    mails = frozenset(each for each in people if "@" in each)
    return {Channel.MAIL: mails, Channel.SMS: frozenset(people) - mails}
