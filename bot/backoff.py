"""How long to wait before another try, so that a platform in trouble is not knocked down by all of us at once."""

from collections.abc import Callable, Sequence

Chance = Callable[[], float]
"""A random number in [0, 1)."""

STEPS = (5.0, 30.0, 120.0, 300.0, 900.0, 3600.0)
"""Seconds. The first four lie within the 10 minutes in which a platform recognises a repeated message."""


def seconds_until_retry(attempts: int, chance: Chance, at_least: float = 0.0, steps: Sequence[float] = STEPS) -> float:
    """Seconds to wait after `attempts` failed tries before this one: `at_least` (the platform's wish) and full jitter.

    Full jitter is anything between nothing and the whole step ("Exponential Backoff And Jitter", AWS Architecture
    Blog, 2015); the last step repeats.
    """
    return at_least + chance() * steps[min(attempts, len(steps) - 1)]
