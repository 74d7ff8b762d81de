"""What two members see of a proposal to meet: the question, its answers, the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _
from bot.skills.reasons import in_words
from bot.ui import Button, Card, Fact, Style, Tone, shorten
from commands.members.cards import NAME, link_to_work
from commands.members.feature import INTRODUCE, profiles, proposals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Text
    from storage.profiles import Profile
    from storage.proposals import Proposal


def introduce_first() -> Card:
    """Return the answer to whoever proposes a meeting and has told nothing of themselves."""
    return Card(
        body=_("Whoever you ask will want to know who you are. Introduce yourself first: two minutes are enough."),
        controls=(Button(_("Introduce myself"), INTRODUCE, Style.PRIMARY),),
    )


def asked(ally: Member) -> Card:
    """Return the answer to whoever proposed a meeting."""
    return Card(
        title=_("{name} is being asked", name=shorten(ally.name, NAME)),
        body=_("If they accept, I open a conversation for the two of you. If not, nothing happens and nobody is told."),
        tone=Tone.GOOD,
    )


def asked_already(ally: Member) -> Card:
    """Return the answer to whoever proposes the same meeting again."""
    return Card(body=_("You have already asked {name}. If they accept, I open a conversation for the two of you.", name=ally.name))


def proposal(proposal: Proposal, proposer: Profile, reasons: Sequence[Text]) -> Card:
    """Return the question to whoever is asked to meet."""
    why = (_("Why you two: {name} {reasons}.", name=proposer.member.name, reasons=in_words(reasons)),) if reasons else ()
    return Card(
        title=_("{name} would like to meet you", name=shorten(proposer.member.name, NAME)),
        body=(proposer.introduction.does, *why),
        facts=(
            Fact(_("Offers"), proposer.introduction.offers),
            *((Fact(_("Seeks"), proposer.introduction.seeks),) if proposer.introduction.seeks else ()),
        ),
        controls=(
            Button(_("Accept"), proposals.id("accept", proposal.id), Style.PRIMARY),
            Button(_("Not now"), proposals.id("not_now", proposal.id)),
            *link_to_work(proposer),
        ),
        note=_("If you would rather not, {name} is not told.", name=proposer.member.name),
    )


def accepted(proposer: Member) -> Card:
    """Return what the question becomes once it was accepted."""
    return Card(
        title=_("You are meeting {name}", name=shorten(proposer.name, NAME)),
        body=_("I am opening a conversation for the two of you."),
        tone=Tone.GOOD,
    )


def accepted_already() -> Card:
    """Return the answer to whoever accepts again, or proposes what was accepted."""
    return Card(body=_("You two are in touch already: the conversation is in your messages."))


def not_now(proposer: Member) -> Card:
    """Return what the question becomes once it was put off."""
    return Card(
        body=_(
            "All right, not now. {name} is not told. Should you change your mind, their profile has a button.", name=proposer.name
        ),
        controls=(Button(_("Profile"), profiles.id("show", proposer.id)),),
    )


def gone(member: Member) -> Card:
    """Return the answer where whoever proposed has left since."""
    return Card(body=_("{name} has left the community since. Thank you for answering all the same.", name=member.name))


def meeting(one: Profile, other: Profile) -> Card:
    """Return the first message of the conversation of two members: `one` proposed it, `other` accepted."""
    return Card(
        title=_("You wanted to meet"),
        body=(
            _("{one}, {other}: here is your conversation.", one=mention(one.member), other=mention(other.member)),
            _("To begin with: what are you working on this week, and where would a hand help?"),
        ),
        facts=tuple(
            Fact(
                shorten(profile.member.name, 70),
                _("{trade}. Offers: {offers}", trade=profile.introduction.does, offers=shorten(profile.introduction.offers, 500))
                if profile.introduced_at
                else _("No introduction yet"),
            )
            for profile in (one, other)
        ),
    )
