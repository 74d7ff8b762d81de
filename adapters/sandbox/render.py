"""Pure: a card and its reader → HTML. Everything is escaped; what it does is in `data-` attributes that the page reads."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from adapters.sandbox.markup import escape, label, write
from bot.i18n import _
from bot.ui import Button, Card, Item, Link, Select, is_web_address

if TYPE_CHECKING:
    from bot.files import File
    from bot.ports import Reader

_APPLY: Final = _("Choose")
_SURE: Final = _("Are you sure?")
_BACK: Final = _("Go back")


def card(card: Card, reader: Reader, scope: str = "card") -> str:
    """Return a card. `scope` begins the ids in it, so that several stand on one page."""
    parts = [f'<div class="card tone-{card.tone.value}" lang="{escape(reader.locale)}">']
    if card.title:
        parts.append(f'<h3 class="card-title">{write(card.title, reader)}</h3>')
    parts += [f"<p>{write(paragraph, reader)}</p>" for paragraph in card.paragraphs]
    if card.facts:
        facts = (f"<div><dt>{write(fact.label, reader)}</dt><dd>{write(fact.value, reader)}</dd></div>" for fact in card.facts)
        parts.append(f'<dl class="facts">{"".join(facts)}</dl>')
    if card.items:
        items = (_item(item, reader, f"{scope}-item-{index}") for index, item in enumerate(card.items))
        parts.append(f'<ul class="items">{"".join(items)}</ul>')
    if card.picture is not None:
        source = base64.b64encode(card.picture.content).decode()
        alt = label(card.picture.alt, reader)
        parts.append(f'<figure class="picture"><img src="data:image/png;base64,{source}" alt="{alt}"></figure>')
    if card.files:
        parts.append(f'<ul class="files">{"".join(_file(file, reader) for file in card.files)}</ul>')
    if card.controls:
        controls = (_control(control, reader, f"{scope}-{index}") for index, control in enumerate(card.controls))
        parts.append(f'<div class="controls">{"".join(controls)}</div>')
    if card.note:
        parts.append(f'<p class="note">{write(card.note, reader)}</p>')
    if card.why:
        parts.append(f'<p class="note why">{write(card.why, reader)}</p>')
    parts.append("</div>")
    return "".join(parts)


def words(text: str) -> str:
    """Return what a person typed."""
    return f'<p class="words">{escape(text)}</p>'


def _file(file: File, reader: Reader) -> str:
    """Return a link that saves the file, of which the page has everything already."""
    source = base64.b64encode(file.content).decode()
    media_type = escape(file.media_type.partition(";")[0])
    said = f"<span>{write(file.label, reader)}</span>" if file.label else ""
    name = escape(file.name)
    return f'<li><a class="file" download="{name}" href="data:{media_type};base64,{source}">{said}<small>{name}</small></a></li>'


def _item(item: Item, reader: Reader, scope: str) -> str:
    control = _control(item.button, reader, scope) if item.button is not None else ""
    return f'<li><div class="item-body">{write(item.body, reader)}</div>{control}</li>'


def _control(control: Button | Link | Select, reader: Reader, scope: str) -> str:
    match control:
        case Button():
            return _button(control, reader)
        case Link():
            return _link(control, reader)
        case Select():
            return _select(control, reader, scope)


def _button(button: Button, reader: Reader) -> str:
    confirm = ""
    if button.confirm is not None:
        confirm = (
            f' data-confirm="{label(button.confirm, reader)}" data-confirm-title="{label(_SURE, reader)}"'
            f' data-confirm-back="{label(_BACK, reader)}"'
        )
    return (
        f'<button type="button" class="button {button.style.value}" data-action="{escape(button.action)}"{confirm}>'
        f"{label(button.label, reader)}</button>"
    )


def _link(link: Link, reader: Reader) -> str:
    if not is_web_address(link.url):
        return f'<span class="button secondary">{label(link.label, reader)}</span>'
    return (
        f'<a class="button secondary link" href="{escape(link.url)}" target="_blank" rel="noopener noreferrer">'
        f"{label(link.label, reader)}</a>"
    )


def _select(select: Select, reader: Reader, scope: str) -> str:
    """Return a list that opens under its prompt: one press chooses, several are ticked and sent together."""
    several = select.maximum > 1
    choices: list[str] = []
    for index, choice in enumerate(select.choices):
        hint = f"<small>{label(choice.hint, reader)}</small>" if choice.hint else ""
        name = f"<span>{label(choice.label, reader)}</span>{hint}"
        value = escape(choice.value)
        if several:
            box = f'<input type="checkbox" id="{scope}-{index}" value="{value}">'
            choices.append(f'<label class="choice" for="{scope}-{index}">{box}<span class="choice-words">{name}</span></label>')
        else:
            choices.append(f'<button type="button" class="choice" data-value="{value}">{name}</button>')
    apply = f'<button type="button" class="button primary" data-apply>{label(_APPLY, reader)}</button>' if several else ""
    prompt = label(select.prompt, reader)
    return (
        f'<div class="select" data-action="{escape(select.action)}" '
        f'data-minimum="{select.minimum}" data-maximum="{select.maximum}">'
        f'<button type="button" class="button secondary opener" popovertarget="{scope}-menu">{prompt}</button>'
        f'<div class="select-menu" id="{scope}-menu" popover role="group" aria-label="{prompt}">'
        f"{''.join(choices)}{apply}</div></div>"
    )
