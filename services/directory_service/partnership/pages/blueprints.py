"""Blueprints of the subject's screens, and the one that has their templates and scripts."""

from flask import Blueprint

shared = Blueprint(
    "partnership",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/partnership",
)
