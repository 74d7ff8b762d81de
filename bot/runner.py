"""The way of one interaction: once only → who is it → may they → unit of work → commit → reply."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import msgspec
import structlog

from bot import drafts, log
from bot.config import RetentionConfig
from bot.context import Context
from bot.drawing import draw
from bot.effects import OpenForm, Reply
from bot.errors import Invalid, UserError
from bot.hearing import hear, several
from bot.i18n import _
from bot.model import AccountRef, Invocation, Kind, Member, Value
from bot.ports import Draft
from bot.turn import Deferral, Turn, asking
from bot.ui import Card, Choice, Form, Picture, Tone, named

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bot.drawing import Chart
    from bot.effects import Outgoing
    from bot.feature import Command, Registry, Trigger
    from bot.hearing import Effect
    from bot.ports import Clock, Identity, Responder, Store, Unit
    from bot.signature import Signature
    from bot.text import Content

BUDGET: Final = 1.5
"""Seconds before an answer is deferred; platforms wait for three."""

NOBODY: Final = Member(0, "")
"""Who acts where nobody does: a workspace that appears."""

Result: TypeAlias = "Reply | OpenForm | Sequence[Choice]"

logger = structlog.get_logger(__name__)


class Runner:
    """Answers interactions. `wake` is called when a commit may have left something to deliver, `hurry` when something came due."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        registry: Registry,
        store: Store,
        clock: Clock,
        *,
        wake: Callable[[], None],
        hurry: Callable[[], None] | None = None,
        budget: float = BUDGET,
        draw: Callable[[Chart], Awaitable[bytes | None]] = draw,
        days: RetentionConfig | None = None,
    ) -> None:
        self.registry = registry
        self._store = store
        self._clock = clock
        self._wake = wake
        self._hurry = hurry or wake
        self._budget = budget
        self._draw = draw
        self._days = days or RetentionConfig()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether an interaction is under way."""
        return self._under_way > 0

    async def idle(self) -> None:
        """Wait until no interaction is under way."""
        await self._idle.wait()

    async def __call__(self, invocation: Invocation, responder: Responder) -> None:
        """Answer one interaction to its end; never raises but for cancellation."""
        self._under_way += 1
        self._idle.clear()
        deferral = Deferral(responder, self._budget) if self._may_defer(invocation) else None
        turn = Turn(invocation)
        try:
            try:
                results = [await self._drawn(result) for result in await self._run(turn)]
            except (UserError, Invalid) as refusal:
                if deferral is not None:
                    await deferral.settle()
                await self._refused(turn, refusal, responder)
            else:
                if deferral is not None:
                    await deferral.settle()
                await self._present(turn, results, responder)
        except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a reference
            await self._failed(turn, error, responder, deferral)
        finally:
            if deferral is not None:
                deferral.cancel()
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    # ------------------------------------------------------------ the handler, in its unit of work

    async def _run(self, turn: Turn) -> Sequence[Result]:
        invocation = turn.invocation
        now = self._clock.now()
        suggesting = invocation.kind is Kind.SUGGEST
        async with self._store.unit(write=not suggesting) as unit:
            if not suggesting and not await unit.first_time(invocation.delivery_id, now):
                logger.info("repeated", kind=invocation.kind, name=_route(invocation.name))
                return ()
            identity = await unit.people.identify(invocation, now)
            turn.identity, turn.reader = identity, identity.reader
            outgoing: list[Outgoing] = []
            answers: list[Result] = []
            for result in await self._call(turn, unit, identity):
                if isinstance(result, Reply):
                    answers.append(result)
                elif isinstance(result, OpenForm):
                    answers.append(await self._opened(unit, identity, result))
                elif isinstance(result, Choice):
                    answers.append((result,))
                else:
                    outgoing.append(result)
            if outgoing:
                await unit.outbox.stage(identity.community, outgoing, now)
            if identity.missed and identity.member is not None and invocation.kind in (Kind.COMMAND, Kind.ACTION, Kind.SUBMIT):
                turn.missed = await unit.outbox.missed(identity.member.id)
        self._tell(unit, outgoing)
        if suggesting:
            return (tuple(choice for group in answers if isinstance(group, tuple) for choice in group),)
        return answers

    def _tell(self, unit: Unit, outgoing: Sequence[Outgoing]) -> None:
        """Tell those who sleep what a commit left for them."""
        if outgoing:
            self._wake()
        if unit.hurried:
            self._hurry()

    async def _call(self, turn: Turn, unit: Unit, identity: Identity) -> Sequence[Effect]:
        invocation = turn.invocation
        if invocation.kind is Kind.EVENT:
            effects: list[Effect] = []
            for listener in self.registry.listeners(invocation.name):
                context = self._context(turn, unit, identity)
                effects += several(await self._handle(listener.signature, context, unit, dict(invocation.values)))
            return effects
        context = self._context(turn, unit, identity)
        command = self.registry.command(invocation)
        if command is not None:
            return await self._command(turn, command, context, unit)
        if invocation.name.startswith((drafts.CORRECT, drafts.DISCARD)):
            return await self._draft(turn, unit, identity)
        found = self.registry.trigger(invocation.kind, invocation.name)
        if found is None:
            raise UserError(_GONE if invocation.kind is not Kind.COMMAND else _UNKNOWN)
        trigger, key = found
        _permit(trigger, identity)
        values: dict[str, Value] = {**invocation.values, "key": key}
        if invocation.kind is Kind.SUBMIT:
            return await self._submit(turn, trigger, context, unit, values)
        return several(await self._handle(trigger.signature, context, unit, values))

    async def _command(self, turn: Turn, command: Command, context: Context, unit: Unit) -> Sequence[Effect]:
        _permit(command, turn.identity)
        values = dict(turn.invocation.values)
        if turn.invocation.kind is Kind.SUBMIT:
            turn.draft = await unit.forms.load(context.me.id, command.action)
        if command.signature.missing(values) and turn.invocation.kind is not Kind.SUBMIT:
            return (OpenForm(asking(command, values)),)
        turn.command = command
        effects = several(await self._handle(command.signature, context, unit, values))
        if turn.invocation.kind is Kind.SUBMIT:
            await unit.forms.discard(context.me.id, command.action)
        return effects

    async def _submit(
        self, turn: Turn, trigger: Trigger, context: Context, unit: Unit, values: Mapping[str, Value]
    ) -> Sequence[Effect]:
        name = turn.invocation.name
        turn.draft = await unit.forms.load(context.me.id, name) if trigger.form is None else Draft(named(trigger.form, name), {})
        if turn.draft is not None:
            wrong = drafts.check(turn.draft.form, values)
            if wrong:
                raise Invalid(wrong)
        effects = several(await self._handle(trigger.signature, context, unit, values))
        if trigger.form is None:
            await unit.forms.discard(context.me.id, name)
        return effects

    async def _draft(self, turn: Turn, unit: Unit, identity: Identity) -> Sequence[Reply | OpenForm]:
        name = turn.invocation.name
        member = _somebody(identity)
        if name.startswith(drafts.DISCARD):
            await unit.forms.discard(member.id, name.removeprefix(drafts.DISCARD))
            return (Reply(Card(body=_("Discarded. Nothing was sent.")), edit=True),)
        draft = await unit.forms.load(member.id, name.removeprefix(drafts.CORRECT))
        if draft is None:
            raise UserError(_("This was already sent or discarded. You can start again from the menu."))
        return (OpenForm(draft.form),)

    async def _handle(self, signature: Signature, context: Context, unit: Unit, values: Mapping[str, Value]) -> object:
        arguments = signature.arguments(values)
        for parameter in signature.members:
            arguments[parameter.name] = await _members(arguments[parameter.name], context, unit)
        return await signature.handler(context, **arguments)

    def _context(self, turn: Turn, unit: Unit, identity: Identity) -> Context:
        me = identity.member or NOBODY
        place = turn.invocation.place
        return Context(
            identity.community,
            self._clock.now(),
            unit,
            identity.workspace,
            me,
            place,
            identity.reader,
            partial(hear, self.registry),
            self._days,
        )

    async def _opened(self, unit: Unit, identity: Identity, opening: OpenForm) -> OpenForm:
        """Keep the dialog, so that its fields are checked when it is sent, and put back what was typed and not accepted."""
        member = _somebody(identity)
        if not opening.form.kept:
            return opening
        earlier = await unit.forms.load(member.id, opening.form.submit)
        values: Mapping[str, object] = earlier.values if earlier is not None else {}
        await unit.forms.keep(member.id, Draft(opening.form, values), self._clock.now())
        return OpenForm(drafts.filled(opening.form, values))

    # ------------------------------------------------------------ what the member sees

    async def _drawn(self, result: Result) -> Result:
        """Give the card of an answer its picture; where it cannot be drawn, say what it would have shown."""
        if not isinstance(result, Reply) or result.drawing is None:
            return result
        drawing, card = result.drawing, result.card
        picture = await self._draw(drawing.chart)
        if picture is None:
            return replace(result, card=msgspec.structs.replace(card, body=(*card.paragraphs, drawing.instead)))
        return replace(result, card=msgspec.structs.replace(card, picture=Picture(drawing.name, picture, drawing.alt)))

    async def _present(self, turn: Turn, results: Sequence[Result], responder: Responder) -> None:
        for result in results:
            match result:
                case Reply(card=card, edit=edit, private=private):
                    await responder.reply(card, turn.reader, private=private, edit=edit)
                case OpenForm(form=form):
                    await responder.form(form, turn.reader)
                case _:
                    await responder.suggest(result, turn.reader)
        for card in turn.missed:
            await responder.reply(card, turn.reader)

    async def _refused(self, turn: Turn, refusal: UserError | Invalid, responder: Responder) -> None:
        invocation = turn.invocation
        if invocation.kind is Kind.SUGGEST:
            await responder.suggest((), turn.reader)
            return
        form, submitted = turn.form, invocation.kind is Kind.SUBMIT
        errors: dict[str, Content] = refusal.fields if isinstance(refusal, Invalid) else {}
        message: Content = refusal.message if isinstance(refusal, UserError) else ""
        if form is not None and not form.kept:
            await self._returned(turn, form, errors, message, responder)
        elif form is None or not (submitted or errors) or not await self._keep(turn, form):
            await responder.reply(Card(body=(message, *errors.values()), tone=Tone.ATTENTION), turn.reader)
        elif submitted and errors and set(errors) <= {field.name for field in form.fields}:
            await responder.invalid(form, errors, drafts.correction(form, errors), turn.reader)
        else:
            await responder.reply(drafts.correction(form, errors, message), turn.reader)

    async def _returned(
        self, turn: Turn, form: Form, errors: Mapping[str, Content], message: Content, responder: Responder
    ) -> None:
        """Give back what was typed into a dialog that is not kept: it is nowhere else."""
        card = drafts.returned(form, errors, message, turn.invocation.values)
        if errors and set(errors) <= {field.name for field in form.fields}:
            await responder.invalid(form, errors, card, turn.reader)
        else:
            await responder.reply(card, turn.reader)

    async def _failed(self, turn: Turn, error: Exception, responder: Responder, deferral: Deferral | None) -> None:
        """Log a bug with a short reference and show the reference; keep what was typed."""
        short = log.reference()
        logger.error("failed", reference=short, kind=turn.invocation.kind, name=_route(turn.invocation.name), exc_info=error)
        invocation, form = turn.invocation, turn.form
        try:
            if deferral is not None:
                await deferral.settle()
            if form is not None and not form.kept:
                message = _("Something went wrong on our side. Reference: {reference}", reference=short)
                await self._returned(turn, form, {}, message, responder)
            elif form is not None and invocation.kind is Kind.SUBMIT and await self._rescued(turn, form, short):
                message = _("Something went wrong on our side; nothing you typed is lost. Reference: {reference}", reference=short)
                await responder.reply(drafts.correction(form, {}, message), turn.reader)
            elif invocation.kind is Kind.SUGGEST:
                await responder.suggest((), turn.reader)
            elif invocation.account is not None and invocation.kind is not Kind.EVENT:
                message = _("Something went wrong on our side. It is noted under the reference {reference}.", reference=short)
                await responder.reply(Card(title=_("Sorry"), body=message, tone=Tone.PROBLEM), turn.reader)
        except Exception as second:
            logger.warning("reply_lost", reference=short, exc_info=second)

    async def _keep(self, turn: Turn, form: Form) -> bool:
        """Keep a rejected dialog in a transaction of its own: the handler's was rolled back."""
        now = self._clock.now()
        async with self._store.unit() as unit:
            if not await unit.first_time(turn.invocation.delivery_id, now):
                return False
            identity = await unit.people.identify(turn.invocation, now)
            if identity.member is None:
                return False
            await unit.forms.keep(identity.member.id, Draft(form, drafts.kept(turn.invocation.values)), now)
        return True

    async def _rescued(self, turn: Turn, form: Form, short: str) -> bool:
        """Keep a dialog if the database can; where it is what failed, the member is told all the same."""
        try:
            return await self._keep(turn, form)
        except Exception as error:
            logger.warning("form_lost", reference=short, exc_info=error)
            return False

    def _may_defer(self, invocation: Invocation) -> bool:
        """Tell whether the answer may come late: not for suggestions, events, and whatever may open a dialog."""
        if invocation.kind in (Kind.SUGGEST, Kind.EVENT):
            return False
        command = self.registry.command(invocation)
        if command is not None:
            return not (command.opens or (invocation.kind is not Kind.SUBMIT and command.signature.missing(invocation.values)))
        if invocation.name.startswith(drafts.CORRECT):
            return False
        found = self.registry.trigger(invocation.kind, invocation.name)
        return found is None or not found[0].opens


_GONE: Final = _("This button belongs to something that is no longer here. The menu has what you can do now.")
_UNKNOWN: Final = _("There is no such command. The menu has what you can do.")


def _permit(handler: Command | Trigger, identity: Identity | None) -> None:
    if identity and identity.member and identity.member.left:
        name = identity.community.name
        raise UserError(_("You have left {community}. All of this works again when you are back.", community=name))
    if handler.animator and not (identity and identity.member and identity.member.animator):
        raise UserError(_("Only the animators of the community can do this."))


def _somebody(identity: Identity) -> Member:
    if identity.member is None:
        raise UserError(_GONE)
    return identity.member


async def _members(value: object, context: Context, unit: Unit) -> object:
    """Return the members behind the accounts that were chosen."""
    wanted = [value] if isinstance(value, AccountRef) else cast("list[AccountRef]", value or [])
    if any(account.bot for account in wanted):
        raise UserError(_("That is a bot. Choose somebody of the community."))
    found = list(await unit.people.resolve(context.workspace, wanted, context.now)) if wanted else []
    return found if isinstance(value, list) else next(iter(found), None)


def _route(name: str) -> str:
    """Return an id without its key, for logs."""
    return ":".join(name.split(":")[:2])
