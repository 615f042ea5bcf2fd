"""Blueprints of all screens, for `create_app`, and what they share (templates, the few own styles)."""

from flask import Blueprint

from referral_service.pages import (
    appointments,
    card_orders,
    children,
    custody_day,
    figures,
    home,
    in_person,
    inbox,
    leaving_tasks,
    new_referral,
    nobody_home,
    one_unanswered,
    overdue,
    release,
    sent,
    team,
    template_globals,
    today,
    unanswered,
    unit_cards,
    unmet_need,
    voices,
    with_card,
    withdraw,
)
from referral_service.pages.desk import breaches, by_code, decisions, demands, desk_list, emergencies
from referral_service.pages.new_referral import done
from service_kit.web import robots

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
    figures.blueprint,
    today.blueprint,
    unanswered.blueprint,
    one_unanswered.blueprint,
    nobody_home.blueprint,
    voices.blueprint,
    desk_list.blueprint,
    by_code.blueprint,
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
