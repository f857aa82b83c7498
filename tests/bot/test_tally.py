"""How often something was met lately, without remembering everything for ever."""

from bot.tally import Tally


def test_each_key_is_counted_by_itself() -> None:
    tally = Tally()
    assert [tally.add(key) for key in ("a", "b", "a", "a")] == [1, 1, 2, 3]


def test_what_was_not_met_for_the_longest_time_is_forgotten_first() -> None:
    tally = Tally(most=2)
    for key in ("a", "b", "a", "c"):
        tally.add(key)
    assert [key in tally for key in ("a", "b", "c")] == [True, False, True]
    assert tally.add("b") == 1
