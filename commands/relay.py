"""The relay: members without a workspace in common write to each other through the bot, until one of them stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot import relay as ways
from bot.context import Context, mention
from bot.effects import Direct, Effects, OpenForm, Reply
from bot.errors import Invalid, UserError
from bot.feature import Feature
from bot.i18n import _, plural
from bot.notices import Notice
from bot.ui import Button, Card, Form, LongText, Style, Tone
from storage.relay import Relays

if TYPE_CHECKING:
    from bot.model import Member
    from bot.text import Text
    from storage.relay import Partner

LONGEST: Final = 1000

relay: Final = Feature(ways.FEATURE)


@relay.action(ways.WRITE, opens=True)
async def write(ctx: Context, key: int) -> Effects:
    """*Write to …* and *Reply*: ask for the words."""
    partner = await _partner(ctx, key)
    if partner.ended:
        return Reply(over(partner.member))
    return OpenForm(words_form(partner.member))


@relay.submit("send")
async def send(ctx: Context, key: int, words: str) -> Effects:
    """Pass the words on. Those that cannot be passed on any more go back to whoever wrote them: they are not kept."""
    said = words.strip()
    if not said:
        raise Invalid({"words": _("Write something first.")})
    if len(said) > LONGEST:
        raise Invalid({"words": plural("At most {count} character.", "At most {count} characters.", LONGEST)})
    partner = await ctx.use(Relays).partner(ctx.me.id, key)
    if partner is None:
        return Reply(given_back(_("This is between two other people, so I did not pass it on."), said))
    if partner.member.left:
        return Reply(given_back(_("{name} is no longer here, so I did not pass it on.", name=mention(partner.member)), said))
    if partner.ended:
        name = mention(partner.member)
        return Reply(given_back(_("I no longer pass words on between {name} and you, so this was not sent.", name=name), said))
    return [
        Direct(partner.member.id, passed_on(ctx.me, said), keep=True, notice=Notice.WORDS, switch=ways.stop_id(ctx.me.id)),
        Reply(sent(partner.member)),
    ]


@relay.action(ways.STOP)
async def stop(ctx: Context, key: int) -> Effects:
    """*Stop*: nothing is passed on any more, either way, and both know it."""
    partner = await _partner(ctx, key)
    if partner.ended:
        return Reply(over(partner.member))
    await ctx.use(Relays).end(ctx.me.id, partner.member.id, ctx.now)
    return [Direct(partner.member.id, stopped_by(ctx.me), keep=True, notice=Notice.WORDS), Reply(stopped(partner.member))]


async def _partner(ctx: Context, key: int) -> Partner:
    """Return the other one.

    Raises:
        UserError: whoever acts is not of this pair, or the other one left.
    """
    partner = await ctx.use(Relays).partner(ctx.me.id, key)
    if partner is None:
        raise UserError(_("This is between two other people. To meet somebody, look at their profile and propose it."))
    if partner.member.left:
        raise UserError(_("{name} is no longer here.", name=mention(partner.member)))
    return partner


def words_form(other: Member) -> Form:
    """Return the form for what to pass on."""
    return Form(
        relay.id("send", other.id),
        _("Your message"),
        (
            LongText(
                name="words",
                label=_("What would you like to say?"),
                hint=_("It goes to this person alone, as a private message from me. I forget it once it has arrived."),
                minimum=1,
                maximum=LONGEST,
            ),
        ),
        send=_("Send"),
    )


def passed_on(author: Member, words: str) -> Card:
    """Return what the other one receives."""
    return Card(
        title=_("{name} writes to you", name=mention(author)),
        body=(_("You are on different platforms or workspaces, so I pass this on."), words),
        controls=(
            Button(_("Reply"), relay.id(ways.WRITE, author.id), Style.PRIMARY),
            Button(_("Stop"), relay.id("stop", author.id), confirm=_("Stop passing words on between you two?")),
        ),
        note=_("Only you receive this. I forget it once it is here; this conversation keeps it."),
    )


def sent(other: Member) -> Card:
    """Return the answer to whoever wrote."""
    return Card(body=_("On its way to {name}. An answer arrives here.", name=mention(other)), tone=Tone.GOOD)


def stopped(other: Member) -> Card:
    """Return the answer to whoever stopped."""
    return Card(body=_("Done: I pass nothing on between {name} and you any more. I told them so, kindly.", name=mention(other)))


def stopped_by(author: Member) -> Card:
    """Return what the other one reads."""
    return Card(
        title=_("The conversation with {name} is over", name=mention(author)),
        body=_("They would rather stop here, so I pass nothing on between you any more. Such things happen, for many reasons."),
    )


def over(other: Member) -> Card:
    """Return the answer where it was stopped before."""
    return Card(body=_("I no longer pass words on between {name} and you. One of you stopped it.", name=mention(other)))


def given_back(reason: Text, words: str) -> Card:
    """Return the words to whoever wrote them."""
    return Card(title=_("Not sent"), body=(reason, words), tone=Tone.ATTENTION, note=_("Your words are above, to copy."))
