"""What my-data looks like: what is kept, for how long, who sees it; erasing and leaving, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.feature import RUN
from bot.i18n import _, plural
from bot.text import Text
from bot.ui import Button, Card, Choice, Fact, Select, Style, Tone
from commands.my_data.feature import AREAS, REASONS, START, my_data
from storage.departures import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import RetentionConfig
    from bot.files import File
    from bot.model import Member
    from storage.holding import Area


def overview(me: Member, counts: Mapping[Area, int], days: RetentionConfig) -> Card:
    """Return what is kept of somebody, in plain words."""
    found = [(name, sum(counts.get(area, 0) for area in areas)) for name, areas in AREAS]
    return Card(
        title=_("What I keep about you"),
        body=(
            _(
                "**Who sees it.** Everyone: your introduction, and what you post. Those you do something with: requests, meetings, "
                "circles, thanks. The animators: voices and check-ins, as you chose. Whoever runs me holds the database; check-in "
                "answers, voices and words in circles are sealed in it."
            ),
            _(
                "**For how long.** Until you erase it or leave, but for this: check-in answers, words in circles and unconfirmed "
                "gains go after {messages} days, voices {voices} days after their answer, drafts after {drafts}, sent messages "
                "lose their words at once.",
                messages=days.messages,
                voices=days.voices,
                drafts=days.drafts,
            ),
            _("Anonymous voices are not here: nobody, me included, can tell which ones are yours. Only their code finds them."),
        ),
        facts=tuple(Fact(name, Text("{number}", {"number": number})) for name, number in found if number),
        controls=(
            Button(_("Export"), my_data.id("export", me.id), Style.PRIMARY),
            Button(_("Correct"), my_data.id("correct")),
            Button(_("Erase…"), my_data.id("erasing")),
            Button(_("Leave…"), my_data.id("leaving")),
        ),
        note=_("I never read or keep messages that are not addressed to me."),
    )


def exported(file: File) -> Card:
    """Return the export."""
    return Card(
        title=_("Your data"),
        body=_(
            "Everything that is kept about you, as a JSON file, private words included. Of others it holds no more than you were "
            "shown. Only you see this message."
        ),
        files=(file,),
        controls=(Button(_("Back"), START),),
    )


def correct() -> Card:
    """Return where what is kept can be changed."""
    return Card(
        title=_("Correct what I keep"),
        body=_("Your name comes from your platform: change it there, and I follow."),
        controls=(
            Button(_("My introduction"), f"{RUN}intro"),
            Button(_("Availability"), f"{RUN}available"),
            Button(_("Language, time zone, hours"), f"{RUN}preferences"),
            Button(_("What reaches me"), "preference:messages"),
            Button(_("Check-ins"), f"{RUN}checkin"),
            Button(_("What I gained and gave"), f"{RUN}value"),
            Button(_("Back"), START),
        ),
    )


def erasing(me: Member) -> Card:
    """Return what erasing does, before it is done."""
    return Card(
        title=_("Erase everything?"),
        body=(
            *_what_goes(),
            _(
                "You stay a member, as on your first day, and nothing comes unasked: no check-ins either, unless you ask for them "
                "again. I keep your account, and what you said no to: messages that you switched off, people you would rather not "
                "meet again."
            ),
        ),
        tone=Tone.ATTENTION,
        controls=(
            Button(
                _("Erase everything"),
                my_data.id("erase", me.id),
                Style.DANGER,
                confirm=_("Erase everything that is kept about you? It cannot be undone."),
            ),
            Button(_("Export first"), my_data.id("export", me.id)),
            Button(_("Keep it"), START),
        ),
    )


def leaving(me: Member, community: str, missing: Missing, *, days: int, alone: bool) -> Card:
    """Return what leaving does, with the reason chosen so far, before anything is done; `alone`: nobody else runs the community."""
    return Card(
        title=_("Leave {community}?", community=community),
        body=(
            _("First you get your data as a file. Once you have it, one more click erases it here."),
            *_what_goes(),
            plural(
                "For {count} day I keep a hash of your accounts and nothing else, so as to leave you in peace.",
                "For {count} days I keep a hash of your accounts and nothing else, so as to leave you in peace.",
                days,
            ),
            _(
                "You are the only animator: without you, nobody answers voices or cares for newcomers. Others are named on the "
                "platform, by the right to manage it, or by whoever runs me, under `animators` in my configuration."
            )
            if alone
            else "",
            _(
                "If you like, say what was missing. It is counted without your name, and the animators see totals of five "
                "people or more."
            ),
            _("Missing: **{reason}**", reason=REASONS[missing]) if missing is not Missing.UNSAID else "",
        ),
        controls=(
            Select(
                my_data.id("missing"),
                _("What was missing? (optional)"),
                tuple(Choice(kind.value or "unsaid", words) for kind, words in REASONS.items()),
            ),
            Button(_("Get my data and go on"), my_data.id("take", me.id, missing.value), Style.PRIMARY),
            Button(_("Stay"), START),
        ),
    )


def last_step(me: Member, missing: Missing, file: File | None) -> Card:
    """Return the data of somebody who is about to leave, and the button that erases it; without a file where it is too large."""
    return Card(
        title=_("Your data, before you leave"),
        body=(
            _(
                "Everything that is kept about you is in this file. Go on only once you have it: the next click erases it here, "
                "and nobody can bring it back."
            )
            if file is not None
            else (
                _(
                    "Your data is too much for a message. Whoever runs me gets it with `confrere people export`: ask them first if "
                    "you would like to have it."
                ),
                _("You can leave without it. The next click erases everything here, and nobody can bring it back."),
            )
        ),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Leave and erase"), my_data.id("leave", me.id, missing.value), Style.DANGER),
            Button(_("Stay"), START),
        ),
        files=(file,) if file is not None else (),
    )


def _what_goes() -> tuple[Text, ...]:
    return (
        _(
            "Your introduction, requests, opportunities and voices disappear, from the channels too; your words in circles and "
            "icebreakers are taken out; what waits to be sent is not. Meetings and circles under way go on without you."
        ),
        _(
            "What others gained with you stays theirs, without your name; so do thanks that you gave. What you sent somebody in "
            "private, and what others wrote about you, stays in their conversations. Anonymous voices I cannot find."
        ),
    )


def erased() -> Card:
    """Return the answer once everything is erased."""
    return Card(
        title=_("Erased"),
        body=(
            _("Nothing that I keep tells of you any more, and the next backup holds nothing of it either."),
            _("You are a member as on your first day. I write to you only if you begin something."),
        ),
        tone=Tone.GOOD,
    )


def left(community: str, removed: int) -> Card:
    """Return the farewell: nothing to persuade anybody, and nothing that would be lost with it."""
    return Card(
        title=_("You have left {community}", community=community),
        body=(
            _("On my side, everything is erased; the next backup holds nothing of it either."),
            plural("{count} message in your name is being removed.", "{count} messages in your name are being removed.", removed)
            if removed
            else "",
            _("I will not write to you again. If you ever use me again, it is a new start, and you are welcome."),
        ),
    )
