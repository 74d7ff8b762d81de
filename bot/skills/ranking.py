"""Who can help, who fits whom, and which opportunities are for whom: scores, and reasons that are true. Pure.

From a large community, `SkillIndex.nearest` of the storage gives some hundred candidates first, by `widen`; these functions
put them in order and say why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.skills.fitness import Wanted, alike, best_thing, fit, fit_known, rarity_of, wanted
from bot.skills.semantic import reordered
from bot.skills.words import things
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Member
    from bot.skills.fitness import Fitting
    from bot.skills.weights import Rarity
    from bot.text import Text

LANGUAGES: Final = {"en": _("English"), "fr": _("French")}
"""The languages of ours by their names, for reasons."""

_OFFERS: Final = 1.0
_DOES: Final = 0.8
_PAST: Final = 0.6
_AVAILABLE: Final = 1.1
_SAME_LANGUAGE: Final = 1.02
_OTHER_LANGUAGE: Final = 0.98
_NO_HOURS: Final = 0.85
_ALL_HOURS: Final = 1.05
_NEWCOMER: Final = 1.08
_HELPFUL: Final = 0.02
"""For each request a member helped with, whatever it was about, up to five."""
_ASKED: Final = 0.12
"""How much having been asked once lately takes away: after four times a third is gone."""
_TAIL: Final = 0.07
"""The part of the best score below which nobody is named."""
_WORKING_DAY: Final = 6
"""Hours in common that are as good as all of them."""
SAME: Final = 0.5
"""The part of a need, by weight, that help given before was about too to be help with this."""
_SEEKS: Final = 0.8
_DONE: Final = 0.7
_TRADE: Final = 0.2
_SHARED_LANGUAGE: Final = 0.5
_SHOWN: Final = 60
"""Characters of somebody's words quoted in a reason."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a member when looking for who fits.

    `locale` is their language, `available` what they said of it (None: nothing), `helped` how many requests they helped
    with, `helped_with` the words of those requests. `common_hours`: working hours a day in common with whoever asks (None:
    unknown); `asked_lately`: how often they were asked in the last 30 days; `capped`: they were asked as often as they
    want to be this month, and are left in peace; `newcomer`: joined not long ago. `known`: the impacts of their `own_words`, by
    key, where an index has kept them; a text takes a hundred times as long to understand as to look up.
    """

    member: Member
    does: str = ""
    offers: str = ""
    seeks: str = ""
    locale: str = ""
    available: bool | None = None
    helped: int = 0
    helped_with: tuple[str, ...] = ()
    common_hours: float | None = None
    asked_lately: int = 0
    capped: bool = False
    newcomer: bool = False
    known: Mapping[str, float] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A member who fits, how well (higher is better, only for comparison within one ranking), and why in words."""

    member: Member
    score: float
    reasons: tuple[Text, ...]
    mine: tuple[Text, ...] = ()
    """What they are told themselves: “you offer …”; only what their own words and their help say."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Something a member may answer: an opportunity or a request. `key` is the caller's own."""

    key: int
    text: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A posting that fits a member, how well, and why in words."""

    posting: Posting
    score: float
    reasons: tuple[Text, ...]


def rank_helpers(
    need: str, candidates: Sequence[Candidate], limit: int = 5, *, locale: str = "", rarity: Rarity | None = None
) -> list[Match]:
    """Return who can help with something, best first; also the members for an opportunity, by its text.

    Members who said that they are not available, those who were asked enough, and those whose own words are too far from
    the need are not among them. `locale` is the language of whoever asks; `rarity` that of the whole community where the
    candidates are a part of it.
    """
    rarity = rarity or rarity_of((_about(candidate), candidate.locale) for candidate in candidates)
    wish = wanted(need, locale)
    mixed = _several_languages(candidates, locale)
    various = len({candidate.common_hours for candidate in candidates}) > 1
    scored = [
        (score * _circumstances(candidate, locale), candidate)
        for candidate in candidates
        if candidate.available is not False and not candidate.capped and (score := _helpfulness(wish, candidate, rarity))
    ]
    found: list[Match] = []
    ordered = [(candidate, _about(candidate), score) for score, candidate in _best(scored)]
    for candidate, score in reordered(need, ordered):
        if len(found) == limit:
            break
        reasons = _why(wish, candidate, rarity)
        if not reasons:
            continue
        if candidate.available:
            reasons.append(_("is available at the moment"))
        if locale and candidate.locale == locale and mixed and locale in LANGUAGES:
            reasons.append(_("speaks {language}", language=LANGUAGES[locale]))
        if various and candidate.common_hours is not None and candidate.common_hours >= 1:
            reasons.append(_hours(candidate.common_hours))
        found.append(Match(candidate.member, score, tuple(reasons), tuple(_why(wish, candidate, rarity, mine=True))))
    return found


def own_words(does: str, offers: str) -> tuple[tuple[str, float], ...]:
    """Return the words that a member is found by when somebody needs help, each text with how much it counts: what to index."""
    return ((offers, _OFFERS), (does, _DOES))


def rank_allies(me: Candidate, others: Sequence[Candidate], limit: int = 3, *, rarity: Rarity | None = None) -> list[Match]:
    """Return who would gain from knowing a member, and the other way round, best first.

    Where too few have something in common, the others who offer something follow: somebody to begin with.
    """
    rarity = rarity or rarity_of((_about(candidate), candidate.locale) for candidate in (me, *others))
    wishes = [wanted(thing, me.locale) for thing in things(me.seeks)]
    trade = wanted(me.does, me.locale)
    mixed = _several_languages(others, me.locale)
    found: list[Match] = []
    for other in others:
        if other.member.id == me.member.id:
            continue
        score, reasons = _complement(me, other, (wishes, trade), rarity)
        if not reasons and other.offers:
            reasons.append(_("offers “{offer}”", offer=_quoted((things(other.offers) or (other.offers,))[0])))
        if me.locale and other.locale == me.locale:
            score += _SHARED_LANGUAGE
            if mixed and me.locale in LANGUAGES:
                reasons.append(_("speaks {language}", language=LANGUAGES[me.locale]))
        if reasons:
            found.append(Match(other.member, score, tuple(reasons)))
    return sorted(found, key=lambda match: (-match.score, match.member.id))[:limit]


def rank_opportunities(me: Candidate, postings: Sequence[Posting], limit: int = 5) -> list[Fit]:
    """Return the postings that a member could answer, by what they offer and do, best first; only those that fit."""
    rarity = rarity_of((posting.text, posting.locale) for posting in postings)
    found: list[Fit] = []
    for posting in postings:
        wish = wanted(posting.text, posting.locale)
        score = _helpfulness(wish, me, rarity)
        if score and (reasons := _why(wish, me, rarity, mine=True)):
            found.append(Fit(posting, score, tuple(reasons)))
    return sorted(found, key=lambda one: (-one.score, one.posting.key))[:limit]


def _helpfulness(wish: Wanted, candidate: Candidate, rarity: Rarity) -> float:
    """Return how well a member fits a wish, by their own words and by whom they helped; 0 where they do not."""
    score = _own(wish, candidate, rarity)
    past = max((fit(wish, ((past, 1.0),), "", rarity) for past in candidate.helped_with), default=0.0)
    return score + _PAST * past


def _own(wish: Wanted, candidate: Candidate, rarity: Rarity) -> float:
    if candidate.known is not None:
        return fit_known(wish, candidate.known, rarity)
    return fit(wish, own_words(candidate.does, candidate.offers), candidate.locale, rarity)


def _why(wish: Wanted, candidate: Candidate, rarity: Rarity, *, mine: bool = False) -> list[Text]:
    """Return why a member fits a wish, in their words."""
    reasons: list[Text] = []
    if _own(wish, candidate, rarity):
        offer = best_thing(wish, things(candidate.offers), candidate.locale, rarity)
        trade = best_thing(wish, things(candidate.does), candidate.locale, rarity)
        if offer is not None and (trade is None or offer.score >= _DOES * trade.score or (trade.close and not offer.close)):
            reasons.append(_my_offer(offer) if mine else _offer(offer))
        elif trade is not None:
            whole = _whole(trade, candidate.does)
            reasons.append(_my_trade(whole) if mine else _trade(whole))
    fits = [(fit(wish, ((past, 1.0),), "", rarity), past) for past in candidate.helped_with]
    fits = [pair for pair in fits if pair[0]]
    same = sum(alike(wish, past) >= SAME for _score, past in fits)
    if same > 1:
        reasons.append(
            plural("you have helped with this once", "you have helped with this {count} times", same)
            if mine
            else plural("has helped with this once", "has helped with this {count} times", same)
        )
    elif fits:
        need = _quoted(max(fits, key=lambda pair: pair[0])[1])
        reasons.append(_("you have helped with “{need}”", need=need) if mine else _("has helped with “{need}”", need=need))
    return reasons


def _circumstances(candidate: Candidate, locale: str) -> float:
    """Return what a member's circumstances multiply their score by."""
    factor = 1.0 + _HELPFUL * min(candidate.helped, 5)
    if candidate.available:
        factor *= _AVAILABLE
    if locale and candidate.locale:
        factor *= _SAME_LANGUAGE if candidate.locale == locale else _OTHER_LANGUAGE
    if candidate.common_hours is not None:
        factor *= _NO_HOURS + (_ALL_HOURS - _NO_HOURS) * min(candidate.common_hours / _WORKING_DAY, 1.0)
    if candidate.newcomer:
        factor *= _NEWCOMER
    return factor / (1.0 + _ASKED * candidate.asked_lately)


def _complement(me: Candidate, other: Candidate, mine: tuple[Sequence[Wanted], Wanted], rarity: Rarity) -> tuple[float, list[Text]]:
    wishes, trade = mine
    score = 0.0
    plainly: list[Text] = []
    nearly: list[Text] = []
    offer = _most(wishes, things(other.offers), other.locale, rarity)
    if offer is not None:
        score += offer.score
        thing, wish = _quoted(offer.thing), _quoted(offer.wanted)
        if offer.close:
            nearly.append(_("offers “{offer}”, close to “{wanted}”, which you seek", offer=thing, wanted=wish))
        else:
            plainly.append(_("offers “{offer}”, which you seek", offer=thing))
    seek, given = _sought(me, other, rarity)
    if given is not None:
        score += _SEEKS * given.score
        if given.close:
            nearly.append(_("seeks “{seek}”, close to what you offer", seek=_quoted(seek)))
        else:
            plainly.append(_("seeks “{seek}”, which you offer", seek=_quoted(seek)))
    done = _most(wishes, things(other.does), other.locale, rarity)
    if done is not None:
        score += _DONE * done.score
        if offer is None:
            nearly.append(
                _("describes their work as “{trade}”, close to what you seek", trade=_quoted(_whole(done, other.does).thing))
            )
    craft = _most([trade], things(other.does), other.locale, rarity)
    if craft is not None:
        score += _TRADE * craft.score
        if not plainly and not nearly:
            nearly.append(
                _("describes their work as “{trade}”, close to your own trade", trade=_quoted(_whole(craft, other.does).thing))
            )
    return score, [*plainly, *nearly]


def _sought(me: Candidate, other: Candidate, rarity: Rarity) -> tuple[str, Fitting | None]:
    """Return what another member seeks that a member offers, in the other's words, and how it fits."""
    offered = things(me.offers)
    best: tuple[str, Fitting | None] = ("", None)
    for seek in things(other.seeks):
        found = _most([wanted(seek, other.locale)], offered, me.locale, rarity)
        if found is not None and (best[1] is None or found.score > best[1].score):
            best = (seek, found)
    return best


def _most(wishes: Sequence[Wanted], said: Sequence[str], locale: str, rarity: Rarity) -> Fitting | None:
    """Return the thing that fits one of several wishes best, enough to say so."""
    fitting = [
        found
        for wish in wishes
        if fit(wish, [(thing, 1.0) for thing in said], locale, rarity)
        and (found := best_thing(wish, said, locale, rarity)) is not None
    ]
    return max(fitting, key=lambda found: found.score, default=None)


def _offer(found: Fitting) -> Text:
    if found.close:
        return _("offers “{offer}”, close to “{wanted}”", offer=_quoted(found.thing), wanted=_quoted(found.wanted))
    return _("offers “{offer}”", offer=_quoted(found.thing))


def _trade(found: Fitting) -> Text:
    if found.close:
        return _("describes their work as “{trade}”, close to “{wanted}”", trade=_quoted(found.thing), wanted=_quoted(found.wanted))
    return _("describes their work as “{trade}”", trade=_quoted(found.thing))


def _whole(found: Fitting, does: str) -> Fitting:
    """Return what fits of a trade with all that is said of it, where that is short: “Translator, Italian, English” is one."""
    said = " ".join(does.split())
    return replace(found, thing=said) if len(said) <= _SHOWN else found


def _my_offer(found: Fitting) -> Text:
    if found.close:
        return _("you offer “{offer}”, close to “{wanted}”", offer=_quoted(found.thing), wanted=_quoted(found.wanted))
    return _("you offer “{offer}”", offer=_quoted(found.thing))


def _my_trade(found: Fitting) -> Text:
    if found.close:
        return _(
            "you describe your work as “{trade}”, close to “{wanted}”", trade=_quoted(found.thing), wanted=_quoted(found.wanted)
        )
    return _("you describe your work as “{trade}”", trade=_quoted(found.thing))


def _hours(common: float) -> Text:
    if common >= _WORKING_DAY:
        return _("works at the same hours as you")
    return plural("{count} working hour a day in common with you", "{count} working hours a day in common with you", int(common))


def _about(candidate: Candidate) -> str:
    return f"{candidate.does}\n{candidate.offers}"


def _several_languages(candidates: Sequence[Candidate], locale: str) -> bool:
    """Tell whether saying a language says anything: in a community of one language it does not."""
    return len({spoken for spoken in (locale, *(candidate.locale for candidate in candidates)) if spoken}) > 1


def _quoted(words: str) -> str:
    return shorten(" ".join(words.split()), _SHOWN)


def _best(scored: list[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """Return the best first, without those far behind them."""
    most = max((score for score, _candidate in scored), default=0.0)
    near = [pair for pair in scored if pair[0] >= _TAIL * most]
    return sorted(near, key=lambda pair: (-pair[0], pair[1].member.id))
