"""What the workspace remembers, also over a restart, and what it keeps from whom."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from adapters.sandbox.journal import MemoryJournal, journal
from adapters.sandbox.platform import SandboxPlatform
from adapters.sandbox.records import BOT
from adapters.sandbox.workspace import PEOPLE, SandboxError, Workspace
from bot.clock import MovableClock
from bot.errors import ConfigError, Undeliverable
from bot.i18n import _
from bot.ports import Envelope, Reader, Reference
from bot.text import Moment
from bot.ui import Button, Card, Picture, Tone
from tests.sandbox.workshop import PIXEL, START


def opened(file: Path | None = None) -> Workspace:
    workspace = Workspace(journal(str(file)) if file else MemoryJournal(), MovableClock(START))
    workspace.open()
    return workspace


def envelope(key: str = "k1", words: str = "Hello") -> Envelope:
    return Envelope(key, "sandbox", Reader("fr", "Europe/Paris"), Card(body=words))


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "sandbox.jsonl"
    before = opened(file)
    ada = before.add_person("Ada Moreau", locale="fr", administrator=True, dm_closed=True)
    group = before.add_group([ada.id], "Two of you")
    card = Card(
        title=_("For {name}, {when}", name="Ada", when=Moment(START)),
        picture=Picture("x.png", PIXEL, "A dot"),
        tone=Tone.GOOD,
        controls=(Button("Press", "a:b"),),
    )
    root = before.write("help", ada.id, text="Who knows?")
    before.write("help", BOT, card=card, thread=root.id, only_for=ada.id)
    gone = before.write("help", BOT, card=card, key="k9")
    before.remove(gone.id)
    before.rewrite(before.write(group.id, BOT, card=card).id, Card("Changed"), locale="fr", zone="UTC")
    before.mark_read(ada.id, "help")
    before.close()

    after = opened(file)
    assert after.people == before.people
    assert after.conversations == before.conversations
    assert after.messages("help") == before.messages("help")
    assert after.thread(root.id) == before.thread(root.id)
    assert after.messages(group.id)[0].card == Card("Changed")
    assert after.unread(ada.id, "help") == 0
    assert after.sent("k9") == before.sent("k9")
    assert after.write("help", ada.id, text="next").number > gone.number
    after.close()


def test_a_line_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.jsonl"
    before = opened(file)
    ada = before.add_person("Ada")
    before.write("help", ada.id, text="kept")
    before.close()
    file.write_bytes(file.read_bytes() + b'{"type":"message","numb')
    after = opened(file)
    assert [message.text for message in after.messages("help")] == ["kept"]
    after.close()


def test_a_file_that_is_something_else_is_refused_by_name_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("my notes\nmore notes\n")
    with pytest.raises(ConfigError, match=r"sandbox\.file: line 1"):
        opened(file)
    assert file.read_text() == "my notes\nmore notes\n"


def test_a_file_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match=r"sandbox\.file"):
        opened(tmp_path / "taken" / "sandbox.jsonl")


def test_ids_are_made_from_names_and_never_twice() -> None:
    workspace = opened()
    assert [workspace.add_person(name).id for name in ("Élodie Noël", "Elodie Noel", "李", "Confrère")] == [
        "elodie-noel",
        "elodie-noel-2",
        "person",
        "confrere-2",
    ]
    with pytest.raises(SandboxError):
        workspace.add_person("Other", person_id="elodie-noel")


@pytest.mark.parametrize(
    ("name", "initials"), [("Ada Moreau", "AM"), ("Jean-Luc de la Tour", "JT"), ("Zoé", "Z"), ("  ", "?"), ("(Max) Ray", "R")]
)
def test_an_avatar_has_at_most_two_letters(name: str, initials: str) -> None:
    assert opened().add_person(name).initials == initials


def test_a_private_message_is_seen_by_one_person() -> None:
    workspace = opened()
    ada, ben = workspace.add_person("Ada"), workspace.add_person("Ben")
    secret = workspace.write("general", BOT, card=Card("For Ada"), only_for=ada.id)
    assert workspace.messages("general", ada.id) == [secret]
    assert workspace.messages("general", ben.id) == []
    assert (workspace.unread(ada.id, "general"), workspace.unread(ben.id, "general")) == (1, 0)
    with pytest.raises(SandboxError):
        workspace.message(secret.id, ben.id)


def test_groups_and_direct_messages_are_seen_by_those_who_are_in_them() -> None:
    workspace = opened()
    ada, ben, zoe = (workspace.add_person(name) for name in ("Ada", "Ben", "Zoé"))
    group = workspace.add_group([ada.id, ben.id], "")
    workspace.write(group.id, BOT, card=Card("Hello both"))
    assert group in workspace.conversations_of(ben.id)
    assert group not in workspace.conversations_of(zoe.id)
    with pytest.raises(SandboxError):
        workspace.conversation(f"direct.{ada.id}", ben.id)


def test_what_one_writes_oneself_is_read() -> None:
    workspace = opened()
    ada, ben = workspace.add_person("Ada"), workspace.add_person("Ben")
    workspace.write("general", ada.id, text="one")
    assert (workspace.unread(ada.id, "general"), workspace.unread(ben.id, "general")) == (0, 1)
    workspace.mark_read(ben.id, "general")
    assert workspace.unread(ben.id, "general") == 0


def test_an_answer_to_an_answer_stands_in_the_same_thread_and_goes_with_it() -> None:
    workspace = opened()
    ada = workspace.add_person("Ada")
    root = workspace.write("general", ada.id, text="root")
    first = workspace.write("general", ada.id, text="first", thread=root.id)
    second = workspace.write("general", ada.id, text="second", thread=first.id)
    assert workspace.thread(root.id) == [first, second]
    assert workspace.messages("general") == [root]
    workspace.remove(root.id)
    assert workspace.thread(root.id) == []
    with pytest.raises(SandboxError):
        workspace.write("general", ada.id, text="late", thread=root.id)


async def test_whoever_watches_is_told_what_changed() -> None:
    workspace = opened()
    queue = workspace.watch()
    ada = workspace.add_person("Ada")
    workspace.write("help", BOT, card=Card("x"))
    workspace.mark_read(ada.id, "help")
    told = [queue.get_nowait() for _each in range(queue.qsize())]
    assert told == [PEOPLE, "direct.ada", "home.ada", "help", "read:ada"]
    workspace.unwatch(queue)
    workspace.write("help", BOT, card=Card("y"))
    assert queue.empty()


def test_messages_carry_the_workspaces_own_time() -> None:
    clock = MovableClock(START - dt.timedelta(days=90))
    workspace = Workspace(MemoryJournal(), clock)
    workspace.open()
    workspace.add_person("Ada")
    assert workspace.write("help", "ada", text="then").at == START - dt.timedelta(days=90)
    clock.move(dt.timedelta(days=1))
    assert workspace.write("help", "ada", text="later").at == START - dt.timedelta(days=89)


# ---------------------------------------------------------------- the platform side


async def test_the_same_key_twice_is_one_message() -> None:
    workspace = opened()
    workspace.add_person("Ada")
    platform = SandboxPlatform(workspace)
    assert await platform.post(envelope(), "help") == await platform.post(envelope(), "help")
    assert await platform.direct(envelope("k2"), "ada") == await platform.direct(envelope("k2"), "ada")
    assert await platform.connect(envelope("k3"), ["ada"], "You") == await platform.connect(envelope("k3"), ["ada"], "You")
    assert [len(workspace.messages(place)) for place in ("help", "direct.ada", "group.1")] == [1, 1, 1]
    assert "group.2" not in workspace.conversations


async def test_a_removed_message_does_not_come_back_with_its_key() -> None:
    workspace = opened()
    platform = SandboxPlatform(workspace)
    reference = await platform.post(envelope(), "help")
    await platform.remove(envelope("k2"), reference)
    await platform.remove(envelope("k2"), reference)
    assert await platform.post(envelope(), "help") == reference
    assert workspace.messages("help") == []


async def test_an_update_replaces_the_message_in_place() -> None:
    workspace = opened()
    platform = SandboxPlatform(workspace)
    reference = await platform.post(envelope(), "help")
    await platform.update(envelope("k2", "Changed"), reference)
    assert [message.card for message in workspace.messages("help")] == [Card(body="Changed")]
    answer = await platform.post(envelope("k3"), "help", reference.thread)
    assert answer.thread == reference.message


async def test_what_cannot_be_delivered_says_why() -> None:
    workspace = opened()
    workspace.add_person("Ada", dm_closed=True)
    workspace.add_person("Ben")
    workspace.change_person("ben", left=True)
    platform = SandboxPlatform(workspace)
    refused = {
        "dm_closed": platform.direct(envelope(), "ada"),
        "account_gone": platform.direct(envelope(), "ben"),
        "channel_gone": platform.post(envelope(), "nowhere"),
        "thread_gone": platform.post(envelope(), "help", "m99"),
        "message_gone": platform.update(envelope(), Reference("help", "m99")),
    }
    for reason, attempt in refused.items():
        with pytest.raises(Undeliverable) as error:
            await attempt
        assert error.value.reason == reason
    with pytest.raises(Undeliverable):
        await platform.connect(envelope(), ["ben", "nobody"], "You")
