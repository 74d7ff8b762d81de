"""Every card and form of every feature, in both languages, for all three renderers, within what each platform accepts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import commands
from adapters.discord import modal
from adapters.discord import render as discord_render
from adapters.sandbox import render as sandbox_render
from adapters.sandbox import render_form
from adapters.sandbox.phrases import PHRASES
from adapters.slack import forms
from adapters.slack import render as slack_render
from adapters.slack.payload import Origin
from bot import drafts
from bot.feature import Registry
from bot.i18n import LOCALES, _
from bot.ports import Reader
from bot.turn import asking
from bot.ui import Button, Card, Choice, Fact, Form, Item, LongText, Picture, Select, ShortText
from commands import FEATURES
from tests.contract.specimens import FILES, Specimens, builders, modules
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
    written = slack_render.message(card, reader, files=slack_render.in_thread(card.files))
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


def test_the_fullest_card_of_all() -> None:
    """As many of everything as a card may hold, with files."""
    button = Button("Go", "a:b", confirm=_("Sure?"))
    select = Select("a:c", "Which?", (Choice("1", "One"),))
    facts, items = tuple(Fact("l", "v") for _fact in range(10)), tuple(Item("i", button) for _item in range(8))
    picture = Picture("meeting-0.png", b"png", "Bars")
    for control in (button, select):
        check(Card("t", ("b", "c"), facts, items, picture, FILES, controls=(control,) * 10, note="n"))


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


def test_forms_that_are_the_same_for_everybody() -> None:
    found = {form.submit: form for module in modules(commands) for form in vars(module).values() if isinstance(form, Form)}
    assert "voice:anonymous" in found
    for form in found.values():
        check(form)


def test_a_form_that_is_not_kept_is_given_back_everywhere() -> None:
    unkept = [
        trigger.form
        for feature in FEATURES
        for triggers in feature.triggers.values()
        for trigger in triggers
        if trigger.form is not None
    ]
    assert [form.submit for form in unkept if form.kept] == []
    for form in unkept:
        typed = {field.name: "w" * field.maximum for field in form.fields if isinstance(field, ShortText | LongText)}
        check(drafts.returned(form, {form.fields[0].name: "w" * 200}, "w" * 200, typed))


def test_no_card_says_itself_what_every_platform_says_of_a_private_message() -> None:
    """Slack and Discord write that only the reader sees it; so does the sandbox, in these words."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in Path(commands.__path__[0]).rglob("*.py")}
    assert len(sources) > 20
    assert [name for name, source in sources.items() if PHRASES["only_you"].template in source] == []


def test_the_builders_are_found() -> None:
    assert len(BUILDERS) >= 40
    assert {"commands.requests.cards.overview", "commands.members.cards.introduction"} <= set(BUILDERS)


def test_the_checks_themselves_can_fail() -> None:
    parts = [{"type": 10, "content": "x"} for _number in range(41)]
    with pytest.raises(limits.Refused):
        limits.check_message({"flags": 1 << 15, "components": parts}, [])
    assert Checker().message([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]) != []
