"""Private words in the database: what a thief of the file reads, what a lost key does, and how keys are changed."""

from __future__ import annotations

import asyncio
import base64
import stat
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import insert, select, text, update

from bot.clock import SystemClock
from bot.config import SecurityConfig, load
from bot.errors import ConfigError
from bot.model import AccountRef
from bot.ports import Draft
from bot.ui import Form, LongText
from storage import rotation
from storage.db import Database, open_store
from storage.forms import FormRow
from storage.keyring import Keyring, fingerprint, new_key
from storage.rotation import give_up, rotate, standing
from storage.sealed import Seal, Sealed
from tests.databases import COMMUNITY, Databases
from tests.storage.community import NOW, Village

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

ROOT = Path(__file__).parents[2]
ADA = AccountRef("UADA", "Ada")
WORDS = "Honestly, the quarterly dinner is too expensive 🧮"
FORM = Form("quiet:say", "Say", (LongText(name="words", label="Words", initial="What I said before 🧮"),), private=True)


async def open_with(url: str, *keys: str, file: Path | None = None) -> Database:
    return await open_store(url, community=COMMUNITY, keyring=Keyring(keys, file))


async def type_words(store: Database, words: str = WORDS, form: Form = FORM) -> int:
    """Let Ada type something private that is kept; return her number."""
    ada = (await Village(store).meet(ADA)).member
    assert ada is not None
    async with store.unit() as unit:
        await unit.forms.keep(ada.id, Draft(form, {"words": words}), NOW)
    return ada.id


async def typed(store: Database, member: int = 1, name: str = FORM.submit) -> str | None:
    async with store.unit(write=False) as unit:
        draft = await unit.forms.load(member, name)
        return None if draft is None else str(draft.values["words"])


async def stored(connection: AsyncConnection) -> list[str]:
    return [str(row) for row in (await connection.execute(text("SELECT * FROM form ORDER BY submit"))).all()]


async def test_what_is_private_is_unreadable_in_the_database_and_comes_back_whole(database_url: str) -> None:
    store = await open_with(database_url, new_key())
    ada = await type_words(store)

    async with store.unit(write=False) as unit:
        (row,) = await stored(unit.connection)
        draft = await unit.forms.load(ada, FORM.submit)
    await store.close()

    assert "dinner" not in row
    assert "🧮" not in row
    assert draft == Draft(FORM, {"words": WORDS})
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        assert all(b"dinner" not in each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


async def test_a_sealed_text_tells_no_time_and_shows_nothing() -> None:
    seal = Seal(Keyring((new_key(),)))
    sealed = seal.close(WORDS)

    token = base64.urlsafe_b64decode(sealed.partition(":")[2])
    assert struct.unpack(">Q", token[1:9]) == (0,), "a token of Fernet's begins with its version and the second it was made"
    assert repr(sealed) == "Sealed(…)"
    assert seal.close(WORDS) != sealed, "the same words twice do not show that they are the same"
    assert seal.open(sealed) == WORDS


async def test_plain_words_do_not_get_into_a_sealed_column(store: Database) -> None:
    ada = await type_words(store)
    async with store.unit() as unit:
        with pytest.raises(Exception, match="plain words cannot be stored") as refused:
            await unit.connection.execute(update(FormRow).where(FormRow.member_id == ada).values(sealed="The dinner"))
    assert "dinner" not in repr(refused.value.__cause__)


# ---------------------------------------------------------------- keys that change


async def test_a_key_that_was_changed_in_the_configuration_opens_what_the_older_one_sealed(database_url: str) -> None:
    old, new = new_key(), new_key()
    store = await open_with(database_url, old)
    await type_words(store)
    await store.close()

    store = await open_with(database_url, new, old)
    assert await typed(store) == WORDS
    done = await rotate(database_url, Keyring((new, old)), SystemClock())
    assert (done.sealed, done.shut, list(done.over)) == (1, 0, [fingerprint(old)])
    assert await typed(store) == WORDS
    await store.close()

    store = await open_with(database_url, new)
    assert await typed(store) == WORDS
    await store.close()


async def test_a_rotation_goes_on_in_steps_and_finds_everything(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "STEP", 3)
    old, new = new_key(), new_key()
    store = await open_with(database_url, old, new)
    forms = [Form(f"quiet:{number}", "Say", FORM.fields, private=True) for number in range(10)]
    for form in forms:
        await type_words(store, form.submit, form)
    async with store.unit() as unit:
        await unit.connection.execute(
            insert(FormRow).values(member_id=1, submit="quiet:lost", shape="", typed="", kept_at=NOW, sealed=Sealed("0:nothing"))
        )

    done = await rotate(database_url, Keyring((new, old)), SystemClock())

    assert (done.sealed, done.shut) == (10, 1)
    assert [await typed(store, 1, form.submit) for form in forms] == [form.submit for form in forms]
    async with store.unit(write=False) as unit:
        keys = {str(each).partition(":")[0] for each in (await unit.connection.execute(select(FormRow.sealed))).scalars()}
    assert keys == {fingerprint(new), "0"}
    assert (await rotate(database_url, Keyring((new,)), SystemClock())).sealed == 0
    await store.close()


async def test_a_running_bot_takes_up_the_key_that_a_rotation_makes(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "confrere.key"
    store = await open_with(database_url, file=file)
    await type_words(store)
    (first,) = Keyring(file=file).present()

    assert (await rotate(database_url, Keyring(file=file), SystemClock())).sealed == 1

    assert await typed(store) == WORDS
    await type_words(store, "after")
    newest, last = Keyring(file=file).present()
    assert (newest != first, last) == (True, first)
    async with store.unit(write=False) as unit:
        sealed = (await unit.connection.execute(select(FormRow.sealed))).scalar_one()
    assert sealed is not None
    assert sealed.key == fingerprint(newest)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await store.close()
    assert [(each.newest, each.needed, each.missing) for each in await standing(database_url, Keyring(file=file))] == [
        (True, True, False),
        (False, False, False),
    ]


# ---------------------------------------------------------------- the key file


async def test_the_first_start_makes_a_key_that_only_its_owner_may_read(databases: Databases, tmp_path: Path) -> None:
    del databases
    url = f"sqlite:///{tmp_path / 'confrere.db'}"
    keyring = Keyring.of(SecurityConfig(), url)
    with structlog.testing.capture_logs() as logs:
        await (await open_store(url, community=COMMUNITY, keyring=keyring)).close()
    file = tmp_path / "confrere.db.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (key,) = keyring.present()
    assert {"event": "key_made", "file": str(file), "log_level": "info"} in logs
    assert key not in repr(logs)

    await (await open_store(url, community=COMMUNITY, keyring=Keyring.of(SecurityConfig(), url))).close()
    assert Keyring.of(SecurityConfig(), url).present() == (key,), "the second start finds it"
    assert _keys_in(tmp_path) == ["confrere.db.key"]


def _keys_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if "key" in each.name)


async def test_processes_that_start_at_once_agree_on_one_key(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "confrere.key"
    stores = await asyncio.gather(*(open_with(database_url, file=file) for _ in range(4)))
    await type_words(stores[0])
    assert [await typed(store) for store in stores] == [WORDS] * 4
    for store in stores:
        await store.close()


def test_a_key_file_is_made_once_however_many_make_it(tmp_path: Path) -> None:
    rings = [Keyring(file=tmp_path / "a.key") for _ in range(20)]
    for ring in rings:
        ring.make()
    assert {tuple(ring.present()) for ring in rings} == {tuple(Keyring(file=tmp_path / "a.key").present())}
    assert [each.name for each in tmp_path.iterdir()] == ["a.key"]


async def test_a_key_file_that_holds_something_else_is_named(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    file.write_text("my password", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"security\.key_file: .*a\.key is no file of keys") as refused:
        await open_with(database_url, file=file)
    assert "password" not in str(refused.value)


def test_a_key_file_that_others_may_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    Keyring(file=file).make()
    file.chmod(0o644)
    with structlog.testing.capture_logs() as logs:
        Keyring(file=file).present()
    assert [each["event"] for each in logs] == ["key_open_to_others"]


# ---------------------------------------------------------------- keys that are lost


async def test_a_start_without_the_key_is_refused_and_makes_no_other(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "confrere.key"
    store = await open_with(database_url, file=file)
    await type_words(store)
    await store.close()
    kept = file.rename(tmp_path / "elsewhere")

    with pytest.raises(ConfigError, match=r"security\.key_file: .*confrere\.key is not there") as refused:
        await open_with(database_url, file=file)
    assert "give-up" in str(refused.value)
    with pytest.raises(ConfigError, match=r"security\.keys: do not hold the key"):
        await open_with(database_url, new_key())
    assert not file.exists()

    kept.rename(file)
    store = await open_with(database_url, file=file)
    assert await typed(store) == WORDS
    await store.close()


async def test_a_key_given_up_loses_nothing_for_when_it_is_found(database_url: str) -> None:
    old, new = new_key(), new_key()
    store = await open_with(database_url, old)
    await type_words(store)
    await store.close()

    assert await give_up(database_url, Keyring((new,)), SystemClock()) == [fingerprint(old)]
    store = await open_with(database_url, new)
    with structlog.testing.capture_logs() as logs:
        assert [await typed(store), await typed(store)] == [None, None]
    await store.close()
    assert [(each["event"], each["key"]) for each in logs] == [("sealed_words_not_opened", fingerprint(old))], "said once"

    store = await open_with(database_url, new, old)
    assert await typed(store) == WORDS
    await store.close()


async def test_a_key_nothing_was_sealed_with_is_not_missed_on_sqlite(databases: Databases, tmp_path: Path) -> None:
    del databases
    url = f"sqlite:///{tmp_path / 'confrere.db'}"
    await (await open_with(url, new_key())).close()
    await (await open_with(url, new_key())).close()


async def test_hosts_that_do_not_share_a_key_are_told_before_anything_is_sealed(databases: Databases, tmp_path: Path) -> None:
    url = databases.make("postgresql")
    first = await open_with(url, file=tmp_path / "one.key")
    with pytest.raises(ConfigError, match="is not there, and it held the key"):
        await open_with(url, file=tmp_path / "two.key")
    assert not (tmp_path / "two.key").exists()
    await first.close()
    databases.drop(url)


# ---------------------------------------------------------------- the operator


def test_keys_of_the_configuration_are_checked_and_never_shown() -> None:
    one, two = new_key(), new_key()
    assert load(None, {"CONFRERE_SECURITY_KEYS": f"{one}, {two}"}).security.keys == (one, two)
    for wrong in ("correct horse", one[:-2], f"{one}{one}"):
        with pytest.raises(ConfigError, match=r"security\.keys: one of them is no key") as refused:
            load(None, {"CONFRERE_SECURITY_KEYS": f"{two},{wrong}"})
        assert wrong not in str(refused.value)
        assert two not in str(refused.value)


async def test_the_command_line_changes_the_key_and_copies_it_with_a_backup(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'confrere.db'}"
    store = await open_store(url, community=COMMUNITY, keyring=Keyring.of(SecurityConfig(), url))
    await type_words(store)
    await store.close()

    def confrere(*arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env={"PATH": "", "PYTHONPATH": str(ROOT), "CONFRERE_DATABASE_URL": url, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        return ended.stdout

    (before,) = Keyring.of(SecurityConfig(), url).present()
    assert "1 private texts are sealed with the newest key" in await asyncio.to_thread(confrere, "secrets", "rotate")
    newest, last = Keyring.of(SecurityConfig(), url).present()
    assert last == before
    shown = await asyncio.to_thread(confrere, "secrets", "show")
    assert f"{fingerprint(newest)}  newest, needed" in shown
    assert newest not in shown
    told = await asyncio.to_thread(confrere, "db", "backup", "copy.db")
    assert "private answers in the copy are sealed" in told
    await asyncio.to_thread(confrere, "db", "backup", "again.db", "--with-key")
    assert Keyring(file=tmp_path / "again.db.key").present() == (newest, last)
    assert "none is missing" in await asyncio.to_thread(confrere, "secrets", "give-up")
