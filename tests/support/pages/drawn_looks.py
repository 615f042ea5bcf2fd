"""Of the languages, widths and schemes of a screen `make test` draws one for each test, `make soak` looks in each.

Why: what breaks a screen in one look mostly breaks it in all, and each look plays the whole test once more. What was
drawn stands in a test's name; SETU_LOOKS_SEED, which a run that fails prints, draws the same again. Every process of a
parallel run draws from one seed, for each has to collect the same tests.
"""

import os
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])

EVERY_LOOK = "SETU_EVERY_LOOK" in os.environ
_SEED = "SETU_LOOKS_SEED"


def choose_seed() -> str:
    """The seed of this run and of the processes that it starts; to be called before any test is collected."""
    return os.environ.setdefault(_SEED, str(random.SystemRandom().randrange(2**32)))


def how_to_draw_again() -> str:
    """What to type before the command that a run was started with."""
    return f"{_SEED}={choose_seed()} draws the same again"


def in_drawn_looks(names: str | tuple[str, ...], looks: Sequence[Any]) -> Callable[[Test], Test]:
    """`pytest.mark.parametrize` over one of the looks, in a soak over all of them."""

    def parametrized(test: Test) -> Test:
        return pytest.mark.parametrize(names, looks if EVERY_LOOK else [drawn(looks, of=_name(test))])(test)

    return parametrized


def drawn(looks: Sequence[Any], *, of: str) -> Any:
    """One of the looks, by the seed and by whose it is."""
    return _chance(of).choice(looks)


def drawn_some(all_of_it: Sequence[Any], share: float, *, of: str) -> list[Any]:
    """That share of them, at least one, by the seed and by whose they are."""
    return _chance(of).sample(all_of_it, max(1, round(share * len(all_of_it))))


def drawn_screens(screens: Sequence[Any], *, of: str) -> Sequence[Any]:
    """Of screens that are only looked at a fifth, by the seed and by whose they are; in a soak each."""
    return screens if EVERY_LOOK else drawn_some(screens, 1 / 5, of=of)


def is_drawn(share: float, *, of: str) -> bool:
    """Whether this one, of many that are met on the way, is of the share that a run looks at; in a soak each is."""
    return EVERY_LOOK or _chance(of).random() < share


def _chance(of: str) -> random.Random:
    return random.Random(f"{choose_seed()} {of}")  # noqa: S311 (no secret is drawn)


def _name(test: Callable[..., object]) -> str:
    return f"{test.__module__.rpartition('.')[2]}.{test.__name__}"
