"""Danger words: which emergency lines a person must read before anything else."""

from cases.rules import Rules


def emergency_lines(text: str, rules: Rules) -> list[str]:
    """The lines for the danger words in the text, each once; empty when there are none.

    Denied words count as well (“没有着火”): a line too many harms nobody.
    """
    words = rules.danger_index.within("".join(text.split()))
    found = [line for word in words for line in rules.danger_words[word].split("/")]
    return list(dict.fromkeys(found))
