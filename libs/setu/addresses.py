"""Addresses: the settings that tell where each service is. Every service knows the public base of all three."""

from collections.abc import Mapping

SETTINGS: Mapping[str, str] = {
    "directory": "SETU_DIRECTORY_URL",
    "referral": "SETU_REFERRAL_URL",
    "notification": "SETU_NOTIFICATION_URL",
}
DIRECTORY_INSIDE = "SETU_DIRECTORY_INSIDE_URL"
"""Where the other two reach the directory itself, if not by its public base: behind a gateway, for one."""
