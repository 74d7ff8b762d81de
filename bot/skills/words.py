"""Words of a text as they are compared: folded, without elisions, compound names whole, stemmed by language.

Accents go before a word is stemmed, since half of those who type leave them out: *dévelopé* and *develope* have to meet.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ENGLISH_STOP_WORDS: Final = frozenset(
    """
    a about after again ago all almost already also although always am an and another any anybody anymore anyone anything are
    around as ask at away back be because been before being best better between both but by can cannot could couldn days did
    didn do does doesn doing don done each either else ever every everybody everyone everything few find first for from get gets
    getting give given go going good got great guys had has hasn have haven having hello help helped helping helps her here hey hi
    him his how however i if in instead into is isn it its just keep kind know knows last later least less let like ll looking
    lot made make makes making many may maybe me might mine more most much must my myself need needed needs never new next nice
    no nobody nor not nothing now of off often ok on once one ones only or other others our out over own people per perhaps
    person please possible probably quite rather re ready really recommend right same say see seek seeking seeks seem she should
    shouldn since so some somebody someone something somewhere soon sort still stuff such sure take tell than thank thanks that
    the their them then there these they thing things think this those though through to today together tomorrow too trying try
    two under until up upon us use used using ve very via want wanted wants was wasn way we week weeks well were what whatever
    when where whether which while who whom whose why will with within without won would wouldn yes yet you your yours
    """.split()  # noqa: SIM905 - hundreds of quoted words are harder to read and to add to
)
FRENCH_STOP_WORDS: Final = frozenset(
    """
    actuellement afin ai aide aident aider aidez ailleurs ainsi ait alors apres assez au aucun aucune aujourd aupres auquel aura
    aurais aurait aussi autant autour autre autres aux avaient avais avait avant avec avez avions avoir avons ayant beaucoup besoin
    bien bientot bon bonjour bonne bonsoir c ca car ce ceci cela celle celles celui cependant certain certaine certaines certains
    ces cet cette ceux chacun chaque cherche cherchent chercher cherches cherchons chez ci cinq comme comment connait connaissent
    connaissez connaissons connaitre connaitriez contre coucou coup d dans de debut deja depuis dernier derniere des desormais
    deux devoir devrais devrait dire dit dix dois doit doivent donc donner dont du durant elle elles en encore enfin ensuite
    entre envers es est et etaient etais etait etant ete etes etre eu eux faire fais faisant fait faites faudrait faut fois
    font force grace grand grande hello hui ici il ils j jai jamais je jusqu jusque l la laquelle le lequel les lesquelles
    lesquels leur leurs lors lorsqu lorsque lui m ma main maintenant mais malgre me meme memes merci mes mettre mien mieux moi moins
    mon n ne neanmoins ni nos notre nous nouveau nouvelle nouvelles on ont ou outre par parce parfois parmi pas passe pendant
    personne petit petite petits peu peut peuvent peux plupart plus plusieurs plutot point pour pourquoi pourrais pourrait
    pourriez pourtant pouvez pouvoir prendre pres presque propos propose proposer puis puisque qu quand quant que quel
    quelle quelles quelqu quelque quelques quels quelquun qui quoi quoique rechercher recherche recherchons rien s sa sais salut
    sans sauf savez savoir se selon sera serait ses seul seule seulement si sien soi soit son sont souhaite souhaiterais souhaitons
    sous souvent suis suite sur svp t ta tandis tant te tel telle telles tels tes toi ton toujours tous tout toute toutefois toutes
    tres trois trop trouver tu un une uns va vais vers veut veux viens voici voila voir vos votre voudrais voudrait vous vraiment
    vrai y
    """.split()  # noqa: SIM905 - the same
)
STOP_WORDS: Final = ENGLISH_STOP_WORDS | FRENCH_STOP_WORDS
"""English and French words that say nothing about a trade, folded."""

_LATIN: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "’": "'", "ʼ": "'", "`": "'"})
_WORD: Final = re.compile(r"(?<![^\s(,;/«“\"'’])\.net\b|[^\W_](?:&[^\W_])+(?![^\W_])|[^\W_]+[+#]*", re.IGNORECASE)
_I_HAVE: Final = re.compile(r"\bj.ai\b", re.IGNORECASE)
"""*J'ai* would leave *ai*, which is a trade in English."""
_LINK: Final = re.compile(r"\S+://\S+|\bwww\.\S+|<?\S+@\S+\.\w+>?", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[,;|•·\n\r]+|[.!?](?=\s|$)|\s[-–—]\s")
_STEMMED: Final = 4
"""Letters from which a word is stemmed: *tax*, *gis*, *seo* stay as they are."""
_LONGEST: Final = 40
"""Letters of a word that are looked at."""
_LETTERS: Final = re.compile(r"[^\W\d_]")


class Word(NamedTuple):
    """One word of a text: as typed, where it begins and ends, folded, and whether it says something about a trade."""

    said: str
    start: int
    end: int
    folded: str
    telling: bool


def fold(words: str) -> str:
    """Return words without case, accents and ligatures."""
    if words.isascii():
        return words.lower()
    decomposed = unicodedata.normalize("NFKD", words.casefold().translate(_LATIN))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def split(text: str) -> list[Word]:
    """Return the words of a text in order. Links and addresses are left out; *Node.js* and *e-commerce* are two words each.

    A word all in capitals (*IT*, *AI*) is a name even where its letters make a word that says nothing, unless all are shouted.
    """
    text = _LINK.sub(_blank, _I_HAVE.sub(_blank, text))
    shouted = not any(character.islower() for character in text)
    found: list[Word] = []
    for match in _WORD.finditer(text):
        said = match.group()
        folded = fold(said)[:_LONGEST]
        name = not shouted and len(said) > 1 and said.isupper()
        found.append(Word(said, match.start(), match.end(), folded, name or folded not in STOP_WORDS))
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


@functools.lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word: Snowball's of the language, *fr* or *en*; words with digits or marks stay."""
    if len(word) < _STEMMED or not word.isalpha() or not word.isascii():
        return singular(word)
    return _stemmer(language)(singular(word))


@functools.cache
def _stemmer(language: str) -> Callable[[str], str]:
    stemmer: Any = cast("Any", Stemmer).Stemmer("french" if language == "fr" else "english")  # says nothing of its types
    return stemmer.stemWord


@functools.lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Return a folded word without what tells its number: *taxes* and *tax*, *fiscaux* and *fiscal* come together."""
    if len(word) < _STEMMED:
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-2] + "l"
    if word[-1] in "sx" and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("ie"):
        return word[:-1]
    if word.endswith("y"):
        return word[:-1] + "i"
    return word.removesuffix("e") if len(word) >= _STEMMED else word


def language(text: str, locale: str = "") -> str:
    """Return the language that a text is in, *fr* or *en*: by the words that only one of them has, else by `locale`."""
    return spoken(split(text), locale, accented=not text.isascii())


def spoken(words: Iterable[Word], locale: str = "", *, accented: bool = False) -> str:
    """Return the language of the words of a text; accents count for French."""
    french = 0.5 if accented else 0.0
    english = 0.0
    for word in words:
        in_french, in_english = word.folded in FRENCH_STOP_WORDS, word.folded in ENGLISH_STOP_WORDS
        french += in_french and not in_english
        english += in_english and not in_french
    if french == english:
        return locale if locale in {"fr", "en"} else "en"
    return "fr" if french > english else "en"


@functools.lru_cache(maxsize=16384)
def terms(text: str) -> frozenset[str]:
    """Return the words that a text is about: folded, in the singular, without those that say nothing."""
    return frozenset(singular(word.folded) for word in split(text) if word.telling)


@functools.lru_cache(maxsize=16384)
def things(text: str) -> tuple[str, ...]:
    """Return the things that a member listed: "Bookkeeping, tax advice" are two."""
    return tuple(dict.fromkeys(thing for part in _SEPARATOR.split(text) if (thing := part.strip(" \t.-*"))))


def has_letters(text: str) -> bool:
    """Tell whether a text has any letter: emoji, digits and signs alone say nothing."""
    return _LETTERS.search(text) is not None
