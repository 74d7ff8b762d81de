"""Whatever is written instead of a need gets a private answer that helps: never an error, never a ping, nothing public."""

from __future__ import annotations

import pytest

from commands.requests import remarks
from commands.requests.need import says_nothing
from tests.features.village import Village, Villager

SAYS_NOTHING = ("   ", "a", "?", "é", "🙏🙏🙏", "👩‍💻", "12345", "\u200b\u200b", "\u202e")
ODD = (
    "'; DROP TABLE request; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "**bold** [x](http://example.org) `code` ~~s~~",
    "<@1> @everyone <!channel> <#C1|general>",
    "{need} %s {0} \\n $HOME",
    "מי יודע חשבונאות",
    "帮我找一个会计",
    "a\u0301\u0300\u0302" * 20,
)


async def test_whatever_is_written_is_answered_in_private_and_pings_nobody(
    village: Village, ada: Villager, basile: Villager, chloe: Villager
) -> None:
    before = [person.reads() for person in (basile, chloe)]
    for need in SAYS_NOTHING:
        told = await ada.command("ask", need=need)
        assert "Say in a few words what you need" in told or "Please fill this in." in told, need
    for need in ("https://example.org/a?b=c", "www.example.org"):
        assert "A link alone does not say" in await ada.command("ask", need=need), need
    assert "At most 300 characters" in await ada.command("ask", need="bookkeeping " * 417)
    for need in ("you stupid bot", "Connard !", "va te faire foutre", "Espèce d’idiot"):
        assert "not sound like a good moment" in await ada.command("ask", need=need), need
        assert ada.buttons("dm") == ["Ask for help"]
    assert "You have asked for nothing yet" in await ada.command("requests", which="mine")
    for need in ODD:
        told = await ada.command("ask", need=need)
        assert "Who can help" in told, need
        assert " ".join(need.split()) in told, need
    assert "Something went wrong" not in "".join(ada.reads())
    assert [person.reads() for person in (basile, chloe)] == before


async def test_a_greeting_or_a_call_for_help_is_asked_what_for_and_kept_in_the_form(ada: Villager, basile: Villager) -> None:
    for need in ("help", "Aide", "Hello!", "bonjour ?", "menu"):
        told = await ada.command("ask", need=need)
        assert "Happy to look for somebody, once I know what for. For example: a bookkeeper" in told
        assert "“confrere”" in told
        await ada.press("Correct")
        assert ada.form is not None
        assert ada.form.form.fields[0].initial == need  # type: ignore[union-attr]
    assert "You have asked for nothing yet" in await ada.command("requests", which="mine")
    await ada.press("Correct")
    assert f"{basile.name}: offers" in await ada.fill(need="help with bookkeeping")


@pytest.mark.parametrize(
    ("need", "nothing"),
    [
        ("Bonjour tout le monde", True),
        ("J’ai besoin d’aide svp", True),
        ("Hi, can you help me please?", True),
        ("À l’aide !", True),
        ("IT help", False),
        ("AI help", False),
        ("aide juridique", False),
        ("bonjour, un logo", False),
        ("help desk", False),
        ("un menu de restaurant", False),
        ("UX", False),
        ("???", False),
    ],
)
def test_what_says_nothing_is_told_from_a_short_need(need: str, nothing: bool) -> None:  # noqa: FBT001
    assert says_nothing(need) is nothing


async def test_a_question_in_another_language_is_looked_for_and_answered_in_both_of_ours(ada: Villager, basile: Villager) -> None:
    told = await ada.command("ask", need="Busco alguien para bookkeeping, por favor")
    assert "I understand French and English best." in told
    assert "Je comprends surtout le français et l’anglais." in told
    assert f"{basile.name}: offers" in told


async def test_a_name_alone_offers_to_ask_that_person(village: Village, ada: Villager, basile: Villager) -> None:
    await village.person("Basile Martin", "Gardening")
    for words in ("Basile", "@basile ?", "BASILE"):
        told = await ada.command("ask", need=words)
        assert "Do you mean somebody here?" in told
        assert "Ask Basile" in ada.buttons("dm")
        assert "Ask Basile Martin" in ada.buttons("dm")
    await ada.press("Profile")
    assert "Bookkeeping, tax advice" in ada.told
    await ada.press("Ask Basile")
    await ada.fill(need="?")
    assert "Say in a few words" in ada.errors["need"]
    await ada.press("Ask Basile")
    diane = await village.person("Diane", "Books, a second look")
    await village.passes(minutes=0)
    assert "I am asking Basile" in await ada.fill(need="a second look at my books")
    assert "a second look at my books" in basile.reads("dm")[-1]
    for _week in range(2):
        await village.passes(days=7)
    assert not [words for words in diane.reads() if "a second look at my books" in words], "nobody else, said the form"
    assert "That is your own name." in await ada.command("ask", need="Ada")


async def test_a_name_that_somebody_offers_is_a_need(village: Village, ada: Villager) -> None:
    await village.person("Pierre", "Rénovation")
    await village.person("Lucie", "Taille de pierre")
    assert "Lucie: offers" in await ada.command("ask", need="pierre")


@pytest.mark.parametrize(
    ("need", "insult"),
    [
        ("connard", True),
        ("You are an idiot", True),
        ("fuck you", True),
        ("espèce de gros con", True),
        ("c'est nul", True),
        ("putain, il me faut un comptable", False),
        ("my accounting is shit, who can help with bookkeeping", False),
        ("a bookkeeper", False),
        ("race planning", False),
        ("hello", False),
        ("", False),
    ],
)
def test_an_insult_is_one_only_where_nothing_else_is_said(need: str, insult: bool) -> None:  # noqa: FBT001
    assert remarks.is_insult(need) is insult


@pytest.mark.parametrize(
    ("need", "elsewhere"),
    [
        ("Necesito ayuda con la contabilidad", True),
        ("Ich suche jemand für die Buchhaltung", True),
        ("Cerco qualcuno per il mio sito", True),
        ("Preciso de alguém para a contabilidade", True),
        ("Ik zoek een boekhouder", True),
        ("мне нужен бухгалтер", True),
        ("会計士を探しています", True),
        ("J’ai besoin d’un comptable pour mes impôts", False),
        ("Who knows a bookkeeper for an online shop?", False),
        ("UX", False),
        ("une traduction de l’allemand: Ich suche", False),
        ("logo 東京", False),
        ("SEO", False),
    ],
)
def test_another_language_is_told_by_its_small_words(need: str, elsewhere: bool) -> None:  # noqa: FBT001
    assert remarks.in_another_language(need) is elsewhere
