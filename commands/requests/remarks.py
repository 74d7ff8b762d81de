"""What is said instead of a need, or besides it: an insult, somebody's name, another language than ours."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.i18n import LOCALES, _, fold, plain
from bot.skills.words import STOP_WORDS

_WORD: Final = re.compile(r"[^\W\d_]+")

_INSULTS: Final = frozenset(
    """
    abruti abrutie ass asshole assholes bastard bastards batard batarde bitch bollocks bouffon bouffonne bullshit casse chier clown
    con connard connards connasse conne connerie cons couille couilles crap cretin cretine cul cunt damn debile debiles degage dick
    dickhead dumb emmerde emmerdes encule enculee enfoire enfoires fdp foutez foutre foutu fuck fucked fucker fuckers fucking gueule
    idiot idiote idiotes idiots imbecile imbeciles jerk merde merdique minable moron morons motherfucker naze nique niquer ntm nul
    nulle nuls pathetic piss poubelle prick putain pute putes rubbish salaud salauds salope shit shitty shut stfu stupid stupide
    sucks ta tg trash twat useless wanker wtf
    """.split()  # noqa: SIM905 - so many quoted words are harder to read and to add to
)
_ABOUT_WHOM: Final = frozenset(
    """
    bot bots confrere espece fils go gros grosse hell mere off race robot sac sale son vraiment
    """.split()  # noqa: SIM905
)
"""Words of an insult that are none alone."""

_ELSEWHERE: Final = frozenset(
    """
    alguem alguien aiuto ajuda ayuda bisogno bitte brauche busco buscamos buscando cerco cerchiamo como della deutsch devo dieser
    donde een ein eine einen estoy fur geben gibt gracias grazie heb helfen hilfe hola hulp ich ist jemand kann kennt mein meine
    mich mijn minha mit mijne muy necesito necesitamos nicht niet nodig obrigado obrigada para pero posso pode preciso procuro
    puede puedo qualcuno quem quero quiero quisiera qualcosa sono soy suche sucht tengo und unos unser uma voor wer wie wir wordt
    zoek zum zur vielen danke oder auf uber aber los las una el mi por favor conoce conosce conhece chi sto che il lo gli
    """.split()  # noqa: SIM905
)
"""Small words of Spanish, German, Italian, Portuguese and Dutch, folded, that neither English nor French has a use for often."""

_ENOUGH: Final = 2
"""One word of another language is a name or a quotation; two are a sentence."""

_LONGEST_NAME: Final = 4
"""Words of a name."""

_UNDERSTOOD: Final = _("I understand French and English best. I looked with your words all the same.")


def understood() -> str:
    """Return what is understood best, in every language of ours: which of them the reader knows is not known."""
    return "\n".join(plain(_UNDERSTOOD, locale) for locale in LOCALES)


def is_insult(need: str) -> bool:
    """Tell whether there is an insult, and nothing else is said. Whoever swears while asking is asking."""
    words = _WORD.findall(fold(need))
    rest = [word for word in words if word not in _INSULTS]
    return len(rest) < len(words) and all(len(word) == 1 or word in STOP_WORDS or word in _ABOUT_WHOM for word in rest)


def in_another_language(need: str) -> bool:
    """Tell whether it is probably neither English nor French: another alphabet, or the small words of a neighbour."""
    letters = [character for character in need if character.isalpha()]
    if 2 * sum(1 for letter in letters if not unicodedata.name(letter, "").startswith("LATIN")) > len(letters):
        return True
    words = _WORD.findall(fold(need))
    elsewhere = sum(1 for word in words if word in _ELSEWHERE)
    return elsewhere >= _ENOUGH and elsewhere >= sum(1 for word in words if word in STOP_WORDS)


def bare_name(need: str) -> str:
    """Return the words without what surrounds them: `@Basile ?` is Basile."""
    return need.strip(" @<>!?.,;:\"'“”«»\xa0\u202f")


def may_be_name(need: str) -> bool:
    """Tell whether somebody's name may be all that was written."""
    return 1 <= len(bare_name(need).split()) <= _LONGEST_NAME


def is_name(need: str, name: str) -> bool:
    """Tell whether the words are a person's name, or its first words."""
    said, called = fold(bare_name(need)).split(), fold(name).split()
    return bool(said) and said == called[: len(said)]
