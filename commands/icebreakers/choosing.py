"""Which prompt comes next: none comes again before all others have had their turn. Pure, and the same for the same seed.

Those that never had a turn come first, the themes taking turns, in an order that the seed decides; then a new cycle begins, with
the one whose turn is longest ago. What was chosen ahead stays chosen, so that what an animator was shown is what is posted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from storage.icebreakers import Prompt

AHEAD: Final = 2
"""Prompts that are chosen ahead: the next one and the one after it."""


def choose(
    available: Sequence[Prompt], last: Mapping[str, dt.datetime], seed: int, ahead: Sequence[str] = (), count: int = AHEAD
) -> list[Prompt]:
    """Return the next prompts: those chosen ahead that are still available, then as many as it takes.

    `last` is when each prompt had its turn last.
    """
    known = {prompt.key: prompt for prompt in available}
    chosen = [known[key] for key in dict.fromkeys(ahead) if key in known][:count]
    turns = [known[key] for key in sorted((key for key in last if key in known), key=lambda key: (last[key], key))]
    while len(chosen) < min(count, len(known)):
        chosen.append(_next([prompt for prompt in available if prompt not in chosen], [*turns, *chosen], seed))
    return chosen


def _next(available: Sequence[Prompt], turns: Sequence[Prompt], seed: int) -> Prompt:
    """Return the one that comes after all `turns`, the oldest first."""
    prompt_turn = {prompt.key: number for number, prompt in enumerate(turns)}
    theme_turn = {prompt.theme: number for number, prompt in enumerate(turns)}
    fresh = [prompt for prompt in available if prompt.key not in prompt_turn]
    if not fresh:
        return min(available, key=lambda prompt: prompt_turn[prompt.key])
    return min(
        fresh, key=lambda prompt: (theme_turn.get(prompt.theme, -1), _rank(seed, prompt.theme), _rank(seed, prompt.key), prompt.key)
    )


def _rank(seed: int, key: str) -> bytes:
    """Return where the seed puts something; the same on every machine, today and in a year."""
    return hashlib.sha256(f"{seed} {key}".encode()).digest()
