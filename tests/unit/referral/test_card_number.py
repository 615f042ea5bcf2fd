"""Card numbers: what officers type from a printed card."""

from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.cards.card_number import as_card_number, card_number


@given(ordinal=st.integers(0, 9_999_999))
def test_a_number_is_read_back_with_and_without_hyphen(ordinal: int) -> None:
    number = card_number(ordinal)
    assert as_card_number(number) == as_card_number(number.replace("-", " ")) == number


@given(ordinal=st.integers(0, 9_999_999), place=st.integers(0, 7), digit=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(ordinal: int, place: int, digit: int) -> None:
    digits = list(card_number(ordinal).replace("-", ""))
    digits[place] = str((int(digits[place]) + digit) % 10)
    assert as_card_number("".join(digits)) is None


@given(text=st.text(max_size=20))
def test_anything_else_is_no_number_and_no_error(text: str) -> None:
    number = as_card_number(text)
    assert number is None or number == card_number(int(number[:7]))
