"""Refusal of a choice that cannot be."""


class BadChoice(ValueError):
    """A choice that cannot be: `field` is the form's, `word` says why."""

    def __init__(self, field: str, word: str) -> None:
        super().__init__(word)
        self.field = field
        self.word = word
