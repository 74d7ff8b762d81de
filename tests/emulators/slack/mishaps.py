"""What happens to events on their way: some come twice, some overtake each other, by a seeded chance or all of a number."""

from __future__ import annotations

import random

from tests.emulators.slack.workspace import Json


class Mishaps:
    """`duplicate` and `reorder` are probabilities; `retries` are the seconds before each retry of what is not acknowledged."""

    def __init__(self, seed: int = 0) -> None:
        self.duplicate = 0.0
        self.reorder = 0.0
        self.retries: tuple[float, ...] = (0.0,)
        self._random = random.Random(seed)  # noqa: S311 - mishaps that can be had again
        self._hold = 0
        self._held: list[Json] = []

    def shuffle(self, events: int) -> None:
        """Hold the next events back, to be delivered in another order after the last of them."""
        self._hold = events - 1

    def holds(self, event: Json) -> bool:
        """Return whether an event is held back until a later one was delivered."""
        by_plan = self._hold > 0
        self._hold -= by_plan
        held = by_plan or (self.reorder > 0 and self._random.random() < self.reorder)
        if held:
            self._held.append(event)
        return held

    def doubles(self) -> bool:
        """Return whether an event comes again although it was acknowledged."""
        return self.duplicate > 0 and self._random.random() < self.duplicate

    def released(self) -> list[Json]:
        """Return the events that were held back, the last first."""
        held, self._held = self._held[::-1], []
        return held
