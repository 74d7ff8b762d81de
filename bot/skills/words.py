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
    a able about actually afford after again ago all almost already also although always am an and another any anybody anymore
    anyone anything anyway are around as asap ask asked asking at away back basically be because been before being believe best
    better between big bit both bunch but by came can cannot cheap come comes could couldn currently day days did didn do does
    doesn doing don done each early either else end enough especially eventually ever every everybody everyone everything
    exactly expensive far fast few figure find first for from full get gets getting give given go going good got great guys had
    half happen happens hard has hasn hate have haven having hear heard hello help helped helping helps her here hey hi him his
    honestly hope hour hours how however hundred i idea ideally if imagine immediately important in instead interested into is
    isn issue it its just keep keeps kept kind kinda know knows last later least left less let like literally little ll long
    longer looking lot love made make makes making many may maybe me mean means mention might mine minute minutes moment month
    months more morning most move much must my myself nearly need needed needs never new next nice no nobody nor normal not
    nothing now obviously of off often ok okay old on once one ones only or other others our out over own part people per
    perhaps person pick please possible pretty probably problem proper properly question quick quickly quite rather re reach
    ready really reason reasonable recent recently recommend recommendation recommendations right said same say saying says see
    seek seeking seeks seem seems several shall she short should shouldn show showing simple simply since single small so some
    somebody somehow someone something somewhere soon sort start started starting still stop stuck stuff such suddenly suggest
    suggestion suggestions supposed sure take talk talking tell terrible than thank thanks that the their them then there
    therefore these they thing things think thinking this those though thought thousand three through tips to today together
    told tomorrow tonight too took totally tried true try trying turn two under understand until up upon urgent us use used
    using usually ve very via want wanted wants was wasn way we week weeks well went were what whatever when where whether which
    while who whole whom whose why will willing wish with within without won wonder wondering word worked working works worry
    worse worst worth would wouldn wrong year years yes yesterday yet you young your yours
    """.split()  # noqa: SIM905 - hundreds of quoted words are harder to read and to add to
)
FRENCH_STOP_WORDS: Final = frozenset(
    """
    absolument actuellement afin ai aide aident aider aidez ailleurs ainsi ait alors an annee annees ans apres arrive arriver
    assez attendre au aucun aucune aujourd aupres auquel aura aurais aurait aussi autant autour autre autres aux avaient avais
    avait avant avec avez avions avoir avons ayant bah beaucoup besoin bien bientot bizarre bon bonjour bonne bonsoir bref c ca
    car cas ce ceci cela celle celles celui cependant certain certaine certaines certains ces cet cette ceux chacun chaque
    cherche cherchent chercher cherches cherchons chez chose choses ci cinq cinquante combien comme commence commencer comment
    completement comprendre comprends compris connaissent connaissez connaissons connait connaitre connaitriez conseille
    conseiller conseillez contre cool coucou coup croire croit d dans de debut deja depuis dernier derniere des desormais deux
    devoir devrais devrait dingue dire dispo disponible dit dix dois doit doivent donc donner dont du durant effectivement elle
    elles en encore enfin ensuite entre envers envie erreur es espere essaie essaye essayer est et etaient etais etait etant ete
    etes etre eu euh eux evidemment exactement exemple facile facilement faire fais faisant fait faites faudrait faut fin fois
    font force fou galere genre grace grand grande gros grosse hello heure heures hier hui ici idee idees il ils important
    impossible interesse interesser j jai jamais je jour jours jusqu jusque juste l la laquelle le lequel les lesquelles
    lesquels leur leurs long longtemps longue lors lorsqu lorsque lui lundi m ma main maintenant mais malgre marche matin
    mauvais me meme memes merci mes mettre midi mien mieux minute minutes moi moindre moins mois moment mon monde n ne neanmoins
    ni nickel normal nos notre nous nouveau nouvelle nouvelles nul on ont ou oui outre paniquer par parce pareil parfois parmi
    particulier partie partir pas passe passer pendant pense penser pensez perds perdu personne petit petite petits peu peut
    peuvent peux plaisir plait plupart plus plusieurs plutot point possible pour pourquoi pourrais pourrait pourriez pourtant
    pouvez pouvoir preference preferer prendre pres presque prevoir probleme problemes prochain prochaine propos propose
    proposer puis puisque qu quand quant que quel quelle quelles quelqu quelque quelques quelquun quels qui quinze quoi quoique
    quotidien rapide rapidement rapport rater recherche rechercher recherchons reste rester retour retours reussir reussis rien
    s sa sais salut sans sauf savez savoir se selon sens sera serait sert servir ses seul seule seulement si sien simple
    simplement sinon soi soir soit son sont sorte sortir souhaite souhaiterais souhaitons sous souvent suis suite super supporte
    sur svp sympa t ta tandis tant tard tarder te tel telle telles tels temps tenir tes tete toi tombe tomber ton totalement
    toujours tous tout toute toutefois toutes train trente tres trois trop trouver tu un une uns urgence urgent va vais vers
    veut veux viens vieux vingt vite vivre voici voila voir vos votre voudrais voudrait vous vrai vraiment vu vue y
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
_SHORT: Final = 3
"""Letters up to which a word that says nothing in one language says nothing in the other."""
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


def split(text: str, locale: str = "") -> tuple[list[Word], str]:
    """Return the words of a text in order, and its language, *fr* or *en*: by the words only one of them has, else by `locale`.

    Links and addresses are left out; *Node.js* and *e-commerce* are two words each. A word all in capitals (*IT*, *AI*) is a
    name even where its letters make a word that says nothing, unless all are shouted.
    """
    text = _LINK.sub(_blank, _I_HAVE.sub(_blank, text))
    shouted = not any(character.islower() for character in text)
    found = [(match, fold(match.group())[:_LONGEST]) for match in _WORD.finditer(text)]
    language = _spoken([folded for _match, folded in found], locale, accented=not text.isascii())
    silent = FRENCH_STOP_WORDS if language == "fr" else ENGLISH_STOP_WORDS
    words: list[Word] = []
    for match, folded in found:
        said = match.group()
        tells = not (folded in silent or folded.isdigit() or (len(folded) <= _SHORT and folded in STOP_WORDS))
        name = not shouted and len(said) > 1 and said.isupper()
        words.append(Word(said, match.start(), match.end(), folded, name or tells))
    return words, language


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


def _spoken(words: Iterable[str], locale: str, *, accented: bool) -> str:
    """Return the language that folded words are in; accents count for French."""
    french = 0.5 if accented else 0.0
    english = 0.0
    for word in words:
        in_french, in_english = word in FRENCH_STOP_WORDS, word in ENGLISH_STOP_WORDS
        french += in_french and not in_english
        english += in_english and not in_french
    if french == english:
        return locale if locale in {"fr", "en"} else "en"
    return "fr" if french > english else "en"


@functools.lru_cache(maxsize=16384)
def terms(text: str) -> frozenset[str]:
    """Return the words that a text is about: folded, in the singular, without those that say nothing."""
    return frozenset(singular(word.folded) for word in split(text)[0] if word.telling)


@functools.lru_cache(maxsize=16384)
def things(text: str) -> tuple[str, ...]:
    """Return the things that a member listed: "Bookkeeping, tax advice" are two."""
    return tuple(dict.fromkeys(thing for part in _SEPARATOR.split(text) if (thing := part.strip(" \t.-*"))))


def has_letters(text: str) -> bool:
    """Tell whether a text has any letter: emoji, digits and signs alone say nothing."""
    return _LETTERS.search(text) is not None
