"""Who fits whom: by what words mean, in both languages and across the two, with reasons that are true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from bot.i18n import plain
from bot.model import Member
from bot.skills.ranking import Candidate, Match, rank_allies, rank_helpers


def candidate(number: int, name: str, **known: object) -> Candidate:
    return Candidate(Member(number, name), **known)  # type: ignore[arg-type]


def reasons(match: Match, locale: str = "en") -> list[str]:
    return [plain(reason, locale) for reason in match.reasons]


def ranked(matches: list[Match]) -> list[str]:
    return [match.member.name for match in matches]


ACCOUNTANT = candidate(1, "Ada", does="Comptable", offers="Comptabilité, déclarations fiscales", locale="fr")
BOOKKEEPER = candidate(2, "Bo", does="Bookkeeper", offers="bookkeeping; tax returns", locale="en")
DESIGNER = candidate(3, "Cy", does="Designer", offers="Logos, branding", seeks="bookkeeping", locale="en")
PRINTER = candidate(4, "Di", does="Printer", offers="posters", locale="en")
PEOPLE = (ACCOUNTANT, BOOKKEEPER, DESIGNER, PRINTER)

# ---------------------------------------------------------------- helpers


def test_the_closest_offer_is_quoted_as_it_was_written() -> None:
    (best, *_rest) = rank_helpers("Qui peut m'aider avec une déclaration fiscale ?", PEOPLE)
    assert best.member.name == "Ada"
    assert reasons(best) == ["offers “déclarations fiscales”"]


def test_nobody_is_named_without_a_reason() -> None:
    assert rank_helpers("somebody to walk my dog", PEOPLE) == []
    assert rank_helpers("help me please", PEOPLE) == []
    assert rank_helpers("", PEOPLE) == []


def test_a_country_is_not_its_language() -> None:
    people = (
        candidate(5, "Ed", offers="Traduction anglais-français", locale="fr"),
        candidate(6, "Flo", offers="Relecture en français", locale="fr"),
    )
    for need in ("taxes in France", "impôts en France", "help with taxes, I live in France"):
        assert rank_helpers(need, people) == []
        assert ranked(rank_helpers(need, (*people, ACCOUNTANT)))[0] == "Ada"
    assert ranked(rank_helpers("traduire mon site en français", people))[0] == "Ed"


def test_a_contract_is_read_drafted_or_worked_on() -> None:
    people = (
        candidate(5, "Ed", offers="Contract law, terms and conditions"),
        candidate(6, "Flo", offers="contract templates, reviewing contracts"),
        candidate(7, "Guy", offers="finds contract work for developers"),
    )
    for need, best in (
        ("contract", "Flo"),
        ("who can check a contract", "Flo"),
        ("contract law", "Ed"),
        ("drafting contracts", "Ed"),
        ("I need contract work", "Guy"),
    ):
        assert ranked(rank_helpers(need, people))[0] == best, need


def test_who_has_no_time_is_not_asked() -> None:
    busy = candidate(5, "Ed", offers="logos", available=False)
    free = candidate(6, "Flo", offers="logos", available=True)
    found = rank_helpers("a logo", (busy, free, DESIGNER))

    assert ranked(found) == ["Flo", "Cy"]
    assert reasons(found[0]) == ["offers “logos”", "is available at the moment"]


def test_past_help_with_the_same_counts_and_is_told() -> None:
    once = candidate(5, "Ed", helped=1, helped_with=("a tax return for exports",))
    often = candidate(6, "Flo", helped=2, helped_with=("my tax return", "taxes abroad"))

    assert reasons(rank_helpers("tax return", (once,))[0]) == ["has helped with “a tax return for exports”"]
    assert reasons(rank_helpers("tax", (often,))[0]) == ["has helped with this 2 times"]


def test_help_with_something_close_is_not_help_with_this() -> None:
    other = candidate(5, "Ed", helped=2, helped_with=("a Vue.js component", "an Angular upgrade"))
    assert [reasons(match) for match in rank_helpers("React component", (other,))] == [["has helped with “a Vue.js component”"]]


def test_what_a_word_of_theirs_only_hints_at_is_said_to_be_close_or_nothing() -> None:
    florist = candidate(5, "Ed", offers="dried grasses", locale="en")
    assert reasons(rank_helpers("a florist", (florist,), locale="en")[0])[0] == "offers “dried grasses”, close to “florist”"
    anybody = candidate(5, "Ed", offers="spécialiste, technicien, agence, expert", locale="fr")
    for need in ("seo specialist", "sound technician", "travel agency", "GDPR expert", "ingénieur du son"):
        assert rank_helpers(need, (anybody,), locale="en") == []


def test_a_trade_is_quoted_as_a_whole_and_told_to_its_owner_as_theirs() -> None:
    translator = candidate(1, "Sofia", does="Translator, Italian and English")
    (found,) = rank_helpers("a translation into Italian", (translator,))
    assert reasons(found) == ["describes their work as “Translator, Italian and English”"]
    assert [plain(told, "en") for told in found.mine] == ["you describe your work as “Translator, Italian and English”"]


def test_a_common_language_is_a_reason_only_where_there_are_several() -> None:
    assert reasons(rank_helpers("bookkeeping", PEOPLE, locale="en")[0]) == ["offers “bookkeeping”", "speaks English"]
    assert reasons(rank_helpers("bookkeeping", (BOOKKEEPER, DESIGNER), locale="en")[0]) == ["offers “bookkeeping”"]


def test_a_rare_word_says_more_than_a_common_one() -> None:
    many = [candidate(number, f"Member {number}", offers="web design") for number in range(10, 30)]
    special = candidate(5, "Ed", offers="letterpress")
    found = rank_helpers("design for letterpress", (*many, special), 1)

    assert ranked(found) == ["Ed"]


def test_at_most_as_many_as_wanted() -> None:
    many = [candidate(number, f"Member {number}", offers="logos") for number in range(10, 30)]
    assert [match.member.id for match in rank_helpers("logo", many, 5)] == [10, 11, 12, 13, 14]


# ---------------------------------------------------------------- allies


def test_an_ally_offers_what_i_seek_or_seeks_what_i_offer() -> None:
    me = candidate(9, "Me", does="Painter", offers="bookkeeping for artists", seeks="posters", locale="en")
    found = rank_allies(me, PEOPLE)

    assert [(match.member.name, reasons(match)[0]) for match in found] == [
        ("Di", "offers “posters”, which you seek"),
        ("Cy", "seeks “bookkeeping”, which you offer"),
        ("Bo", "offers “bookkeeping”"),
    ]


def test_nobody_is_their_own_ally() -> None:
    assert "Bo" not in ranked(rank_allies(BOOKKEEPER, PEOPLE, 10))


def test_a_newcomer_alike_to_nobody_still_meets_somebody() -> None:
    me = candidate(9, "Me", does="Beekeeper", offers="honey", locale="en")
    found = rank_allies(me, PEOPLE)

    assert len(found) == 3
    assert all(match.reasons for match in found)
    assert reasons(found[0])[0].startswith("offers “")


def test_reasons_are_said_in_french_too() -> None:
    me = candidate(9, "Me", seeks="comptabilité", locale="fr")
    assert all(plain(reason, "fr") for match in rank_allies(me, PEOPLE) for reason in match.reasons)


WORDS = some.text(some.sampled_from("abcdeéàçx +#,;-.'’s\n"), max_size=60)


@given(WORDS, some.lists(some.tuples(WORDS, WORDS, WORDS), max_size=6))
def test_any_words_rank_without_a_flaw(need: str, people: list[tuple[str, str, str]]) -> None:
    candidates = [
        candidate(number, f"Member {number}", does=does, offers=offers, seeks=seeks)
        for number, (does, offers, seeks) in enumerate(people, 1)
    ]
    found = rank_helpers(need, candidates)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert all(match.reasons and match.score > 0 for match in found)
    assert all(match.reasons for match in rank_allies(candidate(99, "Me", offers=need, seeks=need), candidates))
