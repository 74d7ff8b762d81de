"""`confrere skills …`: rank any texts, see what is understood of one, import official lists of skills."""

from __future__ import annotations

import asyncio
import codecs
import gzip
import io
import re
import sys
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from bot import cli as entrance
from bot.cli.database import ConfigOption  # noqa: TC001 - Typer reads annotations at run time
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.skills.imports import Imported

skills = typer.Typer(help="What words mean, and who can help.", no_args_is_help=True)

STANDARD_INPUT: Final = "-"
_SURROGATE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
"""Half of a character that JSON writes as two."""


class Line(msgspec.Struct):
    """A document or a question. `id` is a text or a whole number, `locale` en or fr where it is known."""

    id: str | int
    text: str
    locale: str | None = ""


@skills.command("rank")
def rank(
    *,
    documents: Annotated[Path, typer.Option(help='Lines of {"id", "text", "locale"}.', show_default=False)],
    queries: Annotated[Path, typer.Option(help="The same; - reads from standard input.", show_default=False)],
    top: Annotated[int, typer.Option(help="So many of each at most.", min=1, max=100_000)] = 10,
    config: ConfigOption = None,
) -> None:
    """Rank documents for each question, best first: a line of {"query", "ranking", "scores"} for each."""
    from bot.skills.index import Index  # noqa: PLC0415 - keeps --help quick
    from bot.skills.semantic import FIRST, reordered  # noqa: PLC0415
    from bot.skills.understanding import understand, widen  # noqa: PLC0415

    _extended(config)
    names: dict[str, str | int] = {}
    texts: dict[str, str] = {}
    found: list[tuple[str, Any]] = []
    for number, line in _lines(documents):
        name = f"{type(line.id).__name__}:{line.id}"
        if name in names:
            message = f"{documents}, line {number}: {line.id!r} is the id of an earlier line too"
            raise ConfigError(message)
        names[name], texts[name] = line.id, line.text
        found.append((name, understand(line.text, _language(line.locale or ""))))
    index = Index(found)
    encode = msgspec.json.Encoder().encode
    for _number, line in _lines(queries):
        nearest = index.nearest(widen(line.text, _language(line.locale or "")), max(top, FIRST))
        best = reordered(line.text, [(name, texts[name], score) for name, score in nearest])[:top]
        answer = {
            "query": line.id,
            "ranking": [names[name] for name, _score in best],
            "scores": [round(score, 6) for _name, score in best],
        }
        sys.stdout.write(encode(answer).decode() + "\n")
        sys.stdout.flush()


@skills.command("explain")
def explain(
    text: Annotated[str, typer.Argument(help="What somebody would ask.", show_default=False)],
    locale: Annotated[str, typer.Option(help="Their language, en or fr, where the text does not tell.")] = "",
    config: ConfigOption = None,
) -> None:
    """Show what is understood of a text, and what is looked for."""
    if locale and not _language(locale):
        message = f"--locale: {locale!r} is neither en nor fr"
        raise ConfigError(message)
    _extended(config)
    typer.echo("\n".join((*understood(text, _language(locale)), *found(config, text, _language(locale)))))


@skills.command("import")
def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Of ESCO or ROME, as downloaded; .gz too.", show_default=False)
    ],
    config: ConfigOption = None,
) -> None:
    """Add official lists to the vocabulary of this installation; the same again changes nothing. Restart the bot afterwards."""
    from bot.skills import overlay  # noqa: PLC0415 - keeps --help quick
    from bot.skills.imports import ATTRIBUTIONS, merged  # noqa: PLC0415
    from bot.skills.vocabulary import read as read_vocabulary  # noqa: PLC0415

    place = overlay.folder(entrance.load(config).database.url)
    imported = [_imported(file) for file in files]  # all are read before anything is written
    for source in dict.fromkeys(one.source for one in imported):
        kept = dict(overlay.files(place)).get(source)
        before = list(read_vocabulary(kept.read_text(encoding="utf-8"))) if kept is not None else []
        concepts = merged([*before, *(concept for one in imported if one.source == source for concept in one.concepts)])
        file = overlay.write(place, source, concepts)
        typer.echo(f"skills: {len(concepts):,} concepts of {source.upper()} in {file}, {len(concepts) - len(before):,} of them new")
        typer.echo(f"  {ATTRIBUTIONS[source]}")


@skills.command("list")
def list_sources(config: ConfigOption = None) -> None:
    """Show what the vocabulary consists of."""
    from bot.skills import overlay  # noqa: PLC0415 - keeps --help quick
    from bot.skills.imports import ATTRIBUTIONS  # noqa: PLC0415
    from bot.skills.vocabulary import read as read_vocabulary  # noqa: PLC0415
    from bot.skills.vocabulary import shipped  # noqa: PLC0415

    typer.echo(f"confrere: {sum(1 for _concept in shipped()):,} concepts")
    for source, file in overlay.files(overlay.folder(entrance.load(config).database.url)):
        number = sum(1 for _concept in read_vocabulary(file.read_text(encoding="utf-8")))
        typer.echo(f"{source}: {number:,} concepts in {file}\n  {ATTRIBUTIONS[source]}")


@skills.command("remove")
def remove(
    source: Annotated[str, typer.Argument(help="esco or rome, as `skills list` shows them.", show_default=False)],
    config: ConfigOption = None,
) -> None:
    """Take an imported list out of the vocabulary again. Restart the bot afterwards."""
    from bot.skills import overlay  # noqa: PLC0415 - keeps --help quick

    imported = dict(overlay.files(overlay.folder(entrance.load(config).database.url)))
    if source not in imported:
        there = f"there are {', '.join(imported)}" if imported else "none was"
        message = f"skills remove: {source!r} was not imported; {there}"
        raise ConfigError(message)
    imported[source].unlink()
    typer.echo(f"skills: {source} is no longer part of the vocabulary")


def understood(text: str, locale: str) -> list[str]:
    """Return in lines what is understood of a text."""
    from bot.skills.understanding import read, widen  # noqa: PLC0415 - keeps --help quick
    from bot.skills.vocabulary import vocabulary  # noqa: PLC0415

    reading = read(text, locale)
    known = vocabulary()
    lines = [f"language: {'French' if reading.language == 'fr' else 'English'}"]
    named = {concept.concept for concept in reading.concepts}
    lines += [f"concept: {known.concepts[one.concept].label('en')} ({one.concept}), from “{one.said}”" for one in reading.concepts]
    lines += [f"word: {word.said}" for word in reading.words]
    lines += [f"corrected: {typed} → {meant}" for typed, meant in reading.corrections.items()]
    close = sorted((term for term in widen(text, locale) if term.key.startswith("c/")), key=lambda term: -term.weight)
    lines += [
        f"close to it: {known.concepts[number].label('en')} ({number}), {term.weight:.2f}, from “{term.said}”"
        for term in close
        if (number := term.key.removeprefix("c/")) not in named
    ]
    return lines if len(lines) > 1 else [*lines, "nothing in it says what is needed"]


def found(config: Path | None, text: str, locale: str) -> list[str]:
    """Return in lines who would be found in the configured community, and why; nobody where there is no database yet."""
    from bot.i18n import plain  # noqa: PLC0415 - keeps --help quick
    from bot.skills.reasons import in_words  # noqa: PLC0415
    from storage.finding import explained  # noqa: PLC0415

    settings = entrance.load(config)
    file = Path(settings.database.url.removeprefix("sqlite:///"))
    if settings.database.url.startswith("sqlite:///") and not file.exists():
        return []
    matches = asyncio.run(explained(settings.database.url, settings.community, text, locale))
    lines = [
        f"found: {match.member.name}, {match.score:.2f}: {plain(in_words(match.reasons), locale or 'en')}" for match in matches
    ]
    return lines or ["nobody in the community is found"]


def _language(locale: str) -> str:
    """Return the language of a locale such as fr-CA, empty where it is none of ours."""
    from bot.i18n import match_locale  # noqa: PLC0415 - keeps --help quick

    return match_locale(locale) or ""


def _extended(config: Path | None) -> None:
    """Use what was imported for this installation too."""
    from bot.skills import overlay  # noqa: PLC0415 - keeps --help quick
    from bot.skills.vocabulary import extend  # noqa: PLC0415

    place = overlay.folder(entrance.load(config).database.url)
    extend(lambda: overlay.concepts(place))


def _lines(file: Path) -> Iterator[tuple[int, Line]]:
    """Yield the lines of a file with their numbers, one after the other.

    Raises:
        ConfigError: naming the line that is wrong.
    """
    decode = msgspec.json.Decoder(Line).decode
    with _opened(file) as content:
        for number, raw in enumerate(content, 1):
            written = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            if not written.strip():
                continue
            try:
                line = decode(written)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                halved = _SURROGATE.search(written) is not None
                reason = "a \\u escape is half a character; write the character itself, or both halves" if halved else error
                message = f"{file}, line {number}: {reason}"
                raise ConfigError(message) from None
            yield number, line


def _opened(file: Path) -> IO[bytes]:
    if str(file) == STANDARD_INPUT:
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}"
        raise ConfigError(message) from None


def _imported(file: Path) -> Imported:
    from bot.skills.imports import UnreadableError, read_file  # noqa: PLC0415 - keeps --help quick

    try:
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        return read_file(file.name, io.StringIO(_decoded(content), newline=""))
    except UnreadableError as error:
        raise ConfigError(str(error)) from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or str(error)
        message = f"{file}: cannot be read: {reason}"
        raise ConfigError(message) from None


def _decoded(content: bytes) -> str:
    """Return the text of a file. France Travail writes that of its files as Windows does, whatever their names say."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if b"libelle_appellation" not in content.split(b"\n", 1)[0]:
            raise
        return content.decode("cp1252")
