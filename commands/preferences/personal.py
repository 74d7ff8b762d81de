"""The language and the time zone in which the bot writes to a member, and when they work."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.errors import Invalid
from bot.hours import USUAL, WorkingHours, read_hours
from bot.i18n import LANGUAGE_NAMES, LOCALES, _, plain, time_in_words, word
from bot.signature import Option
from bot.text import Listing, Text
from bot.ui import Button, Card, Choice, Fact, Form, OneChoice, SearchField, SeveralChoices, ShortText, Tone
from bot.weekdays import WEEKDAYS
from bot.zones import find_zone, search_zones, unknown_zone, zone_name
from commands.preferences.feature import MY_DATA, OPEN_MESSAGES, preferences
from commands.preferences.messages import open_messages
from storage.people import Members

PLATFORM: Final = "platform"
"""The choice of going by what the platform says."""

HOURS, MESSAGES = "hours", "messages"
"""What preferences are about."""

ROW: Final = 3
"""Days in a row that are said by the first and the last."""


def preferences_form(locale: str, zone: str, hours: WorkingHours = USUAL) -> Form:
    """Return the form with what the member chose; a word left empty: nothing."""
    return Form(
        preferences.id("form"),
        _("Your preferences"),
        (
            OneChoice(
                name="language",
                label=_("Language"),
                choices=(
                    Choice(PLATFORM, _("As my platform says")),
                    *(Choice(known, LANGUAGE_NAMES[known]) for known in LOCALES),
                ),
                initial=locale or PLATFORM,
            ),
            SearchField(
                name="zone",
                label=_("Time zone"),
                hint=_("A large city or a country: Paris, Montréal, Senegal. Empty: as my platform says."),
                suggest=preferences.id("zones"),
                initial=zone,
                required=False,
            ),
            SeveralChoices(
                name="days",
                label=_("Working days"),
                hint=_("Reminders reach you on these days only. None: Monday to Friday."),
                choices=tuple(Choice(str(number), day) for number, day in enumerate(WEEKDAYS)),
                initial=tuple(map(str, hours.days)),
                required=False,
            ),
            ShortText(
                name="hours",
                label=_("Working hours"),
                hint=_("From when to when, for example 9:30-17:00, or 22-6 at night. Empty: 9:00-18:00."),
                initial=f"{hours.start:%H:%M}-{hours.end:%H:%M}",
                maximum=40,
                required=False,
            ),
        ),
        send=_("Save"),
    )


def chosen_card(locale: str, zone: str, written: str, hours: WorkingHours = USUAL) -> Card:
    """Return the answer, already in the language that was chosen: `written`."""
    return Card(
        title=plain(_("Noted"), written),
        body=plain(
            _("From now on I write to you like this. Reminders wait for your working hours; answers come at once."), written
        ),
        facts=(
            Fact(plain(_("Language"), written), LANGUAGE_NAMES.get(locale) or plain(_("As my platform says"), written)),
            Fact(plain(_("Time zone"), written), zone_name(zone, written) or plain(_("As my platform says"), written)),
            Fact(plain(_("Working days"), written), plain(_days(hours.days), written)),
            Fact(plain(_("Working hours"), written), plain(_times(hours, written), written)),
        ),
        tone=Tone.GOOD,
        controls=(
            Button(plain(_("What reaches you"), written), preferences.id(OPEN_MESSAGES)),
            Button(plain(_("My data"), written), MY_DATA),
        ),
    )


@preferences.command(
    word("preferences"),
    _("Choose your language, working hours, and how often you are asked for help"),
    dialog=_("My preferences"),
    opens=True,
)
async def change(
    ctx: Context,
    about: Annotated[
        str,
        Option(
            _("About what?"),
            name=word("about"),
            choices=(Choice(HOURS, _("Language and working hours")), Choice(MESSAGES, _("What reaches you"))),
        ),
    ] = HOURS,
) -> Effects:
    """Open the form."""
    if about == MESSAGES:
        return await open_messages(ctx)
    return OpenForm(preferences_form(ctx.me.locale, ctx.me.zone, await ctx.use(Members).hours(ctx.me.id)))


@preferences.submit("form")
async def choose(ctx: Context, language: str, zone: str = "", days: list[str] = [], hours: str = "") -> Effects:  # noqa: B006 - a specification, never changed
    """Keep what was chosen."""
    if language != PLATFORM and language not in LOCALES:
        raise Invalid({"language": _("Choose one of the list.")})
    found = find_zone(zone) if zone else ""
    if found is None:
        raise Invalid({"zone": unknown_zone(zone)})
    chosen = _working_hours(days, hours)
    locale = "" if language == PLATFORM else language
    members = ctx.use(Members)
    chosen = replace(chosen, quiet=(await members.hours(ctx.me.id)).quiet)
    await members.prefer(ctx.me.id, ctx.now, locale=locale, zone=found, hours=chosen)
    reader = await members.reader(ctx.me.id)
    return Reply(chosen_card(locale, found, reader.locale, chosen))


@preferences.suggest("zones")
async def suggest_zones(ctx: Context, words: str = "") -> list[Choice]:
    """Complete a city, a country or a time zone."""
    return [Choice(zone.name, zone.label(ctx.locale)) for zone in search_zones(words or "")]


def _working_hours(days: list[str], hours: str) -> WorkingHours:
    """Return what somebody chose of their working days and hours; the usual where they left a field empty.

    Raises:
        Invalid: at the field, saying why.
    """
    if not set(days) <= {str(number) for number in range(len(WEEKDAYS))}:
        raise Invalid({"days": _("Choose one of the list.")})
    times = read_hours(hours) if hours.strip() else (USUAL.start, USUAL.end)
    if times is None:
        example = _("I do not understand these hours. Write from when to when, for example 9:00-18:00 or 22:00-6:00.")
        raise Invalid({"hours": example})
    return WorkingHours(tuple(sorted(map(int, set(days)))) or USUAL.days, *times)


def _days(days: tuple[int, ...]) -> Text:
    if len(days) == len(WEEKDAYS):
        return _("every day")
    if len(days) >= ROW and days[-1] - days[0] == len(days) - 1:
        return _("{first} to {last}", first=WEEKDAYS[days[0]], last=WEEKDAYS[days[-1]])
    return Text("{days}", {"days": Listing(tuple(WEEKDAYS[day] for day in days))})


def _times(hours: WorkingHours, locale: str) -> Text:
    start, end = time_in_words(hours.start, locale), time_in_words(hours.end, locale)
    if hours.start == hours.end:
        return _("around the clock, from {start}", start=start)
    if hours.overnight:
        return _("from {start} to {end} the next day", start=start, end=end)
    return _("from {start} to {end}", start=start, end=end)
