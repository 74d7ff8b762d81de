"""What whoever asks sees where they said something else than a need, and the forms that ask for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.feature import RUN
from bot.i18n import _
from bot.ui import Button, Card, Form, Item, LongText, Style, shorten
from commands.requests.cards import bare
from commands.requests.feature import LONGEST, requests
from commands.requests.need import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.requests import HelpRequest

CALLED: Final = 3
"""Members of the same name that are shown."""


def calm() -> Card:
    """Return the answer to an insult: nothing happened, and what can be done."""
    return Card(
        body=(
            _("That did not sound like a good moment. Nobody saw it, and nothing was posted or kept."),
            _("If something is stuck, say what with, and I look for somebody. If it is about me, an animator can put it right."),
        ),
        controls=(Button(_("Ask for help"), f"{RUN}ask"),),
    )


def called(members: Sequence[Member], me: Member) -> Card:
    """Return the answer to a name: ask them, or see what they do."""
    others = [member for member in members if member.id != me.id]
    if not others:
        return Card(body=_("That is your own name. Say in a few words what you need, {example}.", example=EXAMPLE))
    return Card(
        title=_("Do you mean somebody here?"),
        body=_("Nobody was told. Ask them what you need, or see what they do. If you meant something else, add a few words."),
        items=tuple(Item(bare(mention(member)), Button(_("Profile"), f"profile:show:{member.id}")) for member in others),
        controls=tuple(
            Button(_("Ask {name}", name=shorten(member.name, 40)), requests.id("whom", member.id), Style.PRIMARY)
            for member in others
        ),
    )


def whom_form(member: Member) -> Form:
    """Return the form that asks what somebody is needed for."""
    return Form(
        requests.id("them", member.id),
        _("Ask for help"),
        (
            LongText(
                name="need",
                label=_("What do you need?"),
                hint=_("{name} is asked, nobody else.", name=shorten(member.name, 60)),
                maximum=LONGEST,
            ),
        ),
        _("Ask them"),
    )


def edit_form(request: HelpRequest) -> Form:
    """Return the form that says a request otherwise."""
    return Form(
        requests.id("edited", request.id),
        _("Edit your request"),
        (
            LongText(
                name="need",
                label=_("What do you need?"),
                hint=_("It changes wherever it was shown. Nobody is asked a second time."),
                initial=request.need,
                maximum=LONGEST,
            ),
        ),
        _("Save"),
    )
