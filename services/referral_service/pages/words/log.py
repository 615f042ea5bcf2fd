"""Words for the audit log of this service: what was done, by its action, and what it is about, by its kind."""

from collections.abc import Mapping

from referral_service.pages.words.acts import HAPPENED
from service_kit.translations import N_
from setu.log_words import ACTION_WORDS, OBJECT_WORDS

NOT_RECORDED = frozenset({"ask-void", "emergency", "expire"})
"""Of what a history says: acts that the log has by another name, and the clock's, which no log has."""
LOG_ACTION: Mapping[str, str] = {
    **ACTION_WORDS,
    **{f"referral.{event}": words for event, words in HAPPENED.items() if event not in NOT_RECORDED},
    "card.lost": N_("Reported a sheet of cards as lost"),
    "card.order": N_("Ordered printed cards"),
    "card.print": N_("Made cards to print"),
    "card.send": N_("Sent printed cards"),
    "desk.answer": N_("Made the letter to a legal demand"),
    "desk.certificate": N_("Printed a certificate of erasure"),
    "desk.decide": N_("Decided a request at the desk"),
    "desk.open": N_("Wrote down a request at the desk"),
    "desk.report": N_("Wrote the report on a danger to life"),
    "desk.told": N_("Noted who was told of a data breach"),
    "referral.card-shown": N_("Found a referral by the card that the person showed"),
    "referral.fit.read": N_("Let Setu look which services fit"),
    "referral.forward": N_("Forwarded, or asked to be forwarded"),
    "referral.identity.read": N_("Looked at who the person is"),
    "referral.key.bring-back": N_("A lost key was put back from its copy"),
    "referral.key.destroy": N_("A key was destroyed"),
    "referral.key.give-up": N_("A key that nobody has any more was given up"),
    "referral.key.make": N_("A key was made"),
    "referral.key.retire": N_("A key was retired"),
    "referral.key.rewrap": N_("Records were put under the new key"),
    "referral.notes.read": N_("Looked at case notes"),
    "referral.sent.list": N_("Looked at a list of the prison's health staff"),
    "referral.sent.read": N_("Looked at a referral of the prison's health staff"),
    "referral.submit": N_("Sent a referral"),
    "referral.void": N_("Cancelled as a mistake, or told the coordinator that it is one"),
    "referral.voice": N_("Said by card how it went"),
    "team.hand-over": N_("Handed a colleague's work over"),
}
"""Action → what it was; those of the life cycle say what a history says."""
LOG_OBJECT: Mapping[str, str] = {
    **OBJECT_WORDS,
    "card": N_("card"),
    "card_order": N_("order of cards"),
    "card_sheet": N_("sheet of cards"),
    "desk_request": N_("request at the desk"),
    "key": N_("key"),
    "referral": N_("referral"),
    "unit": N_("unit"),
}
