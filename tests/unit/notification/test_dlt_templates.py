"""A DLT template stands for the texts that are it word by word, but for its variables."""

import pytest

from notification_service.domain.dlt_templates import Registration, SmsText, Template

SMS = SmsText("new", "en", "Hello R-7KQ2-9XTC.")


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("Hello {#var#}.", True),
        ("Hello {#alphanumeric#}.", True),
        ("Hello {#var#}", True),  # a variable may hold the dot
        ("hello {#var#}.", False),
        ("Hello  {#var#}.", False),
        ("Hello {#var#}. ", False),
        ("Hello R-7KQ2-9XTC.", True),
        ("Hello .*", False),
    ],
)
def test_a_text_is_sent_as_it_was_registered_word_by_word(pattern: str, matches: bool) -> None:
    registered = Registration("1" * 19, "SETUIN", (Template("2" * 19, "en", pattern),))
    assert (registered.template_of(SMS) is not None) == matches


def test_a_variable_holds_thirty_characters_and_a_template_its_kinds_and_language() -> None:
    def of(**more: object) -> Registration:
        values = {"id": "2" * 19, "language": "en", "text": "Hello {#var#}.", **more}
        return Registration("1" * 19, "SETUIN", (Template(**values),))  # type: ignore[arg-type]  # one type each

    assert of().template_of(SmsText("new", "en", f"Hello {'x' * 30}."))
    assert not of().template_of(SmsText("new", "en", f"Hello {'x' * 31}."))
    assert not of(language="hi").template_of(SMS)
    assert not of(kinds=frozenset({"reminder"})).template_of(SMS)
    assert of(kinds=frozenset({"new"})).template_of(SMS)
