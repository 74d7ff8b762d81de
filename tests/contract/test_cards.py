"""Every card and form of every feature, in both languages, for all three renderers, within what each platform accepts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.discord import modal
from adapters.discord import render as discord_render
from adapters.sandbox import render as sandbox_render
from adapters.sandbox import render_form
from adapters.slack import forms
from adapters.slack import render as slack_render
from adapters.slack.payload import Origin
from bot import drafts
from bot.feature import Registry
from bot.i18n import LOCALES
from bot.ports import Reader
from bot.turn import asking
from bot.ui import Card, Form
from commands import FEATURES
from tests.contract.specimens import Specimens, builders
from tests.emulators.discord import limits
from tests.emulators.slack.blocks import Checker

REGISTRY = Registry(FEATURES)
BUILDERS = builders()
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


def check(shown: Card | Form) -> None:
    """Render it everywhere, as everybody would see it."""
    for locale in LOCALES:
        reader = Reader(locale, "Europe/Paris")
        if isinstance(shown, Form):
            check_form(shown, reader)
        else:
            check_card(shown, reader)


def check_card(card: Card, reader: Reader) -> None:
    sandbox_render.card(card, reader)
    written = slack_render.message(card, reader)
    assert Checker().message(written.blocks) == []
    assert Checker().view(forms.home(card, reader)) == []
    for scope in (None, "123456789012345678"):
        rendered = discord_render.message(card, reader, scope=scope)
        files = [attachment["filename"] for attachment in rendered.payload["attachments"]]
        limits.check_message(rendered.payload, files)


def check_form(form: Form, reader: Reader) -> None:
    render_form.form(form, reader)
    assert Checker().view(forms.modal(form, reader, Origin())) == []
    limits.check_modal(modal.modal(form, reader, scope="123456789012345678"))
    for field in form.fields:
        check_card(drafts.correction(form, {field.name: "w" * 200}), reader)


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_whatever_a_feature_builds_is_accepted_everywhere(name: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW, database=None)
    @given(Specimens(REGISTRY).built(BUILDERS[name]))
    def whatever(shown: Card | Form) -> None:
        check(shown)

    whatever()


@pytest.mark.parametrize("name", sorted(name for name, command in REGISTRY.commands.items() if command.signature.parameters))
def test_a_commands_options_can_be_asked_for_everywhere(name: str) -> None:
    check(asking(REGISTRY.commands[name], {}))


def test_the_builders_are_found() -> None:
    assert len(BUILDERS) >= 40
    assert {"commands.requests.cards.overview", "commands.members.cards.introduction"} <= set(BUILDERS)


def test_the_checks_themselves_can_fail() -> None:
    parts = [{"type": 10, "content": "x"} for _number in range(41)]
    with pytest.raises(limits.Refused):
        limits.check_message({"flags": 1 << 15, "components": parts}, [])
    assert Checker().message([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]) != []
