"""`/api/partnership/study-cards`: the cards as they are, and answers to a check, counted without an account."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from directory_service.partnership.domain.study_cards import CARDS, STATEMENTS, StudyCard, has_passed
from directory_service.partnership.use_cases.training.answer_study_card import answer_study_card
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from setu.roles import STUDY_READERS

blueprint = Blueprint("study_cards_api", __name__, url_prefix="/api/partnership", description="Self-study cards")


class StudyCardOut(Schema):
    """A card in English: facts, and five statements that are true or not."""

    code = fields.String(required=True, validate=validate.OneOf(tuple(CARDS)))
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    facts = fields.List(fields.String(), required=True)
    statements = fields.List(fields.String(), required=True)


class StudyCardsOut(Schema):
    """The five cards."""

    items = fields.List(fields.Nested(StudyCardOut), required=True)


class AnswersIn(Schema):
    """Whether each of the five statements is true."""

    answers = fields.List(
        fields.Boolean(truthy={True}, falsy={False}), required=True, validate=validate.Length(equal=STATEMENTS)
    )


class JudgedOut(Schema):
    """Whether each answer was right, and whether the card counts as understood."""

    right = fields.List(fields.Boolean(), required=True)
    passed = fields.Boolean(required=True)


@blueprint.route("/study-cards")
@require(*STUDY_READERS)
@blueprint.response(200, StudyCardsOut)
def list_study_cards() -> Response:
    """The cards."""
    return jsonify({"items": [_document(card) for card in CARDS.values()]})


@blueprint.route("/study-cards/<string:code>/answers", methods=["POST"])
@require(*STUDY_READERS)
@blueprint.arguments(AnswersIn)
@blueprint.response(200, JudgedOut)
def answer_card(body: dict[str, list[bool]], code: str) -> Response:
    """Judge a check's answers. What is kept: one more answer to the card in the district and month, passed or not."""
    if code not in CARDS:
        raise NotFound
    with context().db.transaction(principal().scope) as session:
        judged = answer_study_card(session, principal(), CARDS[code], body["answers"], context().clock.now())
    return jsonify({"right": judged, "passed": has_passed(judged)})


def _document(card: StudyCard) -> dict[str, Any]:
    return {
        "code": card.code,
        "version": card.version,
        "title": card.title,
        "facts": list(card.facts),
        "statements": [one.text for one in card.statements],
    }
