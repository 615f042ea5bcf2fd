"""Words for the audit log of this service: what was done, by its action, and what it is about, by its kind."""

from collections.abc import Mapping

from service_kit.translations import N_
from setu.log_words import ACTION_WORDS, OBJECT_WORDS

LOG_ACTION: Mapping[str, str] = {
    **ACTION_WORDS,
    "absence.given_back": N_("Stands in for a colleague no longer"),
    "absence.taken_up": N_("Stands in for a colleague who is away"),
    "resend": N_("Sent a message again"),
    "suppression.add": N_("Stopped messages to an address"),
    "suppression.remove": N_("Let messages to an address go again"),
    "webhook.change": N_("Changed a webhook endpoint"),
    "webhook.disable": N_("Turned a webhook endpoint off"),
    "webhook.enable": N_("Turned a webhook endpoint on"),
    "webhook.make": N_("Made a webhook endpoint"),
    "webhook.remove": N_("Removed a webhook endpoint"),
    "webhook.replay": N_("Sent the webhooks of a time again"),
    "webhook.resend": N_("Sent a webhook again"),
    "webhook.rotate": N_("Made a new secret for a webhook endpoint"),
    "webhook.try_now": N_("Tried a webhook now"),
    "webhook.test": N_("Sent a test to a webhook endpoint"),
}
LOG_OBJECT: Mapping[str, str] = {
    **OBJECT_WORDS,
    "address": N_("address, as a digest"),
    "delivery": N_("message"),
    "webhook": N_("webhook"),
    "webhook_endpoint": N_("webhook endpoint"),
}
