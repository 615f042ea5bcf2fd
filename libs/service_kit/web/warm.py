"""Warm-up of a web process before its workers are forked, so that they share what each would otherwise make."""

from flask import Flask, render_template

from service_kit.web.openapi.document import document_of


def warm(app: Flask) -> None:
    """Compile every template, load every language and make the OpenAPI document; asks no database."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for language in app.extensions["setu_site"].languages:
        with app.test_request_context(headers={"Accept-Language": language}):
            render_template("kit/problem.html", slug="", problem_title="", what_to_do="")
    document_of(app)
