"""Check what is wished of a webhook endpoint: its address, which is looked up, and what it subscribes to.

Runs with no transaction open, since a look-up may take seconds. Each refusal is one of a few words; `FAULTS` says what
to do about it, on pages and in the API alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notification_service.domain.webhook_addresses import AddressRefused
from notification_service.domain.webhook_types import LONGEST_DESCRIPTION, types_for
from notification_service.outside.webhook_resolver import WebhookAddresses
from service_kit.identity import KEY_ROLE, Principal
from service_kit.translations import N_

FAULTS: Mapping[str, str] = {
    "not_an_address": N_("Enter a whole address, such as https://hooks.example.org/setu."),
    "not_https": N_("The address must begin with https://."),
    "user_name": N_("Leave user name and password out of the address; the signature proves who sends."),
    "not_a_name": N_("Enter a name, such as hooks.example.org, not a number or a short name."),
    "port": N_("Use port 443 or 8443."),
    "not_public": N_("No public address is known for this name. Webhooks go to public addresses only."),
    "types": N_("Choose at least one kind of event that it shall be told of."),
    "description": N_("Use at most 80 characters."),
    "too_many": N_("So many endpoints exist that no other can be added. Remove one that nobody needs."),
}
"""Word of a refusal → what to do about it."""


class WishRefused(Exception):
    """Nothing was stored. `faults`: field → word."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class EndpointWish:
    """What an endpoint shall be; its address never appears in `repr`."""

    url: str
    types: Sequence[str]
    description: str = ""

    def __repr__(self) -> str:
        return "EndpointWish(…)"


def check_endpoint_wish(who: Principal, wish: EndpointWish, addresses: WebhookAddresses) -> None:
    """Raises WishRefused, with its faults in the order of the form's fields."""
    faults = {}
    try:
        addresses.pin(wish.url)
    except AddressRefused as refused:
        faults["url"] = refused.word
    if len(wish.description) > LONGEST_DESCRIPTION:
        faults["description"] = "description"
    allowed = types_for(who.organization_kind, by_key=who.role == KEY_ROLE)
    if not wish.types or not set(wish.types) <= set(allowed):
        faults["types"] = "types"
    if faults:
        raise WishRefused(faults)
