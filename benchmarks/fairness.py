"""Who is asked, in the long run: 20,000 requests of 10,000 members within three months, three people asked each time.

Pure: the engine's own index and ranking, without a database. A part of the questions is asked of everybody as if nobody had been
asked before; the relevance that stays is compared with that of those.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from typing import TYPE_CHECKING, Final

from benchmarks.crowded import Fancy
from benchmarks.result import Result, at_most
from bot.model import Member
from bot.skills.fitness import impacts_of
from bot.skills.ranking import Candidate, own_words, rank_helpers
from bot.skills.understanding import widen
from bot.skills.weights import Rarity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEMBERS: Final = 10_000
REQUESTS: Final = 20_000
ASKED: Final = 3
CAP: Final = 4
"""How often a member is asked in `MONTH`."""
MONTH: Final = dt.timedelta(days=30)
BETWEEN: Final = dt.timedelta(days=90) / REQUESTS
"""From one request to the next: with three asked each time, members are asked twice a month in the mean."""
NEAR: Final = 60
DIFFERENT: Final = 1_500
"""Questions, each asked several times."""
NOW: Final = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


class Community:
    """Members with what they offer, found by terms; who was asked when."""

    def __init__(self, fancy: Fancy) -> None:
        told = [fancy.somebody() for _ in range(MEMBERS)]
        self.known: Sequence[Mapping[str, float]] = [impacts_of(own_words(one.does, one.offers), one.locale) for one in told]
        self._told = told
        self._postings: dict[str, list[int]] = {}
        for member, known in enumerate(self.known):
            for key in known:
                self._postings.setdefault(key, []).append(member)
        self.rarity = Rarity({key: len(found) for key, found in self._postings.items()}, MEMBERS)
        self.asked: list[deque[dt.datetime]] = [deque() for _ in range(MEMBERS)]
        self.ever: set[int] = set()
        self.most = 0

    def scores(self, question: str, locale: str) -> list[tuple[int, float]]:
        """Return everybody who has something in common with a question, nearest first."""
        scores: dict[int, float] = {}
        for term in widen(question, locale):
            weight = term.weight * self.rarity(term.key)
            for member in self._postings.get(term.key, ()):
                scores[member] = scores.get(member, 0.0) + weight * self.known[member][term.key]
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[: 20 * NEAR]

    def candidate(self, member: int, now: dt.datetime, *, afresh: bool = False) -> Candidate:
        """Return what the ranking knows of a member; `afresh`: as if they had never been asked."""
        lately = self.asked[member]
        while lately and lately[0] <= now - MONTH:
            lately.popleft()
        told, count = self._told[member], 0 if afresh else len(lately)
        person = Member(member, f"M{member}")
        known = self.known[member]
        return Candidate(person, told.does, told.offers, "", told.locale, asked_lately=count, capped=count >= CAP, known=known)

    def ask(self, member: int, now: dt.datetime) -> None:
        """Ask somebody."""
        self.asked[member].append(now)
        self.ever.add(member)
        self.most = max(self.most, len(self.asked[member]))


def simulated() -> tuple[int, float, float]:
    """Return how often anybody was asked in a month at most, the part ever asked, and the relevance that is kept."""
    fancy = Fancy()
    community = Community(fancy)
    questions = [fancy.question() for _ in range(DIFFERENT)]
    scores = [community.scores(*question) for question in questions]
    best: dict[int, float] = {}
    got = ideal = 0.0
    for number in range(REQUESTS):
        now = NOW + number * BETWEEN
        which = number * 7 % DIFFERENT
        (text, locale), near, relevance = questions[which], scores[which], dict(scores[which])
        if which not in best:
            fresh = [community.candidate(member, now, afresh=True) for member, _score in near[:NEAR]]
            found = rank_helpers(text, fresh, ASKED, locale=locale, rarity=community.rarity)
            best[which] = sum(relevance[match.member.id] for match in found)
        free: list[Candidate] = []
        for member, _score in near:
            candidate = community.candidate(member, now)
            if not candidate.capped:
                free.append(candidate)
            if len(free) == NEAR:
                break
        matches = rank_helpers(text, free, ASKED, locale=locale, rarity=community.rarity)
        for match in matches:
            community.ask(match.member.id, now)
        got += sum(relevance[match.member.id] for match in matches)
        ideal += best[which]
    return community.most, len(community.ever) / MEMBERS, got / ideal


def measure() -> list[Result]:
    """Return whether the asking is spread, and what that costs in relevance."""
    most, ever, kept = simulated()
    asked = Result(name="fairness: members ever asked", value=ever * 100, unit="%", goal="≥ 50 %", holds=ever >= 0.5)
    relevance = Result(name="fairness: relevance kept of uncapped", value=kept, unit="", goal="≥ 0.88", holds=kept >= 0.88)
    return [at_most("fairness: asked in a month, the most asked member", most, "times", CAP), asked, relevance]
