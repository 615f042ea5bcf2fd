"""URL maps of the three services, read from applications that are made as the running ones were."""

from collections.abc import Iterator

from flask import Flask

from attack.expectations import Route
from directory_service import settings as directory_settings
from directory_service.app import create_app as create_directory
from local_stack.layout import SERVICES
from local_stack.process_environments import Environments
from notification_service import settings as notification_settings
from notification_service.app import create_app as create_notification
from referral_service import settings as referral_settings
from referral_service.app import create_app as create_referral


def applications(environments: Environments) -> dict[str, Flask]:
    """The three applications; nothing is asked of them but their maps."""
    quiet = {"SETU_LOG_LEVEL": "WARNING"}  # they set up this process's logs too
    given = {service: environments.of(service, "web") | quiet for service in SERVICES}
    return {
        "directory": create_directory(directory_settings.load(given["directory"])),
        "referral": create_referral(referral_settings.load(given["referral"])),
        "notification": create_notification(notification_settings.load(given["notification"])),
    }


def routes_of(service: str, app: Flask) -> Iterator[Route]:
    """Each method of each rule, but for what Flask answers by itself."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(service, method, rule.rule)
