"""What the fictional community did, and living through it: everybody acts through the bot, as they would in the page."""

from __future__ import annotations

import datetime as dt
import textwrap
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from bot.demo.acting import Acting
from bot.demo.business import Business, Opportunity
from bot.demo.checkins import Checkins, Told
from bot.demo.circles import Circle, Circles, next_questions
from bot.demo.gains import Gain, Gains
from bot.demo.icebreakers import Icebreaker, Icebreakers
from bot.demo.passing import Passing
from bot.demo.rounds import WEEK, Meetings, Rounds, next_round
from bot.demo.voices import Voice, Voices
from bot.model import AccountRef, Channel
from bot.ui import Button, ChannelField, LongText, OneChoice, SearchField, Select

if TYPE_CHECKING:
    from adapters.sandbox.client import SandboxAdapter
    from adapters.sandbox.records import Message
    from bot.app import Application
    from bot.clock import MovableClock
    from bot.model import Value

FOUNDED: Final = 90
"""Days before today on which the community begins."""
NOON: Final = 11
"""The hour, in UTC, after noon in Paris in winter and in summer."""
FRIDAY: Final = 4
DAYS_OF_A_ROUND: Final = (-6, -1, 0, 2)
"""When members act in a round, in days after its meetings went out: they join, are told, meet, say what came of it."""
DAYS_OF_A_CIRCLE: Final = (15, 14, 7)
"""When members act in a circle, in days before its next questions: it is formed, they answer, and answer again."""
LAST: Final = 1
"""The day on which members say that they have time."""
SEARCHED: Final = 40
"""Characters of the words that open requests are looked for by."""
CHANNELS: Final = {"introductions": "introductions", "help": "help", "thanks": "thanks"}


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fictional member; those who `does` nothing have not introduced themselves."""

    id: str
    name: str
    locale: str
    zone: str
    joined: int
    animator: bool = False
    does: str = ""
    offers: str = ""
    seeks: str = ""
    expects: tuple[str, ...] = ()
    link: str = ""


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request, who was asked and accepted, whether it was solved, and with what kind of value."""

    by: str
    day: int
    need: str
    helpers: tuple[str, ...] = ()
    everyone: bool = False
    solved: bool = False
    gain: str = "skill"
    thanks: str = ""
    public: bool = False


class Available(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who has time."""

    who: str
    note: str


class Thanks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thank-you."""

    by: str
    day: int
    to: str
    why: str
    public: bool


class Chat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plain message between members, which the bot never reads."""

    by: str
    day: int
    where: str
    words: str


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in `community.toml`."""

    name: str
    members: tuple[Person, ...] = ()
    requests: tuple[Request, ...] = ()
    available: tuple[Available, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    gains: tuple[Gain, ...] = ()
    chat: tuple[Chat, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    icebreakers: tuple[Icebreaker, ...] = ()
    voices: tuple[Voice, ...] = ()
    meetings: Meetings | None = None
    checkins: tuple[Told, ...] = ()
    circle: Circle | None = None
    locale: str = "en"

    @property
    def days(self) -> int:
        """Days before today on which it begins."""
        return FOUNDED if self.members else 0


def read(locale: str) -> Story:
    """Return the story, for a community of a language."""
    source = resources.files("bot.demo").joinpath("community.toml").read_text(encoding="utf-8")
    return msgspec.convert({**tomllib.loads(source), "locale": locale}, Story)


def empty(locale: str) -> Story:
    """Return a community with nobody but an animator."""
    return Story(read(locale).name, locale=locale, members=())


class History(Acting):
    """Lives through a story on a running bot whose clock it moves."""

    def __init__(self, story: Story, application: Application, sandbox: SandboxAdapter, clock: MovableClock) -> None:
        super().__init__(application, sandbox, clock)
        self._story = story
        self._business = Business(application, sandbox, clock)
        self._icebreakers = Icebreakers(application, sandbox, clock)
        self._rounds = Rounds(application, sandbox, clock)
        self._voices = Voices(application, sandbox, clock)
        self._checkins = Checkins(application, sandbox, clock)
        self._circles = Circles(application, sandbox, clock)
        self._gains = Gains(application, sandbox, clock)
        self._passing = Passing(application, clock)
        self._begin = clock.now()

    async def live(self) -> None:
        """Live through every day, oldest first; each ends with what the bot does by itself."""
        await self._found()
        for day in range(self._story.days, -1, -1):
            self._clock.set(self._at(day, 9))
            await self._day(day)
            await self._passing.settle()
        self._read_everything()

    def _at(self, day: int, hour: int) -> dt.datetime:
        """Return an hour of a day, so many days before the last one, which is the day before today."""
        date = self._begin + dt.timedelta(days=self._story.days - day)
        return date.replace(hour=hour, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)

    async def _found(self) -> None:
        """Let the animator choose the channels."""
        host = next((person for person in self._story.members if person.animator), None)
        if host is None:
            host = Person("host", "Alex Martin", self._story.locale, "Europe/Paris", 0, animator=True)
        for channel in CHANNELS.values():
            if channel not in self._workspace.conversations:
                self._workspace.add_channel(channel)
        await self._join(host)
        outcome = await self._acts.command(host.id, "animator setup")
        values: dict[str, Value] = {}
        for field in self._form(outcome).fields:
            if isinstance(field, ChannelField) and field.name in CHANNELS:
                values[field.name] = Channel(CHANNELS[field.name], CHANNELS[field.name])
            elif isinstance(field, OneChoice):
                values[field.name] = self._story.locale
            elif isinstance(field, SearchField):
                values[field.name] = "Europe/Paris"
        await self._send(host.id, outcome, values)
        await self._business.found(host.id)
        self._icebreakers.host, self._icebreakers.locale = host.id, self._story.locale
        self._checkins.host = host.id

    async def _day(self, day: int) -> None:
        story = self._story
        for person in (person for person in story.members if person.joined == day):
            if person.id not in self._workspace.people:
                await self._join(person)
            if person.does:
                await self._introduce(person)
        for icebreaker in (icebreaker for icebreaker in story.icebreakers if icebreaker.day + self._early == day):
            await self._icebreak(icebreaker, day)
        await self._meet(day)
        await self._checkins.live(story.checkins, day)
        await self._in_circle(day)
        for request in (request for request in story.requests if request.day == day):
            await self._ask(request)
        for opportunity in (opportunity for opportunity in story.opportunities if opportunity.day == day):
            await self._business.live(opportunity)
        await self._speak(day)
        for chat in (chat for chat in story.chat if chat.day == day):
            self._pass(minutes=4)
            self._workspace.write(chat.where, chat.by, text=chat.words)
        for available in story.available if day == LAST else ():
            await self._acts.command(available.who, "available", {"note": available.note})

    async def _speak(self, day: int) -> None:
        for thanks in (thanks for thanks in self._story.thanks if thanks.day == day):
            await self._thank(thanks)
        for voice in (voice for voice in self._story.voices if voice.day == day):
            await self._voices.live(voice, self._icebreakers.host)
        for gain in (gain for gain in self._story.gains if gain.day == day):
            await self._gains.live(gain)

    @property
    def _early(self) -> int:
        """How many days earlier icebreakers are, which are weeks apart, so that they come on working days."""
        return max(0, self._at(LAST, NOON).weekday() - FRIDAY)

    async def _icebreak(self, icebreaker: Icebreaker, day: int) -> None:
        """Let the animator choose in the morning, the schedule post it at noon, and members answer."""
        noon = self._at(day, NOON)
        await self._icebreakers.choose(icebreaker, noon.date())
        self._clock.set(max(noon, self._clock.now()))
        await self._application.scheduler.tick()
        await self._application.idle()
        await self._icebreakers.live(icebreaker)

    async def _meet(self, day: int) -> None:
        """Let members go through the round of last week at noon, so that the next one is soon."""
        soon = next_round(self._at(-1, NOON).date())
        after = (self._at(day, NOON).date() - (soon - WEEK)).days
        if self._story.meetings is not None and after in DAYS_OF_A_ROUND:
            self._clock.set(max(self._at(day, NOON), self._clock.now()))
            await self._rounds.live(self._story.meetings, self._icebreakers.host, after, soon.weekday())

    async def _in_circle(self, day: int) -> None:
        """Let the members of a circle answer at noon, so that the next questions are soon."""
        before = (next_questions(self._at(-1, NOON).date()) - self._at(day, NOON).date()).days
        if self._story.circle is not None and before in DAYS_OF_A_CIRCLE:
            self._clock.set(max(self._at(day, NOON), self._clock.now()))
            await self._circles.live(self._story.circle, before, next_questions(self._at(-1, NOON).date()).weekday())

    async def _join(self, person: Person) -> None:
        self._pass(minutes=7)
        await self._acts.join(
            person.name, person_id=person.id, locale=person.locale, zone=person.zone, administrator=person.animator
        )
        await self._application.idle()

    async def _introduce(self, person: Person) -> None:
        self._pass(minutes=11)
        outcome = await self._acts.command(person.id, "intro")
        told: dict[str, Value] = {
            "does": person.does,
            "offers": person.offers,
            "seeks": person.seeks,
            "expects": person.expects,
            "link": person.link,
        }
        await self._send(person.id, outcome, told)

    async def _ask(self, request: Request) -> None:
        self._pass(minutes=23)
        outcome = await self._acts.command(request.by, "ask", {"need": request.need})
        answer = outcome.messages[-1]
        if request.everyone:
            outcome = await self._press(request.by, answer, "Post to everyone")
            answer = outcome.messages[-1] if outcome.messages else answer
        await self._application.idle()
        for helper in request.helpers:
            await self._help(request, helper, answer)
        if request.solved:
            await self._solve(request)

    async def _help(self, request: Request, helper: str, answer: Message) -> None:
        """Ask a helper, who accepts a while later; one who was not found by their profile answers the post."""
        name = self._workspace.person(helper).name
        select = next((control for control in self._card(answer).controls if isinstance(control, Select)), None)
        found = [choice.value for choice in select.choices if choice.label == name] if select is not None else []
        if select is not None and found:
            await self._acts.press(request.by, answer.id, select.action, found)
            await self._application.idle()
        elif not request.everyone:
            await self._press(request.by, answer, "Post to everyone")
        self._pass(minutes=52)
        asked = self._seen(helper, "I can help", about=request.need)
        if asked:
            await self._press(helper, asked[-1], "I can help")
        else:
            await self._offer(helper, request)
        await self._application.idle()

    async def _offer(self, helper: str, request: Request) -> None:
        """Let a helper find the request in the list: it waits for their working hours, or they were asked enough that week."""
        offered = await self._listed(helper, request.need)
        if offered is None:
            await self._press(request.by, self._seen(request.by, "Post to everyone", about=request.need)[-1], "Post to everyone")
            offered = await self._listed(helper, request.need)
        if offered is None:
            message = f"{helper} does not see “{request.need}”"
            raise RuntimeError(message)
        listed, action = offered
        await self._acts.press(helper, listed.id, action)

    async def _listed(self, helper: str, need: str) -> tuple[Message, str] | None:
        """Return the list in which somebody finds a request, and the action of its button; None where they do not."""
        words = textwrap.shorten(need, SEARCHED, placeholder="")
        listed = (await self._acts.command(helper, "requests", {"search": words})).messages[-1]
        offers = [item.button.action for item in self._card(listed).items if isinstance(item.button, Button)]
        return (listed, offers[0]) if offers else None

    async def _solve(self, request: Request) -> None:
        self._pass(minutes=190)
        outcome = await self._press(request.by, self._newest(request.by, "It is solved"), "It is solved")
        values: dict[str, Value] = {}
        for field in self._form(outcome).fields:
            if isinstance(field, OneChoice) and field.name == "helper":
                values[field.name] = field.choices[0].value
            elif isinstance(field, OneChoice) and field.name == "gain":
                values[field.name] = request.gain
            elif isinstance(field, OneChoice):
                values[field.name] = "public" if request.public else "private"
            elif isinstance(field, LongText):
                values[field.name] = request.thanks
        await self._send(request.by, outcome, values)

    async def _thank(self, thanks: Thanks) -> None:
        self._pass(minutes=31)
        person = self._workspace.person(thanks.to)
        await self._acts.command(
            thanks.by,
            "thanks",
            {"member": AccountRef(person.id, person.name), "what": thanks.why, "seen_by": "public" if thanks.public else "private"},
        )
        await self._application.idle()

    def _read_everything(self) -> None:
        """Leave only the newest day unread."""
        for person in self._workspace.present():
            for conversation in self._workspace.conversations_of(person.id):
                self._workspace.mark_read(person.id, conversation.id)
