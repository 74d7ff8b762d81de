"""The menu: everything that can be done, as buttons; also the home page, and the answer to what the bot did not understand."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated, Final

from bot.context import Context
from bot.effects import Direct, Effects, Reply
from bot.feature import RUN, Command, Feature
from bot.i18n import _, fold, names, plural, translated, word
from bot.model import Member
from bot.signature import Option
from bot.text import Content, Listing
from bot.ui import LABEL, Button, Card, Fact, Item, Style, Tone, shorten
from storage.communities import Channels, Communities
from storage.people import Members
from storage.profiles import Profiles
from storage.proposals import Proposal, Proposals
from storage.request_lists import RequestLists
from storage.requests import HelpRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.profiles import Profile

NAME: Final = "confrere"
PAGE: Final = 8
"""Commands on a page; a card holds ten buttons, two are for turning pages and for the animators."""
SHOWN: Final = 4
"""Open things of each kind on the home page."""
SETUP: Final = "animator setup"


def menu(features: Sequence[Feature]) -> Feature:
    """Return the menu over the commands of other features."""
    commands = [command for feature in features for command in feature.commands]
    everybody = [command for command in commands if not command.animator]
    animators = [command for command in commands if command.animator]
    feature = Feature("menu")
    _add_menu(feature, everybody, animators)
    _add_home(feature, everybody, animators)
    return feature


def _add_menu(feature: Feature, everybody: Sequence[Command], animators: Sequence[Command]) -> None:
    async def shown(ctx: Context, page: int = 0, words: str = "") -> Card:
        return menu_card(
            everybody,
            page,
            animators=animators if ctx.me.animator else (),
            not_understood=words,
            meant=closest(words, everybody),
            unset=ctx.me.animator and await _nothing_set_up(ctx),
            told=await _introduced(ctx),
        )

    @feature.command(word(NAME), _("Everything you can do here"), shortcut=_("Open the menu"))
    async def confrere(
        ctx: Context,
        words: Annotated[str, Option(_("What are you looking for?"), name=word("words"), max_length=150)] = "",
    ) -> Effects:
        return Reply(await shown(ctx, words=words))

    @feature.action("page")
    async def turn(ctx: Context, key: int) -> Effects:
        return Reply(await shown(ctx, key), edit=True)

    @feature.action("animator", animator=True)
    async def for_animators(ctx: Context) -> Effects:
        return Reply(animator_card(animators, unset=await _nothing_set_up(ctx)))

    @feature.event("direct_message")
    async def written_to(ctx: Context) -> Effects:
        return Reply(await shown(ctx)) if ctx.me.id else None


def _add_home(feature: Feature, everybody: Sequence[Command], animators: Sequence[Command]) -> None:
    @feature.event("home_opened")
    async def home(ctx: Context) -> Effects:
        if not ctx.me.id:
            return None
        return Reply(
            home_card(
                ctx.me,
                await ctx.use(Profiles).get(ctx.me.id),
                await ctx.use(Proposals).open_for(ctx.me.id),
                await ctx.use(RequestLists).open_of(ctx.me),
                everybody,
                animators=animators if ctx.me.animator else (),
            )
        )

    @feature.event("workspace_ready")
    async def arrived(ctx: Context) -> Effects:
        if not animators or not await _nothing_set_up(ctx):
            return None
        known = await ctx.use(Members).animators()
        if not known or not await ctx.use(Communities).greet(ctx.workspace.id, ctx.now):
            return None
        return [Direct(animator.id, arrival_card(ctx.workspace.name), keep=True) for animator in known]


async def _introduced(ctx: Context) -> bool:
    profile = await ctx.use(Profiles).get(ctx.me.id)
    return profile is not None and profile.introduced_at is not None


async def _nothing_set_up(ctx: Context) -> bool:
    return not await ctx.use(Channels).roles(ctx.workspace.id)


def label(command: Command, *, told: bool = False) -> Content:
    """Return what a button that runs a command says; `told`: to somebody who has introduced themselves."""
    if told and command.action == f"{RUN}intro":
        return _("My introduction")
    said = command.shortcut or command.dialog or command.description
    return said if max(len(translated(said, locale)) for locale in ("en", "fr")) <= LABEL else command.localized


def closest(words: str, commands: Sequence[Command]) -> Command | None:
    """Return the command that mistyped words resemble, or None."""
    spelled = {name: command for command in commands for name in names(command.localized)}
    first = fold(words).partition(" ")[0]
    found = difflib.get_close_matches(first, spelled, n=1, cutoff=0.7) if first else []
    return spelled[found[0]] if found else None


def menu_card(  # noqa: PLR0913 - what the menu says depends on all of it
    commands: Sequence[Command],
    page: int = 0,
    *,
    animators: Sequence[Command] = (),
    not_understood: str = "",
    meant: Command | None = None,
    unset: bool = False,
    told: bool = False,
) -> Card:
    """Return a page of the menu; pages count from 0."""
    last = max(0, (len(commands) - 1) // PAGE)
    page = min(max(page, 0), last)
    here = [command for command in commands[page * PAGE : (page + 1) * PAGE] if command is not meant]
    first = (Button(label(meant, told=told), meant.action, Style.PRIMARY),) if meant is not None else ()
    turning = Button(_("More"), f"menu:page:{page + 1 if page < last else 0}") if last else None
    return Card(
        title=_("What can I do for you?"),
        body=(
            _("I did not understand “{words}”.", words=shorten(not_understood, 100)) if not_understood else "",
            _(
                "Every button is also a command: {commands}.",
                commands=Listing(tuple(command.localized for command in commands[:PAGE])),
            ),
            _("What you do here is between you and me, unless I say otherwise first."),
            _("Nothing is set up yet: no channel has been chosen.") if unset else "",
        ),
        controls=(
            *first,
            *(Button(label(command, told=told), command.action) for command in here),
            *((turning,) if turning else ()),
            *((Button(_("For animators"), "menu:animator", Style.PRIMARY if unset else Style.SECONDARY),) if animators else ()),
        )[:10],
    )


def animator_card(commands: Sequence[Command], *, unset: bool = False) -> Card:
    """Return what animators can do."""
    return Card(
        title=_("For animators"),
        body=_("Nothing is set up yet: no channel has been chosen.") if unset else _("What helps you take care of the community."),
        controls=(
            *(
                Button(label(command), command.action, Style.PRIMARY if unset and command.name == SETUP else Style.SECONDARY)
                for command in commands[:9]
            ),
            Button(_("Menu"), "menu:page:0"),
        ),
    )


def home_card(  # noqa: PLR0913 - everything of one member at a glance
    me: Member,
    profile: Profile | None,
    asked: Sequence[Proposal],
    needs: Sequence[HelpRequest],
    commands: Sequence[Command],
    *,
    animators: Sequence[Command] = (),
) -> Card:
    """Return the home page of a member: their profile, what waits for them, and the menu."""
    told = profile is not None and profile.introduced_at is not None
    waiting = (
        *(
            Item(
                _("{name} would like to meet you.", name=proposal.proposer.name),
                Button(_("Answer"), f"proposal:show:{proposal.id}", Style.PRIMARY),
            )
            for proposal in asked[:SHOWN]
        ),
        *(
            Item(
                _("You asked: “{need}”", need=shorten(request.need, 120)),
                Button(_("Look at it"), f"request:show:{request.id}"),
            )
            for request in needs[:SHOWN]
        ),
    )
    shown = [command for command in commands if told or command.action != f"{RUN}intro"][:PAGE]
    return Card(
        title=_("Hello {name}", name=shorten(me.name, 80)),
        body=(
            _("What do you do, what do you offer? Two minutes, and I show you three members worth knowing.")
            if not told
            else plural("{count} thing is waiting for you.", "{count} things are waiting for you.", len(asked))
            if asked
            else _("Nothing is waiting for you."),
        ),
        facts=(
            (
                Fact(_("What I do"), profile.introduction.does),
                Fact(_("I offer"), profile.introduction.offers),
                *((Fact(_("I seek"), profile.introduction.seeks),) if profile.introduction.seeks else ()),
            )
            if profile is not None and told
            else ()
        ),
        items=waiting,
        controls=(
            *((Button(_("Introduce myself"), f"{RUN}intro", Style.PRIMARY),) if not told else ()),
            *(Button(label(command, told=told), command.action) for command in shown),
            *((Button(_("For animators"), "menu:animator"),) if animators else ()),
        )[:10],
    )


def arrival_card(workspace: str) -> Card:
    """Return the first message to the animators of a workspace where nothing is set up."""
    return Card(
        title=_("I have arrived in {workspace}", workspace=shorten(workspace, 80)) if workspace else _("I have arrived"),
        body=_("Choose where introductions and requests appear, the language and the time zone: two minutes, and I am ready."),
        tone=Tone.GOOD,
        controls=(Button(_("Set up"), f"{RUN}{SETUP}", Style.PRIMARY), Button(_("Menu"), f"{RUN}{NAME}")),
    )
