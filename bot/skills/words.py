"""Words of a text as they are compared: folded, without elisions, compound names whole, stemmed by language.

Accents go before a word is stemmed, since half of those who type leave them out: *dévelopé* and *develope* have to meet.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ENGLISH_STOP_WORDS: Final = frozenset(
    """
    a able about absolutely accept according across actual actually add added admit advance affect afford after again against
    ago agree agreed ahead aim all allow allowed almost along already alright also although altogether always am amount an and
    another any anybody anyhow anymore anyone anything anyway apart apparently appreciate appreciated approach approximately are
    around as asap aside ask asked asking at attempt available aware away awful awkward back bad badly basic basically be
    because become becomes becoming been before begin beginning behind being believe belong below beside besides best better
    between beyond big bit both bother bought break bring broke broken brought bunch but buy buying by call called calls came
    can cannot care careful case catch caught cause certain certainly chance change changed changes changing cheap check choose
    chose clear clearly close closer come comes complete completely concerned confused consider considering constantly continue
    correct correctly could couldn couple cover crazy current currently cut daily day days dead deal decent decide decided
    deeper definitely depend depends deserve despite detail details did didn difference different difficult directly disaster
    discover do does doesn doing don done dozen drop due during each early easier easiest easily easy either else end ended ends
    enough entire entirely equal especially essentially even evening eventually ever every everybody everyone everything
    everywhere evidently exact exactly excellent except exist existing expect expected expensive explain explained extra
    extremely face fail failed fair fairly fall familiar far fast feel feeling feels fell felt few fewer figure fill final
    finally find fine finish finished first fix fixed follow following for forever forget forgot former forth forward found four
    free frequently friday friend friendly friends from front full fully fun further gave general generally genuine get gets
    getting give given glad go going gone gonna good got gotta great grow guess guide guys had half handle handled handy happen
    happening happens happy hard hardly has hasn hassle hate hated have haven having hear heard heavy held hello help helped
    helpful helping helps her here hesitate hey hi high higher highly him his hold honest honestly hope hoping hour hours how
    however huge hundred hundreds i idea ideally if imagine immediately important impossible improve in include included
    including indeed inside instead intend interest interested interesting into involved is isn issue it its join joined july
    june just keep keeping keeps kept kill kind kinda knew know known knows lack large largely last lately later latest lead
    least leave leaving left less let level lie life light like likely limited line listen literally little live living ll loads
    long longer longest looking loose lose losing lost lot lots loud love loved low lower lucky made main mainly make makes
    making manage managed many massive matter matters maximum may maybe me mean means meant meanwhile meet meh mention mess
    messy method middle might mine minimum minute minutes miss missed missing mistake mistakes mix moment monday month months
    more morning most mostly mother move moved moving much multiple must my myself name named namely nearby nearly necessarily
    necessary need needed needs neither nervous never new next nice no nobody none nope nor normal not nothing notice noticed
    november now number numbers obvious obviously occasionally october odd of off offer offered offers often oh ok okay old on
    once one ones only open opinion opinions opposite option options or order ordinary original originally other others our ours
    ourselves out outside over overall own paid part particular particularly pass passed past pay paying people per perfect
    perfectly perhaps person personal personally pick piece pieces place places plain plan planned planning please plenty plus
    point points poor position possibility possible possibly practical practically prefer preferably prepared present pretend
    pretty previous previously prior probably problem proceed produce progress promise promised proof proper properly proud
    provide provided pull purpose push put putting question questions quick quicker quickest quickly quiet quietly quite random
    rarely rather re reach ready real realise realised realistic reality realize really reason reasonable reasonably receive
    received recent recently recommend recommendation recommendations recommended refuse regards regular regularly related
    relevant relying remain remember remove repeat replace replied reply require required requires rest result results return
    returned rid right round run running runs sadly safe said sake same saturday save say saying says see seek seeking seeks
    seem seemed seems seen sell send sending sense sent separate september serious seriously serve set sets setting seven
    several shall share shared she short shorter shortly shot should shouldn show showing shows side sign similar similarly
    simple simply since single sit situation six size slightly slow slowly small smaller smart smooth smoothly so solid solve
    solved some somebody somehow someone something somewhat somewhere soon sorry sort sounds space spare speak special specific
    specifically spend spending spent stage stand standard star start started starting stay step steps stick still stop stopped
    straight strange strictly strong struggle struggled struggling stuck stuff stupid style such suck sucks suddenly suggest
    suggestion suggestions suitable summer sunday supposed sure surprise surprised switch sync system take taken takes taking
    talk talking task tasks tell tend terms terrible than thank thankful thanks that the their theirs them themselves then there
    therefore these they thing things think thinking thinks third thirty this thoroughly those though thought thousand three
    through thursday tidy tiny tip tips to today together told tomorrow tonight too took top total totally touch tough toward
    towards tricky tried trouble true trust try trying tuesday turn turned turning twelve twenty twice two type types typical
    typically ugly unable under understand understanding understood unfortunately unless unlike unsure until up upcoming updated
    upon urgent us use used useful useless uses using usual usually vague value various ve version very via view wait waiting
    walk wall want wanted wants warm was wasn waste wasted wasting way ways we weak wednesday week weekend weeks weird welcome
    well went were what whatever when whenever where wherever whether which whichever while who whoever whole whom whose why
    wide wild will willing win winter wise wish with within without won wonder wondered wondering word words worked working
    works worried worry worrying worse worst worth would wouldn wrong wrote yeah year years yep yes yesterday yet you young your
    yours zero
    """.split()  # noqa: SIM905 - hundreds of quoted words are harder to read and to add to
)
FRENCH_STOP_WORDS: Final = frozenset(
    """
    absolument accepte accepter accord actuel actuelle actuellement actuels affreux afin agit agreable ai aide aident aider
    aidez ailleurs ainsi ait ajouter aller allez allons alors alternative ambiance ameliorer ami amie amis an ancien ancienne
    annee annees annonce ans aout appel appeler appelle apporter apprecie apprendre appris approche appuyer apres argh arrete
    arreter arrive arriver assez assurement astuce astuces attend attendant attendre attends attente attention attirer au aucun
    aucune aujourd aupres auquel aura aurais aurait aussi autant autour autre autres aux avaient avais avait avance avancer
    avant avec avez avions avis avoir avons avoue avouer avril ayant bah bas base basique beau beaucoup belle besoin besoins
    bete bien bientot bizarre bloque bloquee bloquer bon bonjour bonne bonnes bons bonsoir bosse bosser bouge bout bravo bref
    but c ca cadeau cadre calme capable car cas catastrophe cause ce ceci cela celle celles celui cent centaine centaines
    cependant certain certaine certaines certains cerveau ces cesse cet cette ceux chacun chance change changement changements
    changer chaque charge cher cherchais cherche cherchent chercher chercherais cherches cherchons chere cheres chers chez
    choisi choisir choisis choix chose choses ci cinq cinquante clair claire clairement coin colle combien commande comme
    commence commencer comment commun communs completement complique compliquee compliques comprendre comprends compris compter
    comptez concernant concerne concret concrete concretement confiance connaissent connaissez connaissons connait connaitre
    connaitriez connu connue consacrer conseille conseiller conseillez conserver considerer contact contacter content contente
    continuer contraire contre cool correct correctement cote cotes coucou coup couper courant courir court courte coute couter
    cree croire crois croit cru curieuse curieux d dame dans date davantage de debordement debrouille debrouiller debut debuter
    decembre decide decider decouvre decouvrir dedans degre dehors deja dela demain demande demandent demander demandes demarre
    demarrer depart depasse depend depenser depuis dernier derniere dernierement derniers des desespoir desole desolee desormais
    dessous dessus detail details deteste deux deuxieme devenir deviens devient devoir devrais devrait difference different
    differente differentes differents difficile difficiles difficulte difficultes dimanche dingue dire directement discuter
    dispo disponible dispos dit divers dix dois doit doivent donc donner dont doute doutes du dur durant dure durer echange
    echanger echouer ecoute ecouter effectivement effet efficace efficacement egalement eh elargir eleve elle elles embete
    empeche en encore energie enfin ennui ennuis enorme enormement ensemble ensuite entendre entendu entier entiere entierement
    entre envers envie envisage envisager equivalent erreur es espere essai essaie essais essaye essayer est et etaient etais
    etait etant etape etapes ete etes etrange etre eu euh eux evidemment evite eviter exactement exemple existant existante
    existe exister experience experiences explique expliquer extremement facile facilement facon facons faire fais faisable
    faisant fait faites fameux fatigue fatiguee faudrait faut fermer fevrier file fin finalement fini finir fixe fois fonctionne
    fonctionnent fonctionner fond font force forcement forme fort forte fou franchement frequent gagner galere garde garder
    general generale generalement genial geniale genre gere gerer grace grand grande grandes grands gratuit gratuite
    gratuitement grave gros grosse guere habitude hate haut hello hesite hesiter heure heures hier honnete honnetement horaire
    horrible hui huit ici ideal ideale idealement idee idees ignore il ils important impossible inquiet inquiete inquieter
    insister instant interesse interesser inutile j jai jamais janvier je jeter jeudi jeune joie joli jolie jouer jour jours
    juillet juin jurer jusqu jusque juste l la laisse laisser lance laquelle large le leger legere lendemain lent lente lequel
    les lesquelles lesquels leur leurs lever libre lieu limite limites loin long longtemps longue lors lorsqu lorsque louper
    lourd lourde lui lundi m ma main maintenant mais mal malgre maniere manieres manque manquer marche mardi mars matin mauvais
    maximum me meilleur meilleure meilleures meilleurs meme memes mener merci mercredi merde mere mes met mets mettez mettre
    midi mien mieux milieu mille mince mini minimum minute minutes modifier moi moindre moins mois moitie moment mon monde
    montre montrer moyen moyenne moyens n naturellement ne neanmoins necessaire necessaires necessite nettement ni nickel niveau
    nombre nombreuses nombreux normal normale normalement nos notre nous nouveau nouvelle nouvelles nuit nul numero obligation
    obligatoire obligatoirement oblige obligee obtenir occasion occupe occuper octobre oeil offre offrir oh ok on ont opinion
    option options ordre oser ou oublie oublier oui outre ouvert ouvre paniquer panne par parce pareil pareille parfait parfaite
    parfaitement parfois parle parlent parler parmi part partage partager particulier partie partir partout parvenir pas passage
    passant passe passent passer patience payer peine pendant pense penser pensez perdre perds perdu permet permettrait
    permettre perso personne personnel personnelle personnellement personnes petit petite petits peu peur peut peuvent peux pied
    pire piste pistes place placer plaisir plait plein pleine plupart plus plusieurs plutot point points pose poser possede
    possibilite possibilites possible possibles potentiellement pouce pour pourquoi pourrai pourrais pourrait pourriez pourtant
    pousser pouvez pouvoir pratique pratiquement precis precise precisement preference preferer premier premiere premieres
    premiers prend prendre prends prenne preparer pres present presente presenter presque prete preter preuve prevenir prevoir
    prevoit prevu principal principale principalement pris prise prises probable probablement probleme problemes procede
    prochain prochaine proche proches profit profiter promis propos propose proposer propre propres provient pu puis puisque
    puisse pure qu quand quant quantite quart quasi quasiment quatre que quel quelle quelles quelqu quelque quelques quelquun
    quels question questions qui quinze quitte quoi quoique quotidien quotidienne raison raisonnable raisons rapide rapidement
    rapport rare rarement rate rater realiser recemment recent recente recherche rechercher recherches recherchons recoit
    recommandation recommandations recommande recommander recommandez recu refait refuse regarde regarder regle regler regulier
    reguliere regulierement relatif remarque remercie remercier remplacer rencontre rend rendre rends renseigne renseigner
    repond repondre repondu reponse reponses reprendre represente reserve resoudre respecter ressemble reste rester resultat
    resultats retour retours retrouve retrouver reussi reussir reussis revenir reviens revoir riche ridicule rien risque risques
    rose route rythme s sa sais salut samedi sans sauf saurais saurait savez savoir se second seconde secours selon semaine
    semaines semble sembler sens sensible sent sentir sept septembre sera seraient serais serait serieuse serieusement serieux
    sert servir ses seul seule seulement si sien simple simplement simples sinon situation situations six soi soin soir soit
    sommes son sont sorte sortir souci soucis soudain souffrir souhait souhaite souhaiterais souhaitons sous souvent suis suite
    suivant suivante suivre sujet sujets super superbe supporte sur sure surtout svp sympa systematiquement t ta tandis tant
    tard tarder te tel telle tellement telles tels temps tend tenir tente tenter terme termes terminer terrible tes tete tient
    tiers tirer toi tombe tomber ton total totale totalement toucher toujours tourner tous tout toute toutefois toutes trace
    train traiter tranquille tranquillement transmettre travaille travailler travers trente tres tristesse trois trop trouve
    trouvent trouver trouverait trouves tu type types ultra un une unique uniquement uns urgence urgent utile utiles utilisation
    utilise utiliser va vaguement vais valable vaut vendredi venir venu verite vers version veuillez veulent veut veux via vide
    vie viens vient vieux vingt vise vite vivement vivre voici voient voila voir volonte volontiers vos votre voudrais voudrait
    voulez vouloir voulu vous vrai vraie vraies vraiment vrais vu vue week weekend y zero
    """.split()  # noqa: SIM905 - the same
)
STOP_WORDS: Final = ENGLISH_STOP_WORDS | FRENCH_STOP_WORDS
"""English and French words that say nothing about a trade, folded."""

_LATIN: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "’": "'", "ʼ": "'", "`": "'"})
_WORD: Final = re.compile(r"(?<![^\s(,;/«“\"'’])\.net\b|[^\W_](?:&[^\W_])+(?![^\W_])|[^\W_]+[+#]*", re.IGNORECASE)
_I_HAVE: Final = re.compile(r"\bj.ai\b", re.IGNORECASE)
"""*J'ai* would leave *ai*, which is a trade in English."""
_LINK: Final = re.compile(r"\b\w{1,20}://\S+|\bwww\.\S+|<?[^\s@]{1,64}@[^\s@]{1,255}\.\w+>?", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[,;|•·\n\r]+|[.!?](?=\s|$)|\s[-–—]\s")
_STEMMED: Final = 4
"""Letters from which a word is stemmed: *tax*, *gis*, *seo* stay as they are."""
_NO_STEMS: Final = frozenset({"account"})
"""What words of other meanings come down to: neither an account on Instagram nor one at a bank is *accounting*."""
_NOT_STEMMED: Final = frozenset({"france"})
"""Words whose stem is that of others: who needs help with taxes in France needs nobody who translates into *français*."""
_LONGEST: Final = 40
"""Letters of a word that are looked at."""
_SHORT: Final = 3
"""Letters up to which a word that says nothing in one language says nothing in the other."""
_SHOUTED: Final = 6
"""Letters of a word in capitals that is no abbreviation."""
_BEFORE_SOUND: Final = frozenset(
    """
    au bande du inge ingenieur ingenieure ingenieurs le mixage mixeur mixeurs mixeuse montage monteur monteurs monteuse preneur
    preneuse regie regisseur regisseurs regisseuse technicien technicienne techniciennes techniciens
    """.split()  # noqa: SIM905 - the same
)
_AFTER_SOUND: Final = frozenset(
    "a and au avec chez dans de des du en et for image live lumiere mais ou par pour studio sur video".split()  # noqa: SIM905 - the same
)
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
    found = [(match, folded) for match in _WORD.finditer(text) if (folded := fold(match.group())[:_LONGEST])]
    language = _spoken([folded for _match, folded in found], locale, accented=not text.isascii())
    silent = FRENCH_STOP_WORDS if language == "fr" else ENGLISH_STOP_WORDS
    shouted = not any(character.islower() for character in text) and any(len(folded) >= _SHOUTED for _match, folded in found)
    words: list[Word] = []
    for match, folded in found:
        said = match.group()
        tells = not (folded in silent or folded.isdigit() or (len(folded) <= _SHORT and folded in STOP_WORDS))
        name = not shouted and len(said) > 1 and said.isupper()
        words.append(Word(said, match.start(), match.end(), folded, name or tells))
    if language == "fr":
        words = [word._replace(telling=True) if _is_sound(text, words, place) else word for place, word in enumerate(words)]
    return words, language


def _is_sound(text: str, words: Sequence[Word], place: int) -> bool:
    """Tell whether a French word is *son* as in *ingénieur du son*, not as in *son livre*."""
    if words[place].folded != "son":
        return False
    if place and words[place - 1].folded in _BEFORE_SOUND:
        return True
    after = words[place + 1] if place + 1 < len(words) else None
    return after is None or after.folded in _AFTER_SOUND or not text[words[place].end : after.start].isspace()


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


@functools.lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word: Snowball's of the language, *fr* or *en*; words with digits or marks stay.

    So does what a stem would leave too little of: *devis* is no *dev*.
    """
    if word in _NOT_STEMMED:
        return word
    one = singular(word)
    if len(word) < _STEMMED or not word.isalpha() or not word.isascii():
        return one
    stemmed = _stemmer(language)(one)
    if stemmed in _NO_STEMS:
        return one
    return stemmed if len(stemmed) >= _STEMMED or len(stemmed) >= len(one) else one


@functools.cache
def _stemmer(language: str) -> Callable[[str], str]:
    import Stemmer  # noqa: PLC0415 - a bot that nobody has asked anything yet is smaller without

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


@functools.lru_cache(maxsize=2048)
def terms(text: str) -> frozenset[str]:
    """Return the words that a text is about: folded, in the singular, without those that say nothing."""
    return frozenset(singular(word.folded) for word in split(text)[0] if word.telling)


@functools.lru_cache(maxsize=2048)
def things(text: str) -> tuple[str, ...]:
    """Return the things that a member listed: "Bookkeeping, tax advice" are two."""
    return tuple(dict.fromkeys(thing for part in _SEPARATOR.split(text) if (thing := part.strip(" \t.-*"))))


def has_letters(text: str) -> bool:
    """Tell whether a text has any letter: emoji, digits and signs alone say nothing."""
    return _LETTERS.search(text) is not None
