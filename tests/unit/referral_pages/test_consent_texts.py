"""The words that are read aloud before consent: what was published stays, each language has all of them."""

import hashlib

import pytest

from referral_service.domain.consent import consent_texts

PUBLISHED = {
    ("2026-1", False): "1da3a915b6ce4dd2fcd71223cf4ae826af7758cba66e4544ee15870da100af6b",
    ("2026-2", False): "1da3a915b6ce4dd2fcd71223cf4ae826af7758cba66e4544ee15870da100af6b",
    ("2026-2", True): "de5ea67a140a8ed72c899b3bd875fa9ae9ecc669fcaf56f6b6dad543ced11944",
}
"""Version, and whether it is as prison health staff read it → SHA-256 of its words."""


@pytest.mark.parametrize(("version", "prison_health"), sorted(PUBLISHED))
def test_a_published_consent_text_never_changes(version: str, prison_health: bool) -> None:
    texts = (consent_texts.PRISON_HEALTH_TEXTS if prison_health else consent_texts.TEXTS)[version]
    words = "|".join("|".join(texts[language]) for language in ("en", "hi", "bn"))
    assert hashlib.sha256(words.encode()).hexdigest() == PUBLISHED[version, prison_health]


def test_every_published_text_is_pinned() -> None:
    published = {(version, False) for version in consent_texts.TEXTS}
    published |= {(version, True) for version in consent_texts.PRISON_HEALTH_TEXTS}
    assert published == set(PUBLISHED)


@pytest.mark.parametrize("language", consent_texts.languages())
def test_prison_health_staff_read_of_their_team_and_everybody_else_of_none(language: str) -> None:
    everybodys = consent_texts.read_aloud(["Asha Trust"], language)
    own = consent_texts.read_aloud(["Asha Trust"], language, prison_health=True)
    assert own[3].startswith(everybodys[3])
    assert [*own[:3], *own[4:]] == [*everybodys[:3], *everybodys[4:]]
    assert own[3] != everybodys[3]
    first = consent_texts.FIRST_VERSION
    assert consent_texts.read_aloud(["A"], language, first, prison_health=True) == consent_texts.read_aloud(
        ["A"], language, first
    )


@pytest.mark.parametrize("language", consent_texts.languages())
def test_the_consent_text_names_who_is_asked_and_no_place_holder(language: str) -> None:
    read = consent_texts.read_aloud(["Asha Trust", "Second House"], language)
    assert len(read) == 9
    assert "Asha Trust" in read[0]
    assert "Second House" in read[0]
    assert "[" not in "".join(read)


def test_a_language_without_a_text_is_read_from_the_readers_own() -> None:
    assert consent_texts.text_language("bn-IN") == "bn"
    assert consent_texts.text_language("lus", otherwise="hi") == "hi"
    assert consent_texts.text_language("lus", otherwise="te") == "en"
