"""How members are doing, over all check-ins: the mean of the scales of which animators are told when somebody is low."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.base import Repository
from storage.checkin import SCALE, Kind
from storage.checkin_totals import ALL, BATCH, TallyRow
from storage.checkins import Checkins

if TYPE_CHECKING:
    import datetime as dt


class CheckinMoods(Repository):
    """How the members of a community are doing."""

    async def mean(self, first: dt.date, last: dt.date) -> float | None:
        """Return the mean answer from 1 to 5 of the sendings between two dates; only those that five or more answered count."""
        asked = {
            (campaign.id, number)
            for campaign in await Checkins(self.connection, self.community).every()
            for number, question in enumerate(campaign.questions)
            if question.kind is Kind.SCALE and question.low
        }
        rows = await self.connection.execute(
            select(
                *(TallyRow.campaign_id, TallyRow.question, TallyRow.period, TallyRow.option),
                (TallyRow.named + TallyRow.shown).label("members"),
            ).where(
                TallyRow.campaign_id.in_(sorted({campaign for campaign, _number in asked})), TallyRow.period.between(first, last)
            )
        )
        found: defaultdict[tuple[int, int, dt.date], dict[str, int]] = defaultdict(dict)
        for campaign, question, period, option, members in rows:
            if (campaign, question) in asked:
                found[campaign, question, period][option] = members
        enough = [options for options in found.values() if options.get(ALL, 0) >= BATCH]
        answers = sum(options.get(each, 0) for options in enough for each in SCALE)
        points = sum(int(each) * options.get(each, 0) for options in enough for each in SCALE)
        return points / answers if answers else None
