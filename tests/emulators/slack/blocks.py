"""What Slack accepts as blocks, elements and views: every part named, every limit held, anything else refused.

https://docs.slack.dev/reference/block-kit. Each check adds a sentence with the place of the mistake, as Slack's own
`response_metadata.messages` do.
"""

# ruff: noqa: ANN401 - JSON comes in any shape

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, ClassVar

Json = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS, MESSAGE_TEXT, METADATA, IDENTIFIER = 50, 100, 13_000, 3000, 255


class Checker:
    """Collects what is wrong with one message or view. `files` are the ids of pictures that are ready to be shown."""

    def __init__(self, files: Collection[str] = ()) -> None:
        self.errors: list[str] = []
        self._files = files
        self._characters = 0

    def message(self, blocks: Any) -> list[str]:
        self._blocks(blocks, MESSAGE_BLOCKS, "message")
        if self._characters > MESSAGE_TEXT:
            self._refuse("/blocks", f"{self._characters} characters in all")
        return self.errors

    def view(self, view: Any) -> list[str]:
        if not isinstance(view, dict):
            self._refuse("/view", "not an object")
            return self.errors
        kind = view.get("type")
        common = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
        if kind == "modal":
            dialog = {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}
            self._keys(view, common | dialog, {"type", "title", "blocks"}, "/view")
            for part in ("title", "submit", "close"):
                if part in view:
                    self._text(view[part], 24, f"/view/{part}", plain=True)
            blocks = view.get("blocks")
            has_input = isinstance(blocks, list) and any(
                isinstance(block, dict) and block.get("type") == "input" for block in blocks
            )
            if has_input and "submit" not in view:
                self._refuse("/view/submit", "missing where there are inputs")
        elif kind == "home":
            self._keys(view, common, {"type", "blocks"}, "/view")
        else:
            self._refuse("/view/type", f"unknown: {kind!r}")
        self._length(view.get("private_metadata", ""), METADATA, "/view/private_metadata")
        self._length(view.get("callback_id", ""), IDENTIFIER, "/view/callback_id")
        self._blocks(view.get("blocks"), VIEW_BLOCKS, str(kind))
        return self.errors

    def options(self, body: Any) -> list[str]:
        """Check the answer to a block_suggestion."""
        if not isinstance(body, dict) or set(body) != {"options"} or not isinstance(body["options"], list):
            self._refuse("/", "must be an object with options")
        elif len(body["options"]) > 100:
            self._refuse("/options", "more than 100")
        else:
            for place, option in enumerate(body["options"]):
                self._option(option, f"/options/{place}")
        return self.errors

    # ------------------------------------------------------------ blocks

    def _blocks(self, blocks: Any, limit: int, surface: str) -> None:
        if not isinstance(blocks, list):
            self._refuse("/blocks", "not a list")
            return
        if len(blocks) > limit or (surface == "modal" and not blocks):
            self._refuse("/blocks", f"{len(blocks)} blocks")
        ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
        if len(ids) != len(set(ids)):
            self._refuse("/blocks", "two blocks with one block_id")
        for position, block in enumerate(blocks):
            where = f"/blocks/{position}"
            check = self._checks.get(block.get("type") if isinstance(block, dict) else None)
            if check is None or (block["type"] == "input" and surface == "message"):
                self._refuse(where, "unsupported block")
                continue
            self._length(block.get("block_id", ""), IDENTIFIER, f"{where}/block_id")
            check(self, block, where)

    def _header(self, block: Json, where: str) -> None:
        self._keys(block, {"type", "text", "block_id"}, {"type", "text"}, where)
        self._text(block.get("text"), 150, f"{where}/text", plain=True)

    def _section(self, block: Json, where: str) -> None:
        self._keys(block, {"type", "text", "fields", "accessory", "block_id", "expand"}, {"type"}, where)
        if "text" not in block and "fields" not in block:
            self._refuse(where, "neither text nor fields")
        if "text" in block:
            self._text(block["text"], 3000, f"{where}/text")
        fields = block.get("fields", [])
        if not isinstance(fields, list) or len(fields) > 10 or ("fields" in block and not fields):
            self._refuse(f"{where}/fields", "1 to 10")
            return
        for position, field in enumerate(fields):
            self._text(field, 2000, f"{where}/fields/{position}")
        if "accessory" in block:
            self._element(block["accessory"], f"{where}/accessory", ACCESSORIES)

    def _actions(self, block: Json, where: str) -> None:
        self._keys(block, {"type", "elements", "block_id"}, {"type", "elements"}, where)
        elements = block.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
            self._refuse(f"{where}/elements", "1 to 25")
            return
        ids = [element.get("action_id") for element in elements if isinstance(element, dict)]
        if len(ids) != len(set(ids)):
            self._refuse(f"{where}/elements", "two elements with one action_id")
        for position, element in enumerate(elements):
            self._element(element, f"{where}/elements/{position}", ACTIONS)

    def _context(self, block: Json, where: str) -> None:
        self._keys(block, {"type", "elements", "block_id"}, {"type", "elements"}, where)
        elements = block.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
            self._refuse(f"{where}/elements", "1 to 10")
            return
        for position, element in enumerate(elements):
            self._text(element, 3000, f"{where}/elements/{position}")

    def _divider(self, block: Json, where: str) -> None:
        self._keys(block, {"type", "block_id"}, {"type"}, where)

    def _image(self, block: Json, where: str) -> None:
        self._keys(block, {"type", "slack_file", "image_url", "alt_text", "title", "block_id"}, {"type", "alt_text"}, where)
        self._length(block.get("alt_text", ""), 2000, f"{where}/alt_text", least=1)
        if ("slack_file" in block) == ("image_url" in block):
            self._refuse(where, "one of slack_file and image_url")
        elif "slack_file" in block and (block["slack_file"] or {}).get("id") not in self._files:
            self._refuse(f"{where}/slack_file", "invalid slack file")
        if "title" in block:
            self._text(block["title"], 2000, f"{where}/title", plain=True)

    def _input(self, block: Json, where: str) -> None:
        self._keys(
            block,
            {"type", "label", "element", "hint", "optional", "dispatch_action", "block_id"},
            {"type", "label", "element"},
            where,
        )
        self._text(block.get("label"), 2000, f"{where}/label", plain=True)
        if "hint" in block:
            self._text(block["hint"], 2000, f"{where}/hint", plain=True)
        self._element(block.get("element"), f"{where}/element", INPUTS)

    # ------------------------------------------------------------ elements

    def _element(self, element: Any, where: str, allowed: Collection[str]) -> None:
        kind = str(element.get("type")) if isinstance(element, dict) else ""
        if kind not in allowed:
            self._refuse(where, f"{kind!r} is not allowed here")
            return
        self._keys(element, ELEMENTS[kind], {"type"}, where)
        if "action_id" in element:
            self._length(element["action_id"], IDENTIFIER, f"{where}/action_id", least=1)
        if "placeholder" in element:
            self._text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
        if "confirm" in element:
            self._confirm(element["confirm"], f"{where}/confirm")
        check = self._element_checks.get(kind)
        if check is not None:
            check(self, element, where)

    def _button(self, element: Json, where: str) -> None:
        self._text(element.get("text"), 75, f"{where}/text", plain=True)
        self._length(element.get("value", ""), 2000, f"{where}/value")
        self._length(element.get("url", ""), 3000, f"{where}/url")
        if element.get("style", "primary") not in ("primary", "danger"):
            self._refuse(f"{where}/style", "primary or danger")

    def _static(self, element: Json, where: str) -> None:
        options = element.get("options")
        if not isinstance(options, list) or not 1 <= len(options) <= 100:
            self._refuse(f"{where}/options", "1 to 100")
            return
        for position, option in enumerate(options):
            self._option(option, f"{where}/options/{position}")
        values = [option.get("value") for option in options if isinstance(option, dict)]
        if len(values) != len(set(values)):
            self._refuse(f"{where}/options", "two options with one value")
        chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        if "initial_options" in element and not chosen:
            self._refuse(f"{where}/initial_options", "empty")
        if any(option not in options for option in chosen):
            self._refuse(f"{where}/initial_options", "not one of the options")
        if element.get("max_selected_items", 1) < 1:
            self._refuse(f"{where}/max_selected_items", "at least 1")

    def _external(self, element: Json, where: str) -> None:
        if "initial_option" in element:
            self._option(element["initial_option"], f"{where}/initial_option")
        if not isinstance(element.get("min_query_length", 3), int):
            self._refuse(f"{where}/min_query_length", "a number")

    def _plain_input(self, element: Json, where: str) -> None:
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not 0 <= least <= most <= 3000 or most < 1:
            self._refuse(where, f"impossible lengths {least} to {most}")
        self._length(element.get("initial_value", "x"), most, f"{where}/initial_value")

    def _number_input(self, element: Json, where: str) -> None:
        if not isinstance(element.get("is_decimal_allowed"), bool):
            self._refuse(f"{where}/is_decimal_allowed", "missing")
        numbers = [
            element.get(name, default) for name, default in (("min_value", "0"), ("initial_value", None), ("max_value", None))
        ]
        known = [number for number in numbers if number is not None]
        if any(not isinstance(number, str) or not number.lstrip("-").isdigit() for number in known):
            self._refuse(where, "numbers are written as strings")
        elif [int(number) for number in known] != sorted(int(number) for number in known):
            self._refuse(where, "initial value outside its bounds")

    def _datepicker(self, element: Json, where: str) -> None:
        try:
            date.fromisoformat(element.get("initial_date", "2026-01-01"))
        except ValueError:
            self._refuse(f"{where}/initial_date", "not a date")

    def _option(self, option: Any, where: str) -> None:
        if not isinstance(option, dict):
            self._refuse(where, "not an option")
            return
        self._keys(option, {"text", "value", "description"}, {"text", "value"}, where)
        self._text(option.get("text"), 75, f"{where}/text", plain=True)
        self._length(option.get("value"), 150, f"{where}/value", least=1)
        if "description" in option:
            self._text(option["description"], 75, f"{where}/description", plain=True)

    def _confirm(self, confirm: Any, where: str) -> None:
        parts = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
        self._keys(confirm, {*parts, "style"}, set(parts), where)
        for part, limit in parts.items():
            self._text(confirm.get(part), limit, f"{where}/{part}", plain=part != "text")

    # ------------------------------------------------------------ texts and keys

    def _text(self, text: Any, limit: int, where: str, *, plain: bool = False) -> None:
        if not isinstance(text, dict) or text.get("type") not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
            self._refuse(where, "not a text object")
            return
        extra = "emoji" if text["type"] == "plain_text" else "verbatim"
        self._keys(text, {"type", "text", extra}, {"type", "text"}, where)
        self._length(text.get("text"), limit, where, least=1)
        if isinstance(text.get("text"), str):
            self._characters += len(text["text"])
            if not text["text"].strip():
                self._refuse(where, "blank")

    def _length(self, words: Any, limit: int, where: str, least: int = 0) -> None:
        if not isinstance(words, str) or not least <= len(words) <= limit:
            self._refuse(where, f"must be {least} to {limit} characters")

    def _keys(self, container: Any, allowed: Collection[str], needed: Collection[str], where: str) -> None:
        if not isinstance(container, dict):
            self._refuse(where, "not an object")
            return
        for key in container.keys() - set(allowed):
            self._refuse(f"{where}/{key}", "no such field")
        for key in set(needed) - container.keys():
            self._refuse(f"{where}/{key}", "missing")

    def _refuse(self, where: str, why: str) -> None:
        self.errors.append(f"{why} [json-pointer:{where}]")

    _checks: ClassVar[dict[Any, Callable[[Checker, Json, str], None]]] = {
        "header": _header,
        "section": _section,
        "actions": _actions,
        "context": _context,
        "divider": _divider,
        "image": _image,
        "input": _input,
    }
    _element_checks: ClassVar[dict[str, Callable[[Checker, Json, str], None]]] = {
        "button": _button,
        "static_select": _static,
        "multi_static_select": _static,
        "external_select": _external,
        "plain_text_input": _plain_input,
        "number_input": _number_input,
        "datepicker": _datepicker,
    }


_SELECT = {"type", "action_id", "placeholder", "confirm", "focus_on_load"}
ELEMENTS: dict[str, set[str]] = {
    "button": {"type", "action_id", "text", "url", "value", "style", "confirm", "accessibility_label"},
    "static_select": {*_SELECT, "options", "option_groups", "initial_option"},
    "multi_static_select": {*_SELECT, "options", "option_groups", "initial_options", "max_selected_items"},
    "external_select": {*_SELECT, "initial_option", "min_query_length"},
    "users_select": {*_SELECT, "initial_user"},
    "conversations_select": {*_SELECT, "initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"},
    "channels_select": {*_SELECT, "initial_channel", "response_url_enabled"},
    "datepicker": {*_SELECT, "initial_date"},
    "plain_text_input": {
        "type", "action_id", "placeholder", "initial_value", "multiline", "min_length", "max_length", "dispatch_action_config",
        "focus_on_load",
    },
    "number_input": {
        "type", "action_id", "placeholder", "is_decimal_allowed", "initial_value", "min_value", "max_value",
        "dispatch_action_config",
        "focus_on_load",
    },
}  # fmt: skip
INPUTS = ELEMENTS.keys() - {"button"}
ACTIONS = {"button", "static_select", "external_select", "users_select", "conversations_select", "channels_select", "datepicker"}
ACCESSORIES = {*ACTIONS, "multi_static_select"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element with its block."""
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if element and "action_id" in element:
                yield block, element
