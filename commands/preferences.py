"""Preferences: the language and the time zone in which the bot writes to a member."""

from __future__ import annotations

from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.errors import Invalid
from bot.feature import Feature
from bot.i18n import LANGUAGE_NAMES, LOCALES, _, plain, word
from bot.ui import Card, Choice, Fact, Form, OneChoice, SearchField, Tone
from bot.zones import find_zone, search_zones, unknown_zone, zone_name
from storage.people import Members

PLATFORM: Final = "platform"
"""The choice of going by what the platform says."""

preferences = Feature("preference")


def preferences_form(locale: str, zone: str) -> Form:
    """Return the form with what the member chose; empty: nothing."""
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
        ),
        send=_("Save"),
    )


def chosen_card(locale: str, zone: str, written: str) -> Card:
    """Return the answer, already in the language that was chosen: `written`."""
    return Card(
        title=plain(_("Noted"), written),
        body=plain(_("From now on I write to you like this."), written),
        facts=(
            Fact(plain(_("Language"), written), LANGUAGE_NAMES.get(locale) or plain(_("As my platform says"), written)),
            Fact(plain(_("Time zone"), written), zone_name(zone, written) or plain(_("As my platform says"), written)),
        ),
        tone=Tone.GOOD,
    )


@preferences.command(word("preferences"), _("Choose your language and time zone"), dialog=_("My preferences"), opens=True)
async def change(ctx: Context) -> Effects:
    """Open the form."""
    return OpenForm(preferences_form(ctx.me.locale, ctx.me.zone))


@preferences.submit("form")
async def choose(ctx: Context, language: str, zone: str = "") -> Effects:
    """Keep what was chosen."""
    if language != PLATFORM and language not in LOCALES:
        raise Invalid({"language": _("Choose one of the list.")})
    found = find_zone(zone) if zone else ""
    if found is None:
        raise Invalid({"zone": unknown_zone(zone)})
    locale = "" if language == PLATFORM else language
    members = ctx.use(Members)
    await members.prefer(ctx.me.id, locale=locale, zone=found)
    reader = await members.reader(ctx.me.id)
    return Reply(chosen_card(locale, found, reader.locale))


@preferences.suggest("zones")
async def suggest_zones(ctx: Context, words: str = "") -> list[Choice]:
    """Complete a city, a country or a time zone."""
    return [Choice(zone.name, zone.label(ctx.locale)) for zone in search_zones(words or "")]
