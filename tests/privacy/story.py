"""A community in which everything private exists once, in words that are nowhere else: `ZEBRA-PITCH`, `ZEBRA-VOICE`.

Ada does, writes and chooses; Bea is whom it concerns, and Cyd with her where it takes three. Pia is any other member, and Zoé runs
the community.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.model import Channel
from bot.notices import MessagePreference
from commands.preferences.messages import KINDS
from storage.budget import Budget
from tests.features.checkins import appointed, drafted, goes, started

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.features.village import Village, Villager

CHANNELS = ("introductions", "help", "thanks", "opportunities", "icebreakers", "voice")


def zebra(name: str) -> str:
    """Return words that hold a marker and read like something."""
    return f"ZEBRA-{name} and a few more words"


@dataclass(frozen=True)
class Cast:
    """Who is in the story."""

    ada: Villager
    bea: Villager
    cyd: Villager
    pia: Villager
    zoe: Villager

    def all(self) -> tuple[Villager, ...]:
        """Return everybody."""
        return (self.ada, self.bea, self.cyd, self.pia, self.zoe)


async def live(village: Village, tell: Callable[[str], None]) -> Cast:
    """Let the community live; `tell` is told each chapter before it begins."""
    for name in CHANNELS:
        await village.channel(name)
    await village.passes(minutes=0)
    tell("people come")
    people = Cast(
        await village.person("Ada"),
        await village.person("Bea", "Bookkeeping, tax advice", available="yes"),
        await village.person("Cyd", "Photography"),
        await village.person("Pia", "Printing"),
        await appointed(village),
    )
    async with village.app.store.unit() as unit:
        budget = unit.use(Budget, await village.community())
        for one in people.all():
            await budget.choose(one.member.id, MessagePreference(weekly=10))
    chapters: tuple[Callable[[Village, Cast], Awaitable[None]], ...] = (
        _introduces_herself,
        _chooses,
        _asks_for_help,
        _shares_business,
        _thanks,
        _gains,
        _speaks_up,
        _breaks_the_ice,
        _joins,
        _answers_the_check_in,
        _answers_her_circle,
        _meets,
        _writes_what_does_not_arrive,
    )
    for chapter in chapters:
        tell(chapter.__name__.strip("_").replace("_", " "))
        await chapter(village, people)
    return people


async def _introduces_herself(_village: Village, cast: Cast) -> None:
    ada = cast.ada
    await ada.command("intro")
    does, offers, seeks = zebra("DOES"), f"translation, {zebra('OFFERS')}", f"bookkeeping, {zebra('SEEKS')}"
    await _sends(ada, does=does, offers=offers, seeks=seeks, expects=("economic",), link="https://example.org/ZEBRA-LINK")
    await ada.command("available")
    await _sends(ada, state="yes", note=zebra("AVAILABLE"))


async def _chooses(_village: Village, cast: Cast) -> None:
    ada = cast.ada
    await ada.command("preferences")
    await _sends(ada, language="platform", zone="Europe/Vaduz", days=tuple("01234"), hours="9:07-17:43")
    await ada.command("preferences", about="messages")
    await _sends(ada, weekly=10, digest="no", kinds=tuple(kind.value for kind in KINDS), asks="4", quiet="22:41-5:17")


async def _asks_for_help(_village: Village, cast: Cast) -> None:
    ada, bea = cast.ada, cast.bea
    await ada.command("ask", need=f"bookkeeping, {zebra('REQUEST')}")
    await ada.choose("Bea")
    await bea.press("I can help", place="dm")
    await ada.press("It is solved", place="dm")
    await _sends(ada, helper=str(bea.member.id), gain="skill", thanks=zebra("SOLVED"), visibility="private")
    await ada.command("ask", need=f"photography, {zebra('POSTED')}")
    await ada.press("Post to everyone")
    await ada.command("ask", need=f"tax advice, {zebra('ASKED')}")
    await ada.choose("Bea")


async def _shares_business(_village: Village, cast: Cast) -> None:
    ada, bea = cast.ada, cast.bea
    await _writes_opportunity(ada, "UNPUBLISHED")
    await ada.command("opportunity post")
    await ada.fill(title=zebra("DRAFT"), what="Not finished.", budget="3k€", deadline="1 January 2020")
    assert "deadline" in ada.errors
    await _writes_opportunity(bea, "OPPORTUNITY")
    await bea.press("Publish")
    await ada.press("Recommend someone", place="#opportunities")
    await _sends(ada, person=cast.cyd, words=zebra("RECOMMENDED"))
    await ada.press("I’m interested", place="#opportunities")
    await _sends(ada, pitch=zebra("PITCH"))
    await ada.press("Report", place="#opportunities")
    await _sends(ada, reason=zebra("REPORT"))
    await _writes_opportunity(ada, "FILLED")
    await ada.press("Publish")
    await bea.press("I’m interested", place="#opportunities")
    await _sends(bea, pitch="It would suit me.")
    await ada.press("It is filled", place="dm")
    await _sends(ada, who=str(bea.member.id), band="20000")


async def _writes_opportunity(one: Villager, name: str) -> None:
    await one.command("opportunity post")
    await _sends(one, title=f"ZEBRA-{name}", what=zebra(name), skills="Painting", budget="550 €/j", deadline="in two weeks")
    await one.press("Kind, place and fee")
    await _sends(one, kind="mission", place="remote", where="", fee="percent-taker", share="10 %")


async def _thanks(_village: Village, cast: Cast) -> None:
    for name, seen in (("THANKS", "private"), ("APPLAUSE", "public")):
        await cast.ada.command("thanks", member=cast.bea, what=zebra(name), seen_by=seen)


async def _gains(_village: Village, cast: Cast) -> None:
    ada, bea = cast.ada, cast.bea
    await ada.command("value")
    await ada.press("Say what I gained")
    await _sends(ada, gain="economic", what=zebra("GAIN"), giver=bea, band="2000")
    await ada.command("value")
    await ada.press("Say whom I helped")
    await _sends(ada, gainer=bea, gain="skill", what=zebra("HELPED"))


async def _speaks_up(village: Village, cast: Cast) -> None:
    ada, zoe = cast.ada, cast.zoe
    await zoe.command("animator voice")
    await zoe.press("Choose the channel")
    await _sends(zoe, where=Channel("voice", "voice"))
    for way, name, audience in (
        ("With my name", "VOICE", "animators"),
        ("Anonymously", "ANONYMOUS", "animators"),
        ("With my name", "ALOUD", "all"),
    ):
        await ada.command("voice")
        await ada.press(way)
        told = await _sends(ada, kind="concern", words=zebra(name), audience=audience)
        if code := re.search(r"[2-9A-Z]{5}(?:-[2-9A-Z]{5}){2}", told):
            await ada.command("voice")
            await ada.press("I have a code")
            await _sends(ada, code=code[0])
        await village.passes(hours=1)
        await zoe.command("animator voice")
        await zoe.press("Read it")
        await zoe.press("Answer")
        await _sends(zoe, words=zebra(f"{name}ANSWER"))
        await zoe.press("What becomes of it")
        await _sends(zoe, outcome="will", reason=zebra(f"{name}REASON"))


async def _breaks_the_ice(_village: Village, cast: Cast) -> None:
    ada, zoe = cast.ada, cast.zoe
    await zoe.command("animator icebreakers")
    await _sends(
        zoe, icebreakers=Channel("icebreakers", "icebreakers"), days=("1",), at="10:00", weeks="1", themes=("life", "wins")
    )
    await zoe.command("animator icebreakers")
    await zoe.press("Post now")
    await ada.press("Answer", place="#icebreakers")
    await _sends(ada, words=zebra("ICEBREAKER"))
    message, _action = ada.find("Answer", "#icebreakers")
    await ada.press_again(message, "icebreaker:propose")
    await _sends(ada, words=f"{zebra('PROMPT')}?", theme="life")


async def _joins(_village: Village, cast: Cast) -> None:
    ada, bea, cyd, zoe = cast.ada, cast.bea, cast.cyd, cast.zoe
    await zoe.command("animator rounds")
    await zoe.press("New programme")
    await _sends(zoe, name="Tuesday pairs", size="2", rhythm="w1", day="1", time="9:00")
    for one in (ada, bea):
        await one.command("meet", do="join")
    await ada.command("circle", do="start")
    await _sends(ada, name="Makers", rhythm="1", day="0", time="9:00", door="open")
    for one in (bea, cyd):
        await one.command("circle", do="find")
        await one.press("Come in")
    await ada.command("circle")
    await ada.press("Invite somebody")
    await _sends(ada, member=cast.pia)


async def _answers_the_check_in(village: Village, cast: Cast) -> None:
    ada, bea, pia, zoe = cast.ada, cast.bea, cast.pia, cast.zoe
    await started(zoe, "A month here", rhythm="once")
    await goes(village, "2026-11-24T08:30")
    for one, name, reads in (
        (ada, "CHECKIN", {"reads": "animators"}),
        (cast.cyd, "TOPEER", {"reads": "peer", "peer": bea}),
        (pia, "TOTALS", {"reads": "totals"}),
    ):
        await one.press("Answer", place="dm")
        await _sends(one, q1="1", q2=("0",), q3=zebra(name), **reads)
    await cast.cyd.command("checkin")
    await cast.cyd.press("What I said")
    await bea.press("Read the answer", place="dm")
    await zoe.press("Read the answer", place="dm")
    await zoe.press("Reply")
    await _sends(zoe, words=zebra("REPLY"))
    await ada.press("Answer", place="dm")
    await _sends(ada, words=zebra("LETTER"))


async def _answers_her_circle(village: Village, cast: Cast) -> None:
    await goes(village, "2026-11-30T08:30")
    for one in (cast.ada, cast.bea, cast.cyd):
        await one.press("Answer", place="dm")
        own = one is cast.ada
        await _sends(
            one,
            happened=zebra("HAPPENED") if own else "Well.",
            ahead=zebra("COMMITMENT") if own else "",
            hand=zebra("HAND") if own else "",
        )
    assert "ZEBRA-HAPPENED" in "".join(cast.bea.told) or cast.bea.sees("group")


async def _meets(village: Village, cast: Cast) -> None:
    ada = cast.ada
    for instant in ("2026-12-01T08:00", "2026-12-01T10:00", "2026-12-10T09:00"):
        await goes(village, instant)
    await ada.press("We met", place="dm")
    met = ada.find("What was useful")[0]
    await ada.press("What was useful")
    await _sends(ada, gain="skill", thanks=zebra("MEETING"), visibility="private")
    await ada.press_again(met, "round:rather_not:1")
    await ada.press("Not with Bea")
    await cast.cyd.command("meet", do="join")
    await cast.pia.command("profile", member=ada)
    await cast.pia.press("Propose a meeting")
    village.adapter.workspace.change_person(cast.cyd.id, dm_closed=True)
    await goes(village, "2026-12-14T08:30")
    await goes(village, "2026-12-15T08:00")  # the meetings are made, and not sent yet


async def _writes_what_does_not_arrive(_village: Village, cast: Cast) -> None:
    await cast.ada.command("thanks", member=cast.cyd, what=zebra("UNDELIVERED"), seen_by="private")
    await drafted(cast.zoe, "The pulse of the quarter")


async def _sends(one: Villager, **values: Any) -> str:  # noqa: ANN401 - any field
    """Fill the form in front of somebody, who makes no mistake."""
    told = await one.fill(**values)
    assert not one.errors, one.errors
    return told
