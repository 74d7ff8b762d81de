"""Thanks: a word for something precise, to the person and, if whoever gives it likes, to everyone. No points, no ranking."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from bot.context import Context, mention
from bot.effects import Direct, Effects, Outgoing, Post, Reply
from bot.errors import Invalid
from bot.feature import Feature
from bot.i18n import _, plural, word
from bot.model import Member
from bot.signature import Option
from bot.ui import Card, Choice, Tone
from storage.communities import Channels
from storage.thanks import Thanks

thanks: Final = Feature("thanks")

SHORTEST, LONGEST = 5, 500

AGAIN: Final = dt.timedelta(minutes=10)
"""The same words to the same person within this are one thank-you, sent twice."""

PRIVATE, PUBLIC = "private", "public"


@thanks.command(word("thanks"), _("Thank somebody for something precise"), member_menu=_("Thank"), dialog=_("Thank somebody"))
async def give(
    ctx: Context,
    member: Annotated[Member, Option(_("Whom do you thank?"), name=word("member"))],
    what: Annotated[str, Option(_("For what, precisely?"), name=word("what"), max_length=LONGEST, long=True)],
    seen_by: Annotated[
        str,
        Option(
            _("Who sees it?"),
            name=word("seen-by"),
            choices=(Choice(PRIVATE, _("Only the two of you")), Choice(PUBLIC, _("Everyone, in the thanks channel"))),
        ),
    ] = PRIVATE,
) -> Effects:
    """Send a thank-you to the person, and post it if asked to."""
    words = what.strip()
    _check(ctx, member, words)
    repository = ctx.use(Thanks)
    if await repository.given(ctx.me, member, words, ctx.now - AGAIN):
        return Reply(given(member, public=False, kept_private=False))
    public = seen_by == PUBLIC and bool(await ctx.use(Channels).channels("thanks"))
    number = await repository.give(ctx.me, member, words, ctx.now, public=public)
    effects: list[Outgoing] = [Direct(member.id, received(ctx.me, words, public=public), keep=True)]
    if public:
        effects.append(Post("thanks", shared(ctx.me, member, words), remember=f"thanks:{number}"))
    return [*effects, Reply(given(member, public=public, kept_private=seen_by == PUBLIC and not public))]


def _check(ctx: Context, member: Member, words: str) -> None:
    """Refuse what cannot be sent, at the field that has to change."""
    if member.id == ctx.me.id:
        raise Invalid({"member": _("That is yourself. You deserve it, but choose somebody else.")})
    if member.left:
        raise Invalid({"member": _("{name} is no longer here.", name=mention(member))})
    if len(words) < SHORTEST:
        raise Invalid({"what": _("Say what it was for, for example: your feedback on my quote.")})
    if len(words) > LONGEST:
        raise Invalid({"what": plural("At most {count} character.", "At most {count} characters.", LONGEST)})


def received(giver: Member, words: str, *, public: bool) -> Card:
    """Return what the person thanked reads."""
    return Card(
        title=_("{name} thanks you", name=mention(giver)),
        body=words,
        tone=Tone.GOOD,
        note=_("{name} shared it in the thanks channel too.", name=mention(giver))
        if public
        else _("Only the two of you see this."),
    )


def shared(giver: Member, receiver: Member, words: str) -> Card:
    """Return what everyone reads."""
    return Card(
        title=_("Thank you, {name}", name=mention(receiver)),
        body=words,
        tone=Tone.GOOD,
        note=_("From {name}.", name=mention(giver)),
    )


def given(receiver: Member, *, public: bool, kept_private: bool) -> Card:
    """Return the answer to whoever gave thanks."""
    name = mention(receiver)
    if kept_private:
        body = _("{name} has your thanks. There is no thanks channel here yet, so it stays between you two.", name=name)
    elif public:
        body = _("{name} has your thanks, and everyone can read it.", name=name)
    else:
        body = _("{name} has your thanks.", name=name)
    return Card(body=body, tone=Tone.GOOD)
