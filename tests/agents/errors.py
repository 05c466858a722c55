"""How much of what was said was understood wrong."""

import re


def errors_in(said: str, understood: str) -> float:
    """The word error rate: words put in, left out or mistaken, for each word said. Case and punctuation do not count."""
    truth, found = _words(said), _words(understood)
    costs = list(range(len(found) + 1))
    for row, word in enumerate(truth, 1):
        above, costs[0] = costs[:], row
        for column, other in enumerate(found, 1):
            costs[column] = min(above[column] + 1, costs[column - 1] + 1, above[column - 1] + (word != other))
    return costs[-1] / len(truth)


def _words(text: str) -> list[str]:
    return re.sub(r"[^\w' ]", " ", text.lower()).split()
