"""What every part needs to know: which prompts there are, which come next, how one is posted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.effects import Post
from bot.errors import Invalid, UserError
from bot.i18n import _, plural
from commands.icebreakers import cards
from commands.icebreakers.choosing import choose
from commands.icebreakers.feature import CHANNEL, PROMPT, SHORTEST, THEMES, post_name
from commands.icebreakers.library import alike, library
from storage.communities import Channels
from storage.icebreakers import Icebreakers, Prompt

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from bot.context import Context, JobContext
    from storage.icebreakers import Icebreaker, Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Every prompt of a community, those that may be asked, those that come next, and when each had its turn."""

    settings: Settings
    prompts: Sequence[Prompt]
    available: Sequence[Prompt]
    ahead: Sequence[Prompt]
    last: Mapping[str, dt.datetime]
    retired: AbstractSet[str]

    @property
    def fresh(self) -> int:
        """How many were never asked."""
        return sum(1 for prompt in self.available if prompt.key not in self.last)

    def turn(self, prompt: Prompt) -> str:
        """Return what a button on a prompt is for: the prompt, and when it had its turn before. It is for one more turn only."""
        return f"{prompt.key}:{self._before(prompt.key)}"

    def meant(self, turn: str) -> Prompt | None:
        """Return the prompt that comes next of which a button was pressed; None where it had that turn, or comes next no more."""
        key, _colon, before = turn.rpartition(":")
        return next((prompt for prompt in self.ahead if prompt.key == key and str(self._before(key)) == before), None)

    def had(self, turn: str) -> bool:
        """Tell whether a prompt has had its turn since its button was shown."""
        key, _colon, before = turn.rpartition(":")
        return str(self._before(key)) != before

    def _before(self, key: str) -> int:
        return int(self.last[key].timestamp() * 1000) if key in self.last else 0

    def get(self, key: str) -> Prompt:
        """Return a prompt by its key.

        Raises:
            UserError: it is gone.
        """
        found = next((prompt for prompt in self.prompts if prompt.key == key), None)
        if found is None:
            raise UserError(_("This prompt is no longer here."))
        return found


async def prepare(ctx: JobContext) -> Plan | None:
    """Return the plan, and keep what it has chosen; None where icebreakers were never set up.

    The library is the one in the community's language.
    """
    stored = ctx.use(Icebreakers)
    await stored.hold()
    settings = await stored.settings()
    if settings is None:
        return None
    retired, last = await stored.retired(), await stored.last_used()
    prompts = [*library(ctx.community.locale), *await stored.own()]
    available = [prompt for prompt in prompts if prompt.theme in settings.themes and prompt.key not in retired]
    ahead = choose(available, last, settings.seed, settings.ahead)
    keys = [prompt.key for prompt in ahead]
    if keys != list(settings.ahead):
        await stored.plan(keys)
    return Plan(settings, prompts, available, ahead, last, retired)


async def prepared(ctx: JobContext) -> Plan:
    """Return the plan.

    Raises:
        UserError: icebreakers were never set up.
    """
    plan = await prepare(ctx)
    if plan is None:
        raise UserError(_("Icebreakers are not set up yet."))
    return plan


async def post(ctx: JobContext, plan: Plan, prompt: Prompt) -> Post | None:
    """Return what posts a prompt, which has its turn with that; None where no workspace has a channel for it."""
    if not await ctx.use(Channels).channels(CHANNEL):
        return None
    stored = ctx.use(Icebreakers)
    asked = await stored.used(prompt, ctx.now, posted=True)
    await stored.plan([one.key for one in plan.ahead if one.key != prompt.key])
    return Post(CHANNEL, cards.posted(asked, prompt.proposer), remember=post_name(asked))


async def find(ctx: Context, identifier: int) -> Icebreaker:
    """Return something that was asked.

    Raises:
        UserError: it is gone.
    """
    found = await ctx.use(Icebreakers).get(identifier)
    if found is None:
        raise UserError(_("This icebreaker is no longer here."))
    return found


async def checked(ctx: Context, words: str, theme: str = "", *, but: int = 0) -> str:
    """Return a new prompt as it is kept; `but` is the proposal that it may resemble, since it is that one.

    Raises:
        Invalid: at the field that has to change.
    """
    said = " ".join(words.split())
    if theme and theme not in THEMES:
        raise Invalid({"theme": _("Choose one of the list.")})
    if len(said) < SHORTEST:
        raise Invalid({"words": _("A whole question, which somebody can answer in three lines.")})
    if len(said) > PROMPT:
        raise Invalid({"words": plural("At most {count} character.", "At most {count} characters.", PROMPT)})
    stored = ctx.use(Icebreakers)
    waiting = [Prompt("", one.theme, one.words) for one in await stored.waiting() if one.id != but]
    same = alike(said, [*library(ctx.community.locale), *await stored.own(), *waiting])
    if same is not None:
        raise Invalid({"words": _("There is one very much like it already: “{prompt}”", prompt=same.words)})
    return said
