"""What whoever writes an opportunity sees before it is published: two forms and a private preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, word
from bot.ui import Button, Card, Choice, Control, Form, LongText, OneChoice, ShortText, Style, Tone
from commands.opportunities import budget, deadlines
from commands.opportunities.feature import POST, SKILLS, TITLE, WHAT, opportunities
from commands.opportunities.wording import FEES, KINDS, PLACES, facts, heading, missing
from storage.opportunity import Contents, Opportunity, Status

if TYPE_CHECKING:
    from bot.text import Content, Text

PLACE: Final = 60
SHARE: Final = 40


def form(contents: Contents | None = None, identifier: int = 0) -> Form:
    """Return the form of an opportunity, with what it says where it is there already."""
    said = contents or Contents("")
    return Form(
        opportunities.id("form", identifier) if identifier else opportunities.id("form"),
        _("An opportunity"),
        (
            ShortText(
                name="title",
                label=_("Title"),
                hint=_("For example: Online shop for a bakery in Lyon"),
                initial=said.title,
                minimum=3,
                maximum=TITLE,
            ),
            LongText(name="what", label=_("What it is about"), initial=said.what, minimum=3, maximum=WHAT),
            ShortText(
                name="skills",
                label=_("Skills it takes"),
                hint=_("Whoever offers them is told."),
                initial=said.skills,
                maximum=SKILLS,
                required=False,
            ),
            ShortText(
                name="budget",
                label=_("Budget, as you would say it"),
                hint=_("For example 550 €/day, 3-5k €, to be discussed"),
                initial=said.budget,
                maximum=budget.LONGEST,
                required=False,
            ),
            ShortText(
                name="deadline",
                label=_("Deadline to answer"),
                hint=_("For example Friday, in two weeks, end of January"),
                initial=said.deadline,
                maximum=deadlines.LONGEST,
                required=False,
            ),
        ),
        _("Preview"),
    )


def details_form(opportunity: Opportunity) -> Form:
    """Return the second form: kind, place and referral fee."""
    said = opportunity.newest
    return Form(
        opportunities.id("detailed", opportunity.id),
        _("Kind, place and fee"),
        (
            OneChoice(
                name="kind",
                label=_("Kind"),
                choices=tuple(Choice(kind.value, text) for kind, text in KINDS.items()),
                initial=said.kind or "",
            ),
            OneChoice(
                name="place",
                label=_("Where the work is done"),
                choices=tuple(Choice(place.value, text) for place, text in PLACES.items()),
                initial=said.place or "",
            ),
            ShortText(
                name="where",
                label=_("City, where it counts"),
                hint=_("For example Lyon, or: Paris, two days a week"),
                initial=said.where,
                maximum=PLACE,
                required=False,
            ),
            OneChoice(
                name="fee",
                label=_("Referral fee"),
                choices=tuple(Choice(fee_key(*chosen), text) for chosen, text in FEES.items()),
                initial=fee_key(said.fee, said.payer) if said.fee else "",
            ),
            ShortText(
                name="share",
                label=_("How much, where there is a fee"),
                hint=_("For example 10 %, or 300 €"),
                initial=said.share,
                maximum=SHARE,
                required=False,
            ),
        ),
        _("Preview"),
    )


def fee_key(fee: object, payer: object) -> str:
    """Return the value of a choice of a referral fee."""
    return f"{fee}-{payer}" if payer else f"{fee}"


def preview(opportunity: Opportunity, news: Text | None = None, *, duplicate: bool = False) -> Card:
    """Return the private preview of a draft, or of a change of a published one."""
    said = opportunity.newest
    lead = (
        _("**Your change**, not published yet.")
        if opportunity.status is not Status.DRAFT
        else _("**Preview.** Nothing is published yet.")
    )
    return Card(
        title=heading(said),
        body=(news or "", lead, said.what, *_remarks(opportunity)),
        facts=facts(said),
        tone=Tone.ATTENTION if missing(said) or duplicate or opportunity.refused else Tone.NEUTRAL,
        controls=tuple(_controls(opportunity, duplicate=duplicate)),
        note=_("Kept under “{command}” until you publish or discard it.", command=word("opportunity mine")),
    )


def _remarks(opportunity: Opportunity) -> list[Content]:
    said = opportunity.newest
    remarks: list[Content] = []
    wanted = missing(said)
    if opportunity.reviewed_since is not None:
        remarks.append(_("An animator looks at it first. You hear from me."))
    if opportunity.refused:
        remarks.append(_("An animator would rather not publish it like this: “{reason}”", reason=opportunity.refused))
    if wanted is not None:
        remarks.append(
            _("Before it is published, everybody should know {missing}.", missing=wanted)
            if said.budget and said.fee
            else _("Before it is published, everybody should know {missing}. “To be discussed” is an answer too.", missing=wanted)
        )
    if said.budget:
        understood = budget.read(said.budget)
        if not understood.readable:
            remarks.append(
                _(
                    "I find no amount in “{budget}”: everybody sees your words as they are. Would you say it with numbers, "
                    "for example 550 €/day?",
                    budget=said.budget,
                )
            )
        elif not understood.currency and not understood.discussed and (understood.low or understood.high):
            remarks.append(_("Your budget says no currency. You can add one, for example €."))
    return remarks


def _controls(opportunity: Opportunity, *, duplicate: bool) -> list[Control]:
    said, identifier = opportunity.newest, opportunity.id
    ready = said.complete
    controls: list[Control] = []
    if opportunity.reviewed_since is None:
        key = (identifier, "anyway") if duplicate else (identifier,)
        label = _("Publish anyway") if duplicate else _("Publish the change") if opportunity.proposed else _("Publish")
        controls.append(Button(label, opportunities.id("publish", *key), Style.PRIMARY if ready else Style.SECONDARY))
    controls.append(
        Button(
            _("Kind, place and fee"),
            opportunities.id("details", identifier),
            Style.SECONDARY if said.kind and said.place and said.fee else Style.PRIMARY,
        )
    )
    if not said.budget:
        controls.append(Button(_("Budget: to be discussed"), opportunities.id("open_budget", identifier)))
    if not said.fee:
        controls.append(Button(_("No referral fee"), opportunities.id("no_fee", identifier)))
    controls.append(Button(_("Edit"), opportunities.id("edit", identifier)))
    confirm = _("Discard this change?") if opportunity.proposed else _("Discard this draft?")
    controls.append(Button(_("Discard"), opportunities.id("discard", identifier), Style.DANGER, confirm))
    return controls


def discarded(*, change: bool = False) -> Card:
    """Return the answer to *Discard*."""
    said = _("Discarded. What is published stays as it was.") if change else _("Discarded. Nothing was published.")
    return Card(body=said, controls=() if change else (Button(_("Post an opportunity"), POST),))
