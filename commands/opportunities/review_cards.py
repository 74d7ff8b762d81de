"""What animators see: opportunities to approve, reports to answer, and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.text import ChannelMention, Text
from bot.ui import Button, Card, ChannelField, Choice, Fact, Form, LongText, NumberField, OneChoice, Style, Tone, shorten
from commands.opportunities.feature import CHANNEL, REASON, SETTINGS, opportunities
from commands.opportunities.wording import decision, facts, heading
from storage.opportunity import Opportunity, Settings, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Channel
    from storage.opportunity_responses import Report

MOST: Final = 50
YEAR: Final = 365
REPORTS: Final = 3


def to_approve(opportunity: Opportunity) -> Card:
    """Return the question to the animators: what would be published, with *Approve* and *Refuse*."""
    said, key = opportunity.newest, (opportunity.id, opportunity.version)
    change = opportunity.status is not Status.DRAFT
    return Card(
        title=heading(said),
        body=(
            _("{name} would like to publish this change.", name=mention(opportunity.poster))
            if change
            else _("{name} would like to publish this.", name=mention(opportunity.poster)),
            said.what,
        ),
        facts=facts(said),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Approve"), opportunities.id("approve", *key), Style.PRIMARY),
            Button(_("Refuse"), opportunities.id("refuse", *key)),
        ),
    )


def approved(opportunity: Opportunity, *, yes: bool) -> Card:
    """Return what replaces the question once an animator has answered."""
    said = _("Approved, and published.") if yes else _("Refused; {name} knows why.", name=mention(opportunity.poster))
    return Card(title=heading(opportunity.newest), body=said, tone=Tone.GOOD if yes else Tone.NEUTRAL)


def no_longer(opportunity: Opportunity) -> Card:
    """Return what replaces the question where it is no longer asked: without words that nobody was given to read."""
    return Card(
        title="" if opportunity.published_at is None else heading(opportunity.contents),
        body=_("{name} changed or withdrew it: there is nothing to decide any more.", name=mention(opportunity.poster)),
    )


def refuse_form(opportunity: Opportunity) -> Form:
    """Return the form of *Refuse*."""
    return Form(
        opportunities.id("refused", opportunity.id, opportunity.version),
        _("Refuse"),
        (_reason(),),
        _("Send"),
    )


def remove_form(opportunity: Opportunity) -> Form:
    """Return the form of *Remove*."""
    return Form(opportunities.id("removed", opportunity.id), _("Remove"), (_reason(),), _("Remove"))


def _reason() -> LongText:
    return LongText(
        name="reason",
        label=_("Why? They read it"),
        hint=_("A sentence that helps them do it differently."),
        minimum=5,
        maximum=REASON,
    )


def reported(opportunity: Opportunity, reports: Sequence[Report]) -> Card:
    """Return what is reported about an opportunity; never by whom."""
    shown = [shorten(report.reason, REASON) for report in reports[-REPORTS:]]
    return Card(
        title=_("Reported: {title}", title=opportunity.contents.title),
        body=(
            plural("{count} member finds something wrong with it.", "{count} members find something wrong with it.", len(reports))
            if reports
            else "",
            shorten(opportunity.contents.what, REASON),
        ),
        facts=(
            Fact(_("From"), Text("{name}", {"name": mention(opportunity.poster)})),
            *(Fact(_("Reason"), reason) for reason in shown),
        ),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Remove"), opportunities.id("remove", opportunity.id), Style.DANGER),
            Button(_("Keep"), opportunities.id("keep", opportunity.id)),
        ),
        note=_("Whoever reported it stays private."),
    )


def settled(opportunity: Opportunity) -> Card:
    """Return what replaces the reports once an animator has decided."""
    return Card(title=heading(opportunity.contents), body=_("Decided: {state}.", state=decision(opportunity)))


def settings_form(settings: Settings, channel: str) -> Form:
    """Return the form of the settings; `channel` is a channel id."""
    return Form(
        opportunities.id("settings"),
        _("Opportunities"),
        (
            ChannelField(
                name=CHANNEL,
                label=_("Channel for opportunities"),
                hint=_("They appear there, in each workspace that has one."),
                initial=channel,
                required=False,
            ),
            OneChoice(
                name="approval",
                label=_("Before one is published"),
                choices=(
                    Choice("no", _("Nobody has to approve it")),
                    Choice("yes", _("An animator approves it")),
                ),
                initial="yes" if settings.approval else "no",
            ),
            NumberField(
                name="most_open", label=_("Open ones of a member at a time"), initial=settings.most_open, minimum=1, maximum=MOST
            ),
            NumberField(
                name="most_weekly", label=_("New ones of a member a week"), initial=settings.most_weekly, minimum=1, maximum=MOST
            ),
            NumberField(name="days", label=_("Days it stays without a deadline"), initial=settings.stays, minimum=1, maximum=YEAR),
        ),
        _("Save"),
    )


def saved(settings: Settings, channel: Channel | None) -> Card:
    """Return what is set now."""
    return Card(
        title=_("Noted"),
        body="" if channel is not None else _("Without a channel in any workspace, opportunities wait as drafts."),
        facts=(
            *(
                (
                    Fact(
                        _("Channel for opportunities"),
                        Text("{channel}", {"channel": ChannelMention(channel.external_id, channel.name)}),
                    ),
                )
                if channel is not None
                else ()
            ),
            Fact(
                _("Before one is published"),
                _("An animator approves it") if settings.approval else _("Nobody has to approve it"),
            ),
            Fact(_("Open ones of a member at a time"), str(settings.most_open)),
            Fact(_("New ones of a member a week"), str(settings.most_weekly)),
            Fact(_("Days it stays without a deadline"), str(settings.stays)),
        ),
        tone=Tone.GOOD,
        controls=(
            *((Button(_("Test message"), opportunities.id("test")),) if channel is not None else ()),
            Button(_("Change"), SETTINGS),
        ),
    )


def test_card() -> Card:
    """Return the test message."""
    return Card(
        title=_("A test message"),
        body=(_("If you can read this, I may write here."), _("Opportunities appear here.")),
        tone=Tone.GOOD,
    )


def tested() -> Card:
    """Return the answer to whoever asked for a test message."""
    return Card(body=_("Sent. If nothing appears within a minute, invite me to that channel and try again."), tone=Tone.GOOD)
