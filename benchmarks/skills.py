"""How well people are found by what words mean: on our own judged questions and on ESCO's names, beside plain full-text search.

Our own set (`benchmarks/judged`): profiles, questions as independents write them, and judgements from 0 to 3 by hand. The
engine was tuned on the questions of the half *tune*; the figures are those of the half *report*. nDCG@5 with gains of
2^judgement - 1; every question counts the same. *Across* are the questions whose best answers are in the other language.

ESCO (`../shared/data`, where present): the names of 2,900 occupations as documents, their other names as questions; a
sample with a seed, MRR@10. The floor everywhere is SQLite's FTS5 with its BM25, over the same Snowball stems.
"""

from __future__ import annotations

import csv
import gzip
import random
import sqlite3
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.judged import load
from benchmarks.judged.measures import ndcg
from benchmarks.result import Result, against, at_most
from bot.model import Member
from bot.skills import semantic
from bot.skills.index import Index
from bot.skills.ranking import Candidate, rank_helpers
from bot.skills.understanding import understand, widen
from bot.skills.words import split, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ESCO = Path(__file__).parents[2] / "shared" / "data" / "esco_occupations_fr_en.tsv.gz"
QUESTIONS = 800
SEED = 20
CUT = 5
RANKS = 10


class Line(NamedTuple):
    """A text and the language of whoever wrote it."""

    id: str
    text: str
    locale: str


def stems(text: str, locale: str) -> str:
    """Return the stems of a text's telling words."""
    words, language = split(text, locale)
    return " ".join(stem(word.folded, language) for word in words if word.telling)


class PlainSearch:
    """SQLite's FTS5 over stems, any of a question's words."""

    def __init__(self, documents: Iterable[Line]) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(
            "CREATE VIRTUAL TABLE document USING fts5(id UNINDEXED, body, tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = ((line.id, stems(line.text, line.locale)) for line in documents)
        self.connection.executemany("INSERT INTO document VALUES (?, ?)", rows)

    def __call__(self, question: Line, limit: int) -> list[str]:
        """Return the best documents."""
        wanted = " OR ".join(f'"{word}"' for word in stems(question.text, question.locale).split())
        if not wanted:
            return []
        found = self.connection.execute(
            "SELECT id FROM document WHERE document MATCH ? ORDER BY bm25(document) LIMIT ?", (wanted, limit)
        )
        return [row[0] for row in found]

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()


# ---------------------------------------------------------------- our own set


def own_set(also: str = "") -> list[Result]:
    """Return the figures on the half of our own questions that nothing was tuned on; `also` says what is used besides."""
    judged = load()
    people = [
        Candidate(Member(number, one.id), one.does, one.offers, one.seeks, one.locale) for number, one in enumerate(judged.profiles)
    ]
    questions = judged.half("report")
    ours: dict[str, float] = {}
    plain: dict[str, float] = {}
    took: list[float] = []
    with closing(PlainSearch(Line(one.id, f"{one.does} {one.offers}", one.locale) for one in judged.profiles)) as search:
        for one in questions:
            began = time.perf_counter()
            found = [match.member.name for match in rank_helpers(one.text, people, CUT, locale=one.locale)]
            took.append(time.perf_counter() - began)
            ours[one.id] = ndcg(found, one.relevant, CUT)
            plain[one.id] = ndcg(search(Line(one.id, one.text, one.locale), CUT), one.relevant, CUT)
    across = [one.id for one in questions if one.across]
    return [
        at_least(f"skills: own questions{also}, nDCG@5", ours, ours, plain, 0.80),
        at_least(f"skills: own questions across languages{also}, nDCG@5", across, ours, plain, 0.70),
        at_most("skills: five of 150 people with reasons, p95", statistics.quantiles(took, n=20)[-1] * 1e3, "ms", 30),
    ]


def at_least(name: str, chosen: Iterable[str], ours: Mapping[str, float], plain: Mapping[str, float], least: float) -> Result:
    """Return a mean that has a least, with the floor's mean beside it."""
    chosen = list(chosen)
    value = statistics.fmean(ours[one] for one in chosen)
    floor = statistics.fmean(plain[one] for one in chosen)
    return Result(
        name=name,
        value=value,
        unit="",
        floor=floor,
        ratio=value / floor if floor else None,
        goal=f"≥ {least:g}",
        holds=value >= least,
    )


# ---------------------------------------------------------------- ESCO


class Occupation(NamedTuple):
    """An occupation with its name and its other names in each language."""

    id: str
    label: Mapping[str, str]
    others: Mapping[str, Sequence[str]]


def occupations() -> list[Occupation]:
    """Return ESCO's occupations."""
    with gzip.open(ESCO, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Occupation(row[0], {"en": row[2], "fr": row[4]}, {"en": others(row[3], row[2]), "fr": others(row[5], row[4])})
        for row in rows
    ]


def others(names: str, label: str) -> list[str]:
    """Return the names of a field that are not the label itself."""
    return [name.strip() for name in names.split("|") if name.strip() and name.strip() != label]


def reciprocal(wanted: str, found: Sequence[str]) -> float:
    """Return 1 for the first place, 1/2 for the second …, 0 beyond the last."""
    return 1 / (found.index(wanted) + 1) if wanted in found else 0.0


def esco() -> list[Result]:
    """Return the figures on ESCO's names, in each language and across the two."""
    known = occupations()
    results: list[Result] = []
    choice = random.Random(SEED)  # noqa: S311 - a sample
    asked = {
        language: choice.sample([(one.id, name) for one in known for name in one.others[language]], QUESTIONS)
        for language in ("en", "fr")
    }
    for kept in ("en", "fr"):
        documents = [Line(one.id, one.label[kept], kept) for one in known]
        index = Index((line.id, understand(line.text, line.locale)) for line in documents)
        with closing(PlainSearch(documents)) as search:
            for spoken in ("en", "fr"):
                ours = statistics.fmean(
                    reciprocal(wanted, [name for name, _score in index.nearest(widen(text, spoken), RANKS)])
                    for wanted, text in asked[spoken]
                )
                plain = statistics.fmean(
                    reciprocal(wanted, search(Line(wanted, text, spoken), RANKS)) for wanted, text in asked[spoken]
                )
                where = f"{spoken} asked, {kept} found"
                results.append(against(f"skills: ESCO occupations, {where}, MRR@10", ours, "", plain, least=1.0))
    return results


def measure() -> list[Result]:
    """Return the figures on both sets; ESCO is left out, saying so, where it is not there."""
    semantic.use(None)
    results = own_set()
    found = semantic.installed()
    if found is not None:
        semantic.use(found)
        results += own_set(", with encoder")[:2]
        semantic.use(None)
    if not ESCO.exists():
        sys.stderr.write(f"skills: ESCO is not at {ESCO}; only our own questions are measured\n")
        return results
    return results + esco()
