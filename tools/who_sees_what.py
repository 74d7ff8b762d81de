"""Who sees what: one table, written into the reference and walked through by `tests/privacy`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path("docs/reference/who-sees-what.md")

YES, NO = "yes", "no"
SEALED, READABLE, NOT_KEPT = "sealed", "readable", "not kept"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing, and who is shown it: `yes` is always, `no` is never, anything else says when.

    `member` is whose it is, `concerned` whom they addressed it to or share it with, `peer` any other member; `operator` is how
    it lies in the database. `markers` stand for it in the community of the tests, as regular expressions; where there are none,
    `proved` names the test that shows it.
    """

    thing: str
    member: str
    concerned: str
    peer: str
    animator: str
    operator: str
    markers: tuple[str, ...] = ()
    proved: str = ""


def _zebras(*names: str) -> tuple[str, ...]:
    return tuple(rf"ZEBRA-{name}\b" for name in names)


ROWS: Final = (
    Row(
        "Introduction: what they do, offer and seek, link", YES, YES, YES, YES, READABLE, _zebras("DOES", "OFFERS", "SEEKS", "LINK")
    ),
    Row("Availability and its note", YES, YES, YES, YES, READABLE, _zebras("AVAILABLE")),
    Row(
        "What they expect first (a kind of value)",
        YES,
        NO,
        NO,
        "in figures; by name where nothing came of it",
        READABLE,
        proved="tests/features/test_value_asked.py::test_what_was_expected_is_beside_what_came",
    ),
    Row("Working hours, quiet hours, time zone they chose", YES, NO, NO, NO, READABLE, ("Vaduz", r"\b0?9:07\b", r"\b(10|22):41\b")),
    Row(
        "Which messages reach them, how many, what waits for their digest",
        YES,
        NO,
        NO,
        "by name, whom a check-in does not reach, and why",
        READABLE,
        proved="tests/features/test_budget.py::TestLess::test_nobody_opens_what_waits_for_somebody_else",
    ),
    Row("Forms half filled in", YES, NO, NO, NO, "readable; sealed for private words", _zebras("DRAFT")),
    Row(
        "Request asked of chosen helpers",
        YES,
        YES,
        "once it is posted",
        "once nobody could help",
        READABLE,
        _zebras("ASKED"),
    ),
    Row("Request posted to everyone", YES, YES, YES, YES, READABLE, _zebras("POSTED")),
    Row(
        "Who declined to help",
        NO,
        NO,
        NO,
        NO,
        READABLE,
        proved="tests/features/test_request_helpers.py::TestBeingAsked::test_declining_is_silent_also_by_what_whoever_asks_may_do",
    ),
    Row("Opportunity neither published nor sent for approval", YES, NO, NO, NO, READABLE, _zebras("UNPUBLISHED")),
    Row("Opportunity, published", YES, YES, YES, YES, READABLE, _zebras("OPPORTUNITY", "FILLED")),
    Row("Pitch to an opportunity", YES, YES, NO, NO, READABLE, _zebras("PITCH")),
    Row("Word with a recommendation: to whom it recommends", YES, YES, NO, NO, READABLE, _zebras("RECOMMENDED")),
    Row("Reason of a report, without who reported", YES, NO, NO, YES, READABLE, _zebras("REPORT")),
    Row(
        "Amount band of an opportunity or an outcome",
        YES,
        "whom it is thanks to",
        NO,
        "in totals over many",
        READABLE,
        (r"(?i)roughly[^\n]*\n?[^\n]*500 to 2,000", r"Roughly[^\n]*: 2000\b"),
    ),
    Row("Outcome: what somebody gained", YES, YES, NO, "in totals", READABLE, _zebras("GAIN")),
    Row("“I helped them”, until they confirm it", YES, YES, NO, NO, READABLE, _zebras("HELPED")),
    Row(
        "What is missing, after 60 days without a gain; that they were asked",
        YES,
        NO,
        NO,
        "where the member says so; that they were asked, once a week has passed without an answer",
        READABLE,
        proved="tests/features/test_value_asked.py",
    ),
    Row(
        "Whether expectations came true",
        YES,
        NO,
        NO,
        "in figures over five or more",
        READABLE,
        proved="tests/features/test_value_asked.py::test_how_often_expectations_come_true_is_told_of_five_at_least",
    ),
    Row("Thanks, private", YES, YES, NO, NO, READABLE, _zebras("THANKS", "SOLVED", "MEETING")),
    Row("Thanks, public", YES, YES, YES, YES, READABLE, _zebras("APPLAUSE")),
    Row(
        "Voice, signed, to the animators; their answer and its reason",
        YES,
        NO,
        NO,
        YES,
        SEALED,
        _zebras("VOICE", "VOICEANSWER", "VOICEREASON"),
    ),
    Row(
        "Voice, anonymous: its words, never whose they are",
        "with their code",
        NO,
        NO,
        YES,
        SEALED,
        _zebras("ANONYMOUS", "ANONYMOUSANSWER", "ANONYMOUSREASON"),
    ),
    Row("Voice to everyone; its answer", YES, YES, YES, YES, SEALED, _zebras("ALOUD", "ALOUDANSWER", "ALOUDREASON")),
    Row(
        "Check-in answer for the animators",
        YES,
        NO,
        NO,
        "those who ran the community when it was asked",
        SEALED,
        _zebras("CHECKIN"),
    ),
    Row("Check-in answer for one peer", YES, YES, NO, NO, SEALED, _zebras("TOPEER")),
    Row("Check-in answer for totals only: its words", "while writing it", NO, NO, NO, NOT_KEPT, _zebras("TOTALS")),
    Row(
        "Letters between an animator and a member, through the bot",
        "while writing it",
        YES,
        NO,
        "their own",
        NOT_KEPT,
        _zebras("REPLY", "LETTER"),
    ),
    Row(
        "Moods and trends",
        YES,
        NO,
        NO,
        "figures of five or more; a low one they were given to read",
        "sums",
        proved="tests/features/test_checkins_private.py::test_trends_begin_with_five_and_those_nobody_reads_come_by_fives",
    ),
    Row(
        "Circle: what happened, the commitment, the hand needed",
        YES,
        YES,
        NO,
        NO,
        SEALED,
        _zebras("HAPPENED", "COMMITMENT", "HAND"),
    ),
    Row(
        "Who is in a circle",
        YES,
        YES,
        "where it has room",
        YES,
        READABLE,
        proved="tests/features/test_circles_formed.py::test_animators_form_one_by_hand_and_see_who_is_in_it_and_no_words",
    ),
    Row(
        "Commitments kept",
        YES,
        NO,
        NO,
        NO,
        READABLE,
        proved="tests/features/test_circles.py::test_a_circle_from_its_first_member_to_its_second_week",
    ),
    Row(
        "Who meets whom, and whether they met",
        YES,
        YES,
        NO,
        "the pairs; whether they met in figures",
        READABLE,
        proved="tests/features/test_rounds.py::test_a_round_from_joining_to_what_it_brought",
    ),
    Row("Whom they would rather not meet", YES, NO, NO, NO, READABLE, (r"Whom I would rather not meet[\s\S]*\nBea\b",)),
    Row("Icebreaker answer", YES, YES, YES, YES, READABLE, _zebras("ICEBREAKER")),
    Row("Proposed icebreaker, until it is asked", YES, NO, NO, YES, READABLE, _zebras("PROMPT")),
    Row(
        "Private message that did not arrive: its words",
        "while writing it",
        "when they next come by",
        NO,
        NO,
        "readable until then",
        _zebras("UNDELIVERED"),
    ),
    Row(
        "When they last used the bot",
        YES,
        NO,
        NO,
        "roughly; the day, where a check-in is for those who are silent",
        READABLE,
        proved="tests/features/test_attention.py::test_members_are_looked_up_by_name_and_by_what_is_missing",
    ),
    Row(
        "That a private message did not reach them, and why; never its words",
        "when they next come by",
        NO,
        NO,
        YES,
        READABLE,
        proved="tests/features/test_deliveries.py::test_private_words_stay_private",
    ),
    Row(
        "What animators did for them: wrote, introduced, invited, put off; never the words",
        YES,
        "whom they are introduced to, once they agree",
        NO,
        YES,
        READABLE,
        proved="tests/features/test_attention.py::test_somebody_is_introduced_once_and_asked_first",
    ),
    Row(
        "Why somebody left (a kind of value); nothing of who it was",
        "while choosing it",
        NO,
        NO,
        "in fives, once the month is over",
        "sums",
        proved="tests/features/test_my_data.py::test_departures_are_told_in_fives_by_what_was_missing_once_the_month_is_over",
    ),
    Row(
        "Pulse, report, their pictures: figures without names",
        NO,
        NO,
        NO,
        YES,
        "the report, with the command line",
        proved="tests/privacy/test_who_sees.py::test_figures_and_pictures_name_nobody",
    ),
    Row(
        "The list of members as a file: what every member may see",
        NO,
        NO,
        NO,
        YES,
        "with the command line",
        proved="tests/privacy/test_who_sees.py::test_the_list_of_members_holds_what_everybody_may_see",
    ),
)

COLUMNS: Final = ("", "the member", "whom it concerns", "another member", "animator", "operator, in the database")
BEGINNING: Final = (
    "What is shown to whom, and how it lies in the database.\n"
    "*Yes* is always, *no* is never, through no command, button, form or forged request; anything else says when.\n"
    "*Whom it concerns* is whom the member addressed it to or shares it with: the helper they asked, the peers of their circle.\n"
    "An animator is a member too, and sees their own as members do.\n"
    "What *the member* sees is on cards or in [their export](../how-to/my-data.md), in some cases there alone."
)
ENDING: Final = (
    "The operator reads what is *readable* by opening the database; *sealed* words need the key as well"
    " ([why](../why/private.md)).\n"
    "Logs, at any level, hold events, numbers and durations, and none of the above."
    " `confrere outbox list` never says what a message says in private.\n"
    "Messages on their way to a platform are readable until they arrive; the platforms keep what they show.\n\n"
    "`tests/privacy` holds this table against the bot: a community in which each of these exists once, in words that are nowhere"
    " else, where everything that can be done is done as a member, as whom it concerns, as another member and as an animator."
)


def page(made: str) -> str:
    """Write the page; `made` is the line that says so."""
    cells = [
        COLUMNS,
        ("---",) * len(COLUMNS),
        *((row.thing, row.member, row.concerned, row.peer, row.animator, row.operator) for row in ROWS),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in cells)
    return f"# Who sees what\n\n{made}\n\n{BEGINNING}\n\n{table}\n\n{ENDING}\n"
