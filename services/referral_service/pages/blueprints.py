"""Blueprints of all screens and the menu's numbers, for `create_app`; and what screens share."""

from flask import Blueprint

from referral_service.pages import (
    appointments,
    audit_log,
    card_orders,
    children,
    custody_day,
    figures,
    home,
    in_person,
    inbox,
    inbox_tag,
    leaving_tasks,
    new_referral,
    overdue,
    privacy,
    release,
    sent,
    team,
    template_globals,
    unit_cards,
    voices,
    with_card,
    withdraw,
)
from referral_service.pages.coordinator import nobody_home, one_unanswered, today, unanswered, unmet_need
from referral_service.pages.desk import (
    breaches,
    by_code,
    decisions,
    demands,
    desk_list,
    emergencies,
    erasure_certificate,
)
from referral_service.pages.new_referral import done
from service_kit.web import robots
from service_kit.web.html.menu_counts import MenuCounts
from service_kit.web.parked_pages import ParkedPages, parked_pages
from setu.log_words import LOGS
from setu.roles import DATA_OFFICER

shared = Blueprint(
    "referral",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/referral",
)
shared.record_once(lambda setup: template_globals.install(setup.app.jinja_env))
PAGES = (
    shared,
    home.blueprint,
    new_referral.blueprint,
    done.blueprint,
    sent.blueprint,
    release.blueprint,
    custody_day.blueprint,
    inbox.blueprint,
    in_person.blueprint,
    leaving_tasks.blueprint,
    with_card.blueprint,
    children.blueprint,
    withdraw.blueprint,
    privacy.blueprint,
    figures.blueprint,
    today.blueprint,
    unanswered.blueprint,
    one_unanswered.blueprint,
    nobody_home.blueprint,
    voices.blueprint,
    audit_log.blueprint,
    parked_pages(ParkedPages(DATA_OFFICER, LOGS)),
    desk_list.blueprint,
    by_code.blueprint,
    erasure_certificate.blueprint,
    demands.blueprint,
    decisions.blueprint,
    emergencies.blueprint,
    breaches.blueprint,
    unmet_need.blueprint,
    overdue.blueprint,
    team.blueprint,
    appointments.blueprint,
    unit_cards.blueprint,
    card_orders.blueprint,
    robots.blueprint,
)
COUNTS = MenuCounts(
    {
        "/leaving": custody_day.count_waiting,
        "/inbox": inbox.count_waiting,
        "/children": children.count_waiting,
        "/inbox/leaving": leaving_tasks.count_waiting,
        "/today": unanswered.count_waiting,
        "/overdue": overdue.count_waiting,
        "/desk": desk_list.count_waiting,
        "/card-orders": card_orders.count_waiting,
    },
    inbox_tag.counts_tag,
)
