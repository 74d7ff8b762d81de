"""The generated part of docs/reference: commands in both languages, configuration from its structs, who sees what."""

from __future__ import annotations

import datetime as dt
import re
import sys
import tomllib
import types
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from bot.config import PREFIX, Config
from bot.i18n import translated
from bot.model import Channel, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.feature import Command, Registry
    from bot.signature import Parameter
    from bot.text import Content

ROOT: Final = Path(__file__).parent.parent
COMMANDS: Final = Path("docs/reference/commands.md")
CONFIGURATION: Final = Path("docs/reference/configuration.md")
EXAMPLE: Final = Path("config.example.toml")
MADE: Final = "<!-- Written by `make reference` from the code: change the code, not this file. -->"

KINDS: Final = {
    str: "text",
    int: "whole number",
    bool: "yes or no",
    dt.date: "date",
    Member: "member",
    Channel: "channel",
}


def commands(registry: Registry) -> str:
    """Write the reference of commands."""
    ordered = sorted(registry.commands.values(), key=lambda command: (command.animator, command.name))
    lines = [
        "# Commands",
        MADE,
        (
            "On Discord each is a slash command: `/ask`, or `/demander` for members whose Discord is in French.\n"
            "On Slack they follow the root command, in either language: `/confrere ask`, `/confrere demander`.\n"
            "Required options that are not given are asked for in a form."
        ),
    ]
    for title, group in (
        ("For everyone", [command for command in ordered if not command.animator]),
        ("For animators", [command for command in ordered if command.animator]),
    ):
        if group:
            lines.append(f"## {title}")
            lines += [part for command in group for part in _command(command)]
    return "\n\n".join(lines) + "\n"


def _command(command: Command) -> Iterator[str]:
    french = translated(command.localized, "fr")
    yield f"### `{command.name}`" + (f" · `{french}`" if french != command.name else "")
    yield f"{_cell(command.description, 'en')}  \n*{_cell(command.description, 'fr')}*"
    if menus := list(_menus(command)):
        yield "Also " + "; ".join(menus) + "."
    if command.signature.parameters:
        rows = [_option(parameter) for parameter in command.signature.parameters]
        yield "\n".join(["| option | en français | what | |", "|---|---|---|---|", *rows])


def _menus(command: Command) -> Iterator[str]:
    for text, place in (
        (command.member_menu, "in the menu of a person"),
        (command.message_menu, "in the menu of a message"),
        (command.shortcut, "in Slack's shortcuts"),
    ):
        if text is not None:
            yield f"{place}: *{_cell(text, 'en')}* · *{_cell(text, 'fr')}*"


def _option(parameter: Parameter) -> str:
    option = parameter.described
    french = translated(option.name, "fr") if option.name is not None else parameter.name
    what = ("several of: " if parameter.several else "") + KINDS[parameter.type]
    if parameter.type is str and not option.choices:
        what += f", at most {option.max_length} characters"
    if option.choices:
        what = "one of " + ", ".join(f"`{choice.value}`" for choice in option.choices)
    if not parameter.required:
        what += "; optional"
    return (
        f"| `{parameter.name}` | `{french}` | {_cell(option.description, 'en')}<br>*{_cell(option.description, 'fr')}* | {what} |"
    )


def _cell(content: Content, locale: str) -> str:
    words = content if isinstance(content, str) else translated(content, locale)
    return words.replace("|", "\\|").replace("\n", " ")


def configuration(example: str) -> str:
    """Write the reference of settings; what each key means is said once, in the example file."""
    meanings = dict(explained(example))
    lines = [
        "# Configuration",
        MADE,
        (
            "`confrere --config FILE` names the file, `config.toml` where none is given.\n"
            "Every key can come from the environment instead, which wins.\n"
            "A key that is unknown, of the wrong type or missing is named, and the exit status is 2;\n"
            "`confrere config check` says so without starting anything.\n"
            "[config.example.toml](../../config.example.toml) holds all keys with their defaults."
        ),
    ]
    for section in msgspec.structs.fields(Config):
        struct = _struct(section.type)
        lines.append(f"## `[{section.name}]`")
        lines.append(
            "\n".join(["| key | default | type | what it is for |", "|---|---|---|---|", *_keys(section.name, struct, meanings)])
        )
    return "\n\n".join(lines) + "\n"


def _keys(section: str, struct: type[msgspec.Struct], meanings: dict[str, str]) -> Iterator[str]:
    for key in msgspec.structs.fields(struct):
        meaning = meanings[f"{section}.{key.name}"]
        default = "" if key.default in ("", ()) else f"`{_toml(key.default)}`"
        variable = f"{PREFIX}{section}_{key.name}".upper()
        yield f"| `{key.name}` | {default} | {_type(key.type)} | {meaning}<br>`{variable}` |"


def _struct(annotation: Any) -> type[msgspec.Struct]:  # noqa: ANN401 - an annotation
    arms = typing.get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    return next(arm for arm in arms if arm is not types.NoneType)


def _type(annotation: Any) -> str:  # noqa: ANN401 - an annotation
    if typing.get_origin(annotation) is Literal:
        return " or ".join(f"`{_toml(choice)}`" for choice in typing.get_args(annotation))
    if typing.get_origin(annotation) is tuple:
        return "list of texts"
    return {str: "text", int: "whole number", bool: "`true` or `false`", float: "number"}[annotation]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def explained(example: str) -> Iterator[tuple[str, str]]:
    """Yield each key of the example file (`slack.mode`) and the comment above it."""
    section, comment = "", list[str]()
    for line in example.splitlines():
        if header := re.fullmatch(r"#?\[(\w+)\]", line):
            section, comment = header[1], []
        elif key := re.match(r"#?(\w+) = ", line):
            yield f"{section}.{key[1]}", " ".join(comment)
            comment = []
        elif line.startswith("# "):
            comment.append(line.removeprefix("# "))
        else:
            comment = []


def uncommented(example: str) -> dict[str, Any]:
    """Return the settings of the example file with every key taken as set."""
    return tomllib.loads(re.sub(r"^#(?=\[|\w+ = )", "", example, flags=re.MULTILINE))


def pages(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Return the generated files and what they should hold now."""
    from bot.feature import Registry  # noqa: PLC0415 - only what writes the pages needs every feature
    from commands import FEATURES  # noqa: PLC0415
    from tools import who_sees_what  # noqa: PLC0415

    yield root / COMMANDS, commands(Registry(FEATURES))
    yield root / CONFIGURATION, configuration((root / EXAMPLE).read_text(encoding="utf-8"))
    yield root / who_sees_what.PAGE, who_sees_what.page(MADE)


def outdated(found: Iterable[tuple[Path, str]]) -> list[Path]:
    """Return the files that hold something else."""
    return [path for path, content in found if not path.exists() or path.read_text(encoding="utf-8") != content]


def main(arguments: list[str]) -> int:
    """`--check` reports; otherwise write the files."""
    old = outdated(pages())
    if arguments == ["--check"]:
        print("\n".join(f"{path.relative_to(ROOT)}: not what the code says now" for path in old))
        return 1 if old else 0
    contents = dict(pages())
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents[path], encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
