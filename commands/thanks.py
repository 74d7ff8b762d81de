"""Thanks: a word for something precise, to one or some members and, if whoever gives it likes, to everyone. Nothing is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from bot.context import Context, mention
from bot.effects import Direct, Effects, Outgoing, Post, Remove, Reply
from bot.errors import Invalid
from bot.feature import Feature
from bot.i18n import _, plural, word
from bot.model import Member
from bot.notices import Notice
from bot.signature import Option
from bot.text import Listing, Text
from bot.ui import Card, Choice, Fact, Tone
from storage.communities import Channels
from storage.thanks import AGAIN, Thanks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

thanks: Final = Feature("thanks")

SHORTEST, LONGEST = 5, 500
MOST: Final = 3
"""Members thanked at once: as many as a form asks for, beside its other fields."""

PRIVATE, PUBLIC = "private", "public"


@thanks.command(word("thanks"), _("Thank somebody for something precise"), member_menu=_("Thank"), dialog=_("Thank somebody"))
async def give(  # noqa: PLR0913, PLR0917 - the options of the command
    ctx: Context,
    member: Annotated[Member, Option(_("Whom do you thank?"), name=word("member"))],
    what: Annotated[str, Option(_("For what, precisely?"), name=word("what"), max_length=LONGEST, long=True)],
    seen_by: Annotated[
        str,
        Option(
            _("Who sees it?"),
            name=word("seen-by"),
            choices=(Choice(PRIVATE, _("Only you and them")), Choice(PUBLIC, _("Everyone, in the thanks channel"))),
        ),
    ] = PRIVATE,
    also: Annotated[Member | None, Option(_("Whom else?"), name=word("also"))] = None,
    too: Annotated[Member | None, Option(_("And whom else?"), name=word("too"))] = None,
) -> Effects:
    """Send a thank-you to each person, and post one for all of them if asked to."""
    words = what.strip()
    people = _checked(ctx, {"member": member, "also": also, "too": too}, words)
    repository = ctx.use(Thanks)
    new = [one for one in people if not await repository.given(ctx.me, one, words, ctx.now - AGAIN)]
    if not new:
        return Reply(given(people, public=False, kept_private=False))
    public = seen_by == PUBLIC and bool(await ctx.use(Channels).channels("thanks"))
    numbers = [await repository.give(ctx.me, one, words, ctx.now, public=public) for one in new]
    effects: list[Outgoing] = [
        Direct(
            one.id,
            received(ctx.me, words, [each for each in people if each.id != one.id], public=public),
            keep=True,
            notice=Notice.THANKS,
        )
        for one in new
    ]
    if public:
        effects.append(Post("thanks", shared(ctx.me, new, words), remember=post_name(numbers[0])))
    return [*effects, Reply(given(people, public=public, kept_private=seen_by == PUBLIC and not public))]


@thanks.event("member_erased")
async def erased(ctx: Context) -> Effects:
    """Take away the posts in which everyone reads that whoever is being erased was thanked, whoever gave the thanks."""
    return [Remove(post_name(number)) for number in await ctx.use(Thanks).posts_naming(ctx.me.id)]


def post_name(number: int) -> str:
    """Return what the post of a thank-you is remembered as; of several, the first."""
    return f"thanks:{number}"


def _checked(ctx: Context, chosen: Mapping[str, Member | None], words: str) -> list[Member]:
    """Return whom to thank, each once; refuse what cannot be sent, at the field that has to change."""
    people: dict[int, Member] = {}
    for field, member in chosen.items():
        if member is None:
            continue
        if member.id == ctx.me.id:
            raise Invalid({field: _("That is yourself. You deserve it, but choose somebody else.")})
        if member.left:
            raise Invalid({field: _("{name} is no longer here.", name=mention(member))})
        people.setdefault(member.id, member)
    if len(words) < SHORTEST:
        raise Invalid({"what": _("Say what it was for, for example: your feedback on my quote.")})
    if len(words) > LONGEST:
        raise Invalid({"what": plural("At most {count} character.", "At most {count} characters.", LONGEST)})
    return list(people.values())


def _names(people: Sequence[Member]) -> Listing:
    return Listing(tuple(map(mention, people)))


def _with(label: Text, people: Sequence[Member]) -> tuple[Fact, ...]:
    return (Fact(label, Text("{names}", {"names": _names(people[:MOST])})),) if people else ()


def received(giver: Member, words: str, others: Sequence[Member], *, public: bool) -> Card:
    """Return what a person thanked reads; `others` are thanked with the same words."""
    return Card(
        title=_("{name} thanks you", name=mention(giver)),
        body=words,
        facts=_with(_("Thanked with you"), others),
        tone=Tone.GOOD,
        note=_("{name} shared it in the thanks channel too.", name=mention(giver))
        if public
        else _("Only you and they see this.")
        if others
        else _("Only the two of you see this."),
    )


def shared(giver: Member, receivers: Sequence[Member], words: str) -> Card:
    """Return what everyone reads."""
    return Card(
        title=_("Thank you, {name}", name=mention(receivers[0])) if len(receivers) == 1 else _("Thank you"),
        body=words,
        facts=_with(_("To"), receivers) if len(receivers) > 1 else (),
        tone=Tone.GOOD,
        note=_("From {name}.", name=mention(giver)),
    )


def given(receivers: Sequence[Member], *, public: bool, kept_private: bool) -> Card:
    """Return the answer to whoever gave thanks."""
    names, count = _names(receivers[:MOST]), len(receivers)
    if kept_private:
        body = plural(
            "{names} has your thanks. There is no thanks channel here yet, so it stays between you two.",
            "{names} have your thanks. There is no thanks channel here yet, so it stays between you.",
            count,
            names=names,
        )
    elif public:
        body = plural(
            "{names} has your thanks, and everyone can read it.",
            "{names} have your thanks, and everyone can read it.",
            count,
            names=names,
        )
    else:
        body = plural("{names} has your thanks.", "{names} have your thanks.", count, names=names)
    return Card(body=body, tone=Tone.GOOD)
