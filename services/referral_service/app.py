"""Application factory of the referral service: the whole web process on one screen."""

from flask import Flask

from referral_service import settings as configuration
from referral_service.api import arrivals, consent_texts, referrals, transitions, withdrawals
from referral_service.domain.lifecycle import NotAllowed
from referral_service.pages.blueprints import SCREENS
from referral_service.settings import Settings
from referral_service.use_cases.dependencies import (
    Dependencies,
    ReferralContext,
)
from referral_service.use_cases.errors import Gone, NotFound
from service_kit import logs
from service_kit.clock import Clock, SystemClock
from service_kit.db.engine import Database
from service_kit.ids import Ids, SystemIds
from service_kit.keyring import Keyring, MacKey
from service_kit.web.app import build_app

API = (
    referrals.blueprint,
    transitions.blueprint,
    withdrawals.blueprint,
    consent_texts.blueprint,
    arrivals.blueprint,
)
PROBLEMS = {NotFound: (404, "not-found"), Gone: (410, "gone"), NotAllowed: (409, "conflict")}


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, ids: Ids | None = None, db: Database | None = None
) -> Flask:
    """The WSGI application; settings from the environment unless given. Opens no connection before it is asked."""
    settings = settings or configuration.load()
    logs.configure("referral_service", "web", settings.log_level)
    ids, mac, keyring = ids or SystemIds(), MacKey(settings.mac_key), Keyring(settings.kek)
    context = ReferralContext(
        settings=settings,
        db=db or Database(settings.database_url),
        clock=clock or SystemClock(),
        ids=ids,
        mac=mac,
        keyring=keyring,
        dependencies=Dependencies(ids, mac, keyring, settings.times),
    )
    return build_app(__name__, context=context, api=API, pages=SCREENS, problems=PROBLEMS, title="Setu referrals")
