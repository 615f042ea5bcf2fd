"""Addresses: the setting that tells the public base of each service. Every service knows all three."""

from collections.abc import Mapping

SETTINGS: Mapping[str, str] = {
    "directory": "SETU_DIRECTORY_URL",
    "referral": "SETU_REFERRAL_URL",
    "notification": "SETU_NOTIFICATION_URL",
}
