"""Application factory of the referral service: the whole web process on one screen."""

from collections.abc import Mapping

from flask import Flask

from referral_service import settings as configuration
from referral_service.api import (
    arrivals,
    consent_texts,
    figures,
    forward_choice,
    notes,
    referrals,
    team,
    transitions,
    voices,
    withdrawals,
)
from referral_service.domain.lifecycle import NotAllowed
from referral_service.outside.keyring_file import KeyringUnavailable
from referral_service.pages.blueprints import COUNTS, PAGES
from referral_service.settings import Settings
from referral_service.store.directory import districts_overseen, stands_in_for
from referral_service.store.districts import DistrictNames
from referral_service.store.frozen_figures import PlacesTold
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.read_identity import NotOpened
from service_kit import logs
from service_kit.clock import Clock, SystemClock
from service_kit.context import ServiceContext
from service_kit.cursor import BadCursor
from service_kit.db.engine import Database
from service_kit.ids import Ids
from service_kit.web.access.issuer_client import IssuerClient
from service_kit.web.app import build_app
from setu.roles import COORDINATOR, DATA_OFFICER
from setu.site import SITE

API = (
    referrals.blueprint,
    transitions.blueprint,
    notes.blueprint,
    forward_choice.blueprint,
    team.blueprint,
    withdrawals.blueprint,
    voices.blueprint,
    consent_texts.blueprint,
    arrivals.blueprint,
    figures.blueprint,
)
PROBLEMS: Mapping[type[Exception], tuple[int, str]] = {
    KeyringUnavailable: (503, "unavailable"),
    NotOpened: (409, "not-opened"),
    NotAllowed: (409, "conflict"),
    BadCursor: (400, "bad-query"),
}


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, ids: Ids | None = None, db: Database | None = None
) -> Flask:
    """The WSGI application; settings from the environment unless given. Opens no connection before it is asked."""
    settings = settings or configuration.load()
    logs.configure(settings.service, "web", settings.log_level)
    dependencies = Dependencies.from_settings(settings, ids)
    clock, db = clock or SystemClock(), db or Database(settings.database_url)
    context = ServiceContext(
        settings=settings,
        db=db,
        clock=clock,
        ids=dependencies.ids,
        mac=dependencies.mac,
        keyring=dependencies.keyring,
    )
    return build_app(
        __name__,
        context=context,
        site=SITE,
        api=API,
        pages=PAGES,
        problems=PROBLEMS,
        session_issuer=IssuerClient(settings.directory_inside),
        title="Setu referrals",
        dependencies=(dependencies, DistrictNames(db, clock), PlacesTold(db, clock)),
        more_districts={COORDINATOR: stands_in_for, DATA_OFFICER: districts_overseen},
        counts=COUNTS,
    )
