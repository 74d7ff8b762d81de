"""Official lists: what is read of them, and which sentence says why a file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.skills import overlay
from bot.skills.imports import UnreadableError, merged, read_file
from bot.skills.vocabulary import Concept, Vocabulary, shipped
from bot.skills.words import split

ID = "00000000-aaaa-4bbb-8ccc-000000000001"
ESCO = f"""conceptType,conceptUri,skillType,preferredLabel,altLabels,status
KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/{ID},skill/competence,keep bees,"look after bees
bee keeping",released
"""
ROME = """"code_ogr","libelle_appellation_long","libelle_appellation_court","code_rome"
"10200","Abatteur / Abatteuse de carrière","Abatteur / Abatteuse de carrière","F1402"
"10201","Horloger","Horloger","B1604"
"""


def names(content: str, name: str) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    return [(one.id, dict(one.names)) for one in read_file(name, content.splitlines(keepends=True)).concepts]


def test_esco_in_one_language() -> None:
    assert names(ESCO, "skills_en.csv") == [(f"esco-{ID}", {"en": ("keep bees", "look after bees", "bee keeping")})]
    assert names("\ufeff" + ESCO, "skills_fr.csv")[0][1].keys() == {"fr"}


def test_esco_as_a_table_of_both() -> None:
    occupation = f"{ID}\t2166\tbeekeeper\tapiarist|bee farmer\tapiculteur/apicultrice\tapiculteur|apicultrice\n"
    assert names(occupation, "occupations.tsv") == [
        (f"esco-{ID}", {"en": ("beekeeper", "apiarist", "bee farmer"), "fr": ("apiculteur", "apicultrice")})
    ]
    skill = f"{ID}\tkeep bees\tall run together\tskill\télever des abeilles\t\tWhat it is.\n"
    assert names(skill, "skills.tsv") == [(f"esco-{ID}", {"en": ("keep bees",), "fr": ("élever des abeilles",)})]


def test_rome_has_both_genders() -> None:
    assert names(ROME, "appellations.csv") == [
        ("rome-10200", {"fr": ("Abatteur de carrière", "Abatteuse de carrière")}),
        ("rome-10201", {"fr": ("Horloger",)}),
    ]


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        ("", "x.csv", "x.csv: is neither an ESCO file"),
        ("id,name\n1,a\n", "x.csv", "is neither an ESCO file"),
        (ESCO, "skills.csv", "does not say its language"),
        (ESCO.replace(ID, "somewhere"), "skills_en.csv", "line 3: .* does not end in an id of ESCO"),
        (ESCO.replace(",released", ""), "skills_en.csv", "line 3: has 5 columns and the first line 6"),
        (ESCO.splitlines()[0] + "\n", "skills_en.csv", "has no line with a name in it"),
        (ROME.replace("libelle_appellation_long", "libelle_appellation"), "r.csv", "has no column libelle_appellation_long"),
        (ROME.replace('"10201"', '"<b>"'), "r.csv", "line 3: '<b>' is no code of ROME"),
        (ROME + '"10202","open', "r.csv", "is no CSV file"),
        (f"{ID}\t2166\tbeekeeper\n", "o.tsv", "line 1: has no id of ESCO"),
    ],
)
def test_what_is_broken_is_refused_in_one_sentence(content: str, name: str, problem: str) -> None:
    with pytest.raises(UnreadableError, match=problem) as refused:
        read_file(name, content.splitlines(keepends=True))
    assert "\n" not in str(refused.value)


def test_the_languages_of_one_list_are_joined_and_doing_it_again_changes_nothing(tmp_path: Path) -> None:
    place = overlay.folder(f"sqlite:///{tmp_path}/confrere.db")
    both = merged(
        [
            *read_file("skills_en.csv", [*ESCO.splitlines(keepends=True)]).concepts,
            Concept(f"esco-{ID}", {"fr": ('les "abeilles"\\',)}),
        ]
    )
    file = overlay.write(place, "esco", both)
    written = file.read_text(encoding="utf-8")
    assert merged([*overlay.concepts(place), *both]) == both == list(overlay.concepts(place))
    assert overlay.write(place, "esco", overlay.concepts(place)).read_text(encoding="utf-8") == written
    assert overlay.files(place) == [("esco", tmp_path / "skills" / "esco.toml")]


def test_names_of_ours_stay_ours() -> None:
    known = Vocabulary(shipped(), [Concept("rome-1", {"fr": ("Comptable", "Poseur de clôtures")})])
    words, language = split("comptable, poseurs de clôtures", "fr")
    assert [found.concept for found in known.find("comptable, poseurs de clôtures", words, language)] == ["accounting", "rome-1"]


def test_beside_postgresql_they_are_in_var() -> None:
    assert overlay.folder("postgresql://localhost/confrere") == Path("var/skills")
