"""What Discord refuses in messages, modals, suggestions and commands, after the references of docs.discord.com."""

from __future__ import annotations

import itertools
import re
from typing import Any

Json = dict[str, Any]

COMPONENTS_V2, EPHEMERAL = 1 << 15, 1 << 6
MESSAGE_KEYS = {
    "content",
    "nonce",
    "enforce_nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
    "poll",
}
COMPONENT_KEYS = {
    1: {"components"},
    2: {"style", "label", "custom_id", "url", "disabled", "emoji"},
    3: {"custom_id", "placeholder", "min_values", "max_values", "options", "disabled", "required"},
    4: {"custom_id", "style", "min_length", "max_length", "required", "value", "placeholder"},
    5: {"custom_id", "placeholder", "default_values", "min_values", "max_values", "required", "disabled"},
    8: {"custom_id", "placeholder", "default_values", "min_values", "max_values", "required", "disabled", "channel_types"},
    9: {"components", "accessory"},
    10: {"content"},
    11: {"media", "description", "spoiler"},
    12: {"items"},
    13: {"file", "spoiler"},
    14: {"divider", "spacing"},
    17: {"components", "accent_color", "spoiler"},
    18: {"label", "description", "component"},
}
CONTAINED = {1, 9, 10, 12, 13, 14}
LOCALES = {"fr", "en-US", "en-GB", "de", "es-ES"}
CHAT_NAME = re.compile(r"^[-_'\w]{1,32}$")


class Refused(Exception):
    """A request that Discord answers with an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


def need(condition: object, message: str, code: int = 50035) -> None:
    """Refuse as an invalid form body unless the condition holds."""
    if not condition:
        raise Refused(400, code, message)


def length(value: object, low: int, high: int, what: str) -> None:
    need(isinstance(value, str) and low <= len(value) <= high, f"{what}: must be {low} to {high} characters, got {value!r}")


def check_message(payload: Json, files: list[str], *, editing: bool = False) -> None:
    """Refuse what Discord would not show."""
    need(not payload.keys() - MESSAGE_KEYS, f"unknown fields {sorted(payload.keys() - MESSAGE_KEYS)}")
    named = {attachment.get("filename") for attachment in payload.get("attachments", [])}
    need(set(files) <= named or not files, "a file that no attachment describes")
    need(named <= set(files), "an attachment that is neither new nor there already")
    need(len(files) <= 10, "at most 10 files")
    if "nonce" in payload:
        length(str(payload["nonce"]), 1, 25, "nonce")
    flags = payload.get("flags", 0)
    need(not flags & ~(COMPONENTS_V2 | EPHEMERAL | 1 << 2 | 1 << 12), "flags that cannot be set")
    if flags & COMPONENTS_V2:
        need(not payload.get("content") and not payload.get("embeds"), "content and embeds cannot be used with components v2")
        need(payload.get("components"), "components v2 without components", 50006)
        check_components(payload["components"], files)
    else:
        need(not payload.get("components") or editing, "this emulator expects components v2")
        need(payload.get("content") or editing, "Cannot send an empty message", 50006)
        need(len(payload.get("content") or "") <= 2000, "content: at most 2000")


def check_components(components: list[Json], files: list[str]) -> None:
    everything = list(walk(components))
    need(len(everything) <= 40, f"{len(everything)} components, at most 40")
    total = sum(len(component.get("content", "")) for component in everything if component["type"] == 10)
    need(total <= 4000, f"{total} characters of text, at most 4000")
    ids = [component["custom_id"] for component in everything if "custom_id" in component]
    need(len(ids) == len(set(ids)), "COMPONENT_CUSTOM_ID_DUPLICATED")
    numbers = [component["id"] for component in everything if component.get("id")]
    need(len(numbers) == len(set(numbers)) and all(0 <= number < 1 << 31 for number in numbers), "COMPONENT_ID_DUPLICATED")
    for component in components:
        need(component.get("type") in {*CONTAINED, 17}, f"type {component.get('type')} cannot stand at the top")
    for component in everything:
        check_component(component, files)


def walk(components: list[Json]) -> list[Json]:
    found: list[Json] = []
    for component in components:
        need(isinstance(component, dict) and isinstance(component.get("type"), int), "a component without a type")
        found.append(component)
        found.extend(walk(component.get("components", [])))
        if "accessory" in component:
            found.extend(walk([component["accessory"]]))
    return found


def numbered(components: list[Json]) -> list[Json]:
    """Return components with the ids that Discord counts out where none was given."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)

    def fill(component: Json) -> Json:
        filled = {"id": component.get("id") or next(free), **component}
        if "components" in component:
            filled["components"] = [fill(one) for one in component["components"]]
        if "accessory" in component:
            filled["accessory"] = fill(component["accessory"])
        return filled

    return [fill(component) for component in components]


def check_component(component: Json, files: list[str]) -> None:  # noqa: C901, PLR0912 - one case for each type
    kind = component["type"]
    need(kind in COMPONENT_KEYS, f"unknown component type {kind}")
    unknown = component.keys() - COMPONENT_KEYS[kind] - {"type", "id"}
    need(not unknown, f"component {kind}: unknown fields {sorted(unknown)}")
    if "custom_id" in component:
        length(component["custom_id"], 1, 100, "custom_id")
    match kind:
        case 1:
            inner = [child["type"] for child in component["components"]]
            need(
                1 <= len(inner) <= 5 and (set(inner) == {2} or inner == [3]),
                f"an action row holds 1 to 5 buttons or one select: {inner}",
            )
        case 2:
            length(component.get("label"), 1, 80, "button label")
            need(component.get("style") in (1, 2, 3, 4, 5), "button style")
            need(("url" in component) == (component["style"] == 5), "a link button has a url, the others none")
            need(("custom_id" in component) == (component["style"] != 5), "a button has a custom_id, a link button none")
            if "url" in component:
                need(re.match(r"https?://|discord://", component["url"]) and len(component["url"]) <= 512, "url")
        case 3:
            check_select(component)
        case 9:
            inner = [child["type"] for child in component["components"]]
            need(1 <= len(inner) <= 3 and set(inner) == {10}, "a section holds 1 to 3 texts")
            need(component.get("accessory", {}).get("type") in (2, 11), "a section needs an accessory")
        case 10:
            length(component.get("content"), 1, 4000, "text")
        case 12:
            need(1 <= len(component["items"]) <= 10, "a gallery holds 1 to 10 pictures")
            for item in component["items"]:
                need(not item.keys() - {"media", "description", "spoiler"}, "gallery: unknown fields")
                need(len(item.get("description", "")) <= 1024, "picture description")
                url = item["media"]["url"]
                if url.startswith("attachment://"):
                    need(url.removeprefix("attachment://") in files, f"{url}: no such attachment")
        case 13:
            need(not component["file"].keys() - {"url"}, "file: unknown fields")
            url = component["file"]["url"]
            need(url.startswith("attachment://") and url.removeprefix("attachment://") in files, f"{url}: no such attachment")
        case 14:
            need(component.get("spacing", 1) in (1, 2), "spacing")
        case 17:
            need(component.get("components"), "an empty container")
            need({child["type"] for child in component["components"]} <= CONTAINED, "not in a container")
            need(0 <= (component.get("accent_color") or 0) <= 0xFFFFFF, "accent_color")
        case _:
            need(kind in (5, 8), f"component {kind} cannot stand in a message")


def check_select(component: Json) -> None:
    options = component.get("options")
    need(isinstance(options, list) and 1 <= len(options) <= 25, "a select has 1 to 25 options")
    assert isinstance(options, list)
    need(len(component.get("placeholder", "")) <= 150, "placeholder")
    low, high = component.get("min_values", 1), component.get("max_values", 1)
    need(0 <= low <= high <= len(options), f"min_values {low}, max_values {high} of {len(options)}")
    need(len({option["value"] for option in options}) == len(options), "two options with the same value")
    need(sum(option.get("default", False) for option in options) <= high, "more defaults than max_values")
    for option in options:
        need(not option.keys() - {"label", "value", "description", "emoji", "default"}, "option: unknown fields")
        length(option.get("label"), 1, 100, "option label")
        length(option.get("value"), 1, 100, "option value")
        need("description" not in option or 1 <= len(option["description"]) <= 100, "option description")


def check_modal(modal: Json) -> None:
    """Refuse a modal that Discord would not open."""
    need(not modal.keys() - {"custom_id", "title", "components"}, "modal: unknown fields")
    length(modal.get("custom_id"), 1, 100, "custom_id")
    length(modal.get("title"), 1, 45, "title")
    need(1 <= len(modal.get("components", [])) <= 5, "a modal holds 1 to 5 components")
    ids: list[str] = []
    for label in modal["components"]:
        need(label.get("type") == 18, "a modal holds labels")
        need(not label.keys() - COMPONENT_KEYS[18] - {"type", "id"}, "label: unknown fields")
        length(label.get("label"), 1, 45, "label")
        need("description" not in label or 1 <= len(label["description"]) <= 100, "label description")
        component = label["component"]
        kind = component.get("type")
        need(kind in (3, 4, 5, 8), f"component {kind} in a label")
        unknown = component.keys() - COMPONENT_KEYS[kind] - {"type", "id"}
        need(not unknown, f"component {kind}: unknown fields {sorted(unknown)}")
        length(component.get("custom_id"), 1, 100, "custom_id")
        ids.append(component["custom_id"])
        if kind == 3:
            check_select(component)
        elif kind == 4:
            check_text_input(component)
        if kind != 4:
            need(not (component.get("required", True) and component.get("min_values", 1) == 0), "required, yet none may be chosen")
        need(len(component.get("default_values", [])) <= component.get("max_values", 1), "too many default values")
    need(len(set(ids)) == len(ids), "COMPONENT_CUSTOM_ID_DUPLICATED")


def check_text_input(component: Json) -> None:
    need(component.get("style") in (1, 2), "text input style")
    low, high = component.get("min_length", 0), component.get("max_length", 4000)
    need(0 <= low <= 4000 and 1 <= high <= 4000 and low <= high, "min_length, max_length")
    need(len(component.get("placeholder", "")) <= 100, "placeholder")
    need(len(component.get("value", "")) <= high, "value longer than max_length")


def check_suggestions(choices: list[Json]) -> None:
    need(isinstance(choices, list) and len(choices) <= 25, "at most 25 choices")
    for choice in choices:
        length(choice.get("name"), 1, 100, "choice name")
        length(str(choice.get("value")), 1, 100, "choice value")


def check_commands(commands: list[Json]) -> None:
    """Refuse a list of application commands that Discord would not take."""
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        mine = [command for command in commands if command.get("type", 1) == kind]
        need(len(mine) <= most, f"more than {most} commands of type {kind}", 30032)
        for locale in (None, *LOCALES):
            names = [(command.get("name_localizations") or {}).get(locale, command["name"]) for command in mine]
            need(len(set(names)) == len(names), f"two commands with the same name ({locale})")
    for command in commands:
        kind = command.get("type", 1)
        known = {
            "type",
            "name",
            "name_localizations",
            "description",
            "description_localizations",
            "options",
            "contexts",
            "integration_types",
            "default_member_permissions",
            "nsfw",
            "dm_permission",
        }
        need(not command.keys() - known, f"command: unknown fields {sorted(command.keys() - known)}")
        permissions = command.get("default_member_permissions")
        need(permissions is None or (isinstance(permissions, str) and permissions.isdigit()), "default_member_permissions")
        need(set(command.get("contexts") or []) <= {0, 1, 2} and set(command.get("integration_types") or []) <= {0, 1}, "contexts")
        if kind == 1:
            check_named(command)
            check_options(command.get("options", []))
            need(characters(command) <= 8000, "a command holds at most 8000 characters")
        else:
            length(command.get("name"), 1, 32, "name")
            need(not command.get("description") and not command.get("options"), "a context menu has no description and no options")
            for locale, name in (command.get("name_localizations") or {}).items():
                need(locale in LOCALES, f"unknown locale {locale}")
                length(name, 1, 32, "localised name")


def check_named(entry: Json) -> None:
    for name in (entry.get("name"), *(entry.get("name_localizations") or {}).values()):
        need(isinstance(name, str) and CHAT_NAME.match(name) and name == name.lower(), f"name {name!r}")
    for words in (entry.get("description"), *(entry.get("description_localizations") or {}).values()):
        length(words, 1, 100, "description")
    for locale in {*(entry.get("name_localizations") or {}), *(entry.get("description_localizations") or {})}:
        need(locale in LOCALES, f"unknown locale {locale}")


def check_options(options: list[Json]) -> None:
    need(len(options) <= 25, "at most 25 options")
    for locale in (None, *LOCALES):
        names = [(option.get("name_localizations") or {}).get(locale, option["name"]) for option in options]
        need(len(set(names)) == len(names), f"two options with the same name ({locale})")
    needed = [bool(option.get("required")) for option in options]
    need(needed == sorted(needed, reverse=True), "required options come first")
    for option in options:
        known = {
            "type",
            "name",
            "name_localizations",
            "description",
            "description_localizations",
            "required",
            "choices",
            "options",
            "channel_types",
            "min_value",
            "max_value",
            "min_length",
            "max_length",
            "autocomplete",
        }
        need(not option.keys() - known, f"option: unknown fields {sorted(option.keys() - known)}")
        check_named(option)
        need(option.get("type") in range(1, 12), "option type")
        if option["type"] in (1, 2):
            check_options(option.get("options", []))
        choices = option.get("choices", [])
        need(len(choices) <= 25 and not (choices and option.get("autocomplete")), "choices: at most 25, and without autocomplete")
        for choice in choices:
            for name in (choice.get("name"), *(choice.get("name_localizations") or {}).values()):
                length(name, 1, 100, "choice name")
        need(1 <= option.get("max_length", 1) <= 6000, "max_length")


def characters(entry: Json) -> int:
    """Return what Discord counts: names, descriptions and values of a command and its options, in their longest language."""

    def longest(key: str) -> int:
        return max(len(words) for words in (entry.get(key) or "", *(entry.get(f"{key}_localizations") or {}).values()))

    inner = [*entry.get("options", []), *entry.get("choices", [])]
    value = entry.get("value")
    return (
        longest("name")
        + longest("description")
        + (len(value) if isinstance(value, str) else 0)
        + sum(characters(one) for one in inner)
    )
