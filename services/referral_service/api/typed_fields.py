"""Marshmallow fields that read what was typed as the value that is stored, or say what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from referral_service.domain.cards.card_number import NOT_AN_UNUSED_CARD, as_card_number
from service_kit.phone_numbers import BadNumber, read_phone_number
from setu.phone_words import HOME_REGION, WORDS


class PhoneNumber(fields.String):
    """A number as people type it, in any script's digits; reads as E.164."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        try:
            return read_phone_number(typed, home=HOME_REGION)
        except BadNumber as bad:
            raise ValidationError(WORDS[bad.reason]) from None


class CardNumber(fields.String):
    """The number of a printed card as somebody typed it; reads as it is stored."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        number = as_card_number(super()._deserialize(value, attr, data, **kwargs))
        if number is None:
            raise ValidationError(NOT_AN_UNUSED_CARD)
        return number
