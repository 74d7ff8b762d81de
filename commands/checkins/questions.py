"""The questions of a draft: add one, change its words, take it out."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.errors import UserError
from bot.i18n import _, plain
from commands.checkins import forms
from commands.checkins.building import card, draft
from commands.checkins.feature import MOST, checkins
from commands.checkins.wording import options_of, words_of
from storage.checkin import Campaign, Question
from storage.checkins import Checkins


async def _found(ctx: Context, key: str) -> tuple[Campaign, int, Question | None]:
    number, _colon, place = key.partition(":")
    campaign = await draft(ctx, int(number) if number.isdecimal() else 0)
    at = int(place) if place.isdecimal() else 0
    if at > len(campaign.questions):
        raise UserError(_("This question is no longer here."))
    return campaign, at, campaign.questions[at - 1] if at else None


def _spoken(ctx: Context, question: Question | None) -> tuple[str, tuple[str, ...]]:
    """Return the words and the choices of a question as the animator reads them."""
    if question is None:
        return "", ()
    return plain(words_of(question), ctx.locale), tuple(plain(option, ctx.locale) for option in options_of(question))


@checkins.action("question", animator=True, opens=True)
async def question(ctx: Context, key: str) -> Effects:
    """*Change* and *Add a question*: the form."""
    campaign, at, before = await _found(ctx, key)
    if not at and len(campaign.questions) >= MOST:
        raise UserError(_("Five questions are enough: fewer get more answers."))
    words, options = _spoken(ctx, before)
    return OpenForm(forms.question_form(campaign.id, at, before or forms.EMPTY, words, options))


@checkins.submit("asked", animator=True)
async def asked(ctx: Context, key: str, kind: str, low: str, words: str = "", options: str = "") -> Effects:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Keep a question; without words, it is taken out."""
    campaign, at, before = await _found(ctx, key)
    questions = list(campaign.questions)
    if not words.strip() and at:
        del questions[at - 1]
    else:
        if not at and len(questions) >= MOST:
            raise UserError(_("Five questions are enough: fewer get more answers."))
        made = forms.read_question(before, words, kind, options, low, _spoken(ctx, before))
        questions[at - 1 if at else len(questions) :] = [made, *(questions[at:] if at else [])]
    await ctx.use(Checkins).change(replace(campaign, questions=tuple(questions)))
    return Reply(await card(ctx, campaign.id, _("Noted.")), edit=True)
