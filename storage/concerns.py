"""Who needs an animator, and why: read from what each feature keeps, an index and a limit for each reason.

Only what an animator may see: what members said to them, what everybody may read, and what did not happen. Answers that their
members gave to a peer, or to totals alone, are not looked at. Each reason has a last day too: nobody is on the list for ever.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import func, or_, select

from bot.i18n import today
from storage.attention import Attention, Concern, Reason, settled
from storage.base import Repository, aliased
from storage.checkin import Reads, Said
from storage.checkin_answers import AnswerRow, ReaderRow, low
from storage.checkins import Checkins, SendingRow
from storage.communities import Communities
from storage.gaps import Gaps
from storage.gaps import State as Gap
from storage.opportunities import OpportunityRow
from storage.opportunity import Contents, Status
from storage.opportunity_responses import ResponseRow
from storage.opportunity_responses import State as Response
from storage.people import COLUMNS, AccountRow, MemberRow, as_member
from storage.profiles import ProfileRow
from storage.requests import RequestRow
from storage.requests import Status as Asked
from storage.voice import Shown, VoiceRow, VoiceWordRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.checkin import Campaign

DAY: Final = dt.timedelta(days=1)
MOST: Final = 200
"""Members looked at for each reason: nobody cares for more in a day."""
ANSWERS: Final = 500
"""Newest answers that are opened to see which of them are urgent."""
LOOKED_BACK: Final = 60 * DAY
"""Answers, requests and opportunities older than this are no longer shown here."""
POSTED: Final = 3 * DAY
"""So long after everyone could read it, a request that nobody answered is shown although nobody was told of it."""
OFFERED: Final = 7 * DAY
"""So long after it was published, an opportunity without a response is shown."""
NEW: Final = (3 * DAY, 30 * DAY)
"""From and until when a newcomer who is not introduced is shown; at once where a message found their doors closed."""
SILENCE: Final = (30 * DAY, 90 * DAY)
"""From and until when somebody who used the bot, and no longer does, is shown."""

_contents = msgspec.json.Decoder(Contents)


@dataclass(frozen=True, slots=True)
class Matter:
    """Somebody, or an anonymous voice, and why: the most urgent reason first."""

    concerns: tuple[Concern, ...]

    @property
    def first(self) -> Concern:
        """The most urgent reason."""
        return self.concerns[0]

    @property
    def member(self) -> Member | None:
        """Who it is about; None for an anonymous voice."""
        return self.first.member

    @property
    def key(self) -> str:
        """What stands for it in a button: `m` and the member's id, or `v` and the voice's."""
        return f"m{self.member.id}" if self.member is not None else f"v{self.first.subject}"

    @property
    def letters(self) -> str:
        """What stands for its reasons in a button."""
        return "".join(dict.fromkeys(concern.reason.letter for concern in self.concerns))


def together(concerns: Sequence[Concern]) -> list[Matter]:
    """Return each person once, with all their reasons: the most urgent first, then who has waited longest."""
    found: defaultdict[str, list[Concern]] = defaultdict(list)
    for concern in concerns:
        found[Matter((concern,)).key].append(concern)
    matters = [Matter(tuple(sorted(each, key=_urgency))) for each in found.values()]
    return sorted(matters, key=lambda matter: (_urgency(matter.first), matter.key))


def _urgency(concern: Concern) -> tuple[int, dt.datetime, int]:
    return concern.reason.urgency, concern.since, concern.subject


class Concerns(Repository):
    """Who needs the animators of a community."""

    async def matters(self, me: Member, now: dt.datetime) -> Sequence[Matter]:
        """Return who needs an animator, the most urgent first; `me`, who reads it, is not among them."""
        found = [
            *await self._checkins(me, now),
            *await self._gaps(now),
            *await self._voices(now),
            *await self._requests(now),
            *await self._opportunities(now),
            *await self._newcomers(now),
            *await self._silent(now),
        ]
        return together([concern for concern in found if concern.member is None or concern.member.id != me.id])

    async def _checkins(self, me: Member, now: dt.datetime) -> Sequence[Concern]:
        """Return who would like a call, or gave a low answer: where they chose that this animator reads it."""
        rows = await self.connection.execute(
            select(AnswerRow.id.label("answer"), AnswerRow.said, AnswerRow.given_at, SendingRow.campaign_id, *COLUMNS)
            .join(ReaderRow, ReaderRow.answer_id == AnswerRow.id)
            .join(SendingRow, SendingRow.id == AnswerRow.sending_id)
            .join(MemberRow, MemberRow.id == AnswerRow.member_id)
            .where(
                AnswerRow.community_id == self.community.id,
                AnswerRow.given_at > now - LOOKED_BACK,
                AnswerRow.reads == Reads.ANIMATORS.value,
                AnswerRow.cared_at.is_(None),
                ReaderRow.member_id == me.id,
                MemberRow.left_at.is_(None),
            )
            .order_by(AnswerRow.given_at.desc(), AnswerRow.id.desc())
            .limit(ANSWERS)
        )
        campaigns: dict[int, Campaign | None] = {}
        found: list[Concern] = []
        for row in rows.mappings().all():
            opened = self.opened(row["said"])
            said = None if opened is None else msgspec.json.decode(opened, type=Said)
            number = row["campaign_id"]
            if number not in campaigns:
                campaigns[number] = await Checkins(self.connection, self.community).campaign(number)
            campaign = campaigns[number]
            if said is not None and (said.call or (campaign is not None and low(campaign.questions, said))):
                reason = Reason.CALL if said.call else Reason.LOW
                found.append(Concern(reason, row["answer"], row["given_at"], as_member(row)))
        return await self._unsettled(found, now)

    async def _gaps(self, now: dt.datetime) -> Sequence[Concern]:
        """Return who wished for a word, let the animators know what they miss, or did not answer the question."""
        reasons = {Gap.TALK: Reason.TALK, Gap.MISSING: Reason.MISSING, Gap.ASKED: Reason.NOTHING}
        found = [
            Concern(reasons[gap.state], gap.id, gap.answered_at or gap.asked_at, gap.member, gap.kind.value if gap.kind else "")
            for gap in await Gaps(self.connection, self.community).for_animators(now)
            if gap.state in reasons
        ]
        return await self._unsettled(found, now)

    async def _voices(self, now: dt.datetime) -> Sequence[Concern]:
        """Return the voices that wait for an answer, from the day after: of an anonymous one only the day is known."""
        added = (
            select(func.max(VoiceWordRow.day))
            .where(VoiceWordRow.voice_id == VoiceRow.id, VoiceWordRow.answer.is_(False))
            .correlate(VoiceRow)
            .scalar_subquery()
        )
        rows = await self.connection.execute(
            select(VoiceRow.id.label("voice"), VoiceRow.kind, VoiceRow.day, added.label("added"), *COLUMNS)
            .join(MemberRow, MemberRow.id == VoiceRow.member_id, isouter=True)
            .where(
                VoiceRow.community_id == self.community.id,
                VoiceRow.shown.in_([shown.value for shown in Shown]),
                VoiceRow.over_at.is_(None),
                VoiceRow.day < today(now, self.community.zone),
                MemberRow.left_at.is_(None),
            )
            .order_by(VoiceRow.id)
            .limit(MOST)
        )
        found = [
            Concern(
                Reason.VOICE,
                row["voice"],
                dt.datetime.combine(max(row["day"], row["added"] or row["day"]), dt.time(), dt.UTC),
                None if row["id"] is None else as_member(row),
                row["kind"],
            )
            for row in rows.mappings()
        ]
        return await self._unsettled(found, now)

    async def _requests(self, now: dt.datetime) -> Sequence[Concern]:
        """Return the requests to which nobody said yes: those the animators were told of, and those that everybody can read."""
        rows = await self.connection.execute(
            select(RequestRow.id.label("request"), RequestRow.need, RequestRow.created_at, *COLUMNS)
            .join(MemberRow, MemberRow.id == RequestRow.member_id)
            .where(
                RequestRow.community_id == self.community.id,
                RequestRow.status == Asked.OPEN.value,
                RequestRow.created_at > now - LOOKED_BACK,
                RequestRow.answered_after.is_(None),
                or_(RequestRow.animator_at.is_not(None), RequestRow.posted_at <= now - POSTED),
                MemberRow.left_at.is_(None),
                ~settled(self.community.id, Reason.REQUEST, RequestRow.id, RequestRow.created_at, now),
            )
            .order_by(RequestRow.created_at, RequestRow.id)
            .limit(MOST)
        )
        return [Concern(Reason.REQUEST, row["request"], row["created_at"], as_member(row), row["need"]) for row in rows.mappings()]

    async def _opportunities(self, now: dt.datetime) -> Sequence[Concern]:
        """Return the open opportunities that nobody answered."""
        answered = select(ResponseRow.id).where(
            ResponseRow.opportunity_id == OpportunityRow.id, ResponseRow.state == Response.INTERESTED.value
        )
        columns = (OpportunityRow.id.label("opportunity"), OpportunityRow.contents, OpportunityRow.published_at)
        rows = await self.connection.execute(
            select(*columns, *COLUMNS)
            .join(MemberRow, MemberRow.id == OpportunityRow.member_id)
            .where(
                OpportunityRow.community_id == self.community.id,
                OpportunityRow.status == Status.OPEN.value,
                OpportunityRow.published_at > now - LOOKED_BACK,
                OpportunityRow.published_at <= now - OFFERED,
                MemberRow.left_at.is_(None),
                ~answered.exists(),
                ~settled(self.community.id, Reason.OPPORTUNITY, OpportunityRow.id, OpportunityRow.published_at, now),
            )
            .order_by(OpportunityRow.published_at, OpportunityRow.id)
            .limit(MOST)
        )
        return [
            Concern(
                Reason.OPPORTUNITY,
                row["opportunity"],
                row["published_at"],
                as_member(row),
                _contents.decode(row["contents"]).title,
            )
            for row in rows.mappings()
        ]

    async def _newcomers(self, now: dt.datetime) -> Sequence[Concern]:
        """Return newcomers who have not introduced themselves."""
        first, last = NEW
        told = select(ProfileRow.member_id).where(ProfileRow.member_id == MemberRow.id, ProfileRow.introduced_at.is_not(None))
        rows = await self.connection.execute(
            select(*COLUMNS, MemberRow.missed)
            .where(
                MemberRow.community_id == self.community.id,
                MemberRow.joined_at > now - last,
                or_(MemberRow.joined_at <= now - first, MemberRow.missed > 0),
                MemberRow.left_at.is_(None),
                MemberRow.bot.is_(False),
                MemberRow.animator.is_(False),
                ~told.exists(),
                ~settled(self.community.id, Reason.NEWCOMER, MemberRow.id, MemberRow.joined_at, now),
            )
            .order_by(MemberRow.joined_at, MemberRow.id)
            .limit(MOST)
        )
        return [
            Concern(Reason.NEWCOMER, row["id"], row["joined_at"], as_member(row), closed=row["missed"] > 0)
            for row in rows.mappings()
        ]

    async def _silent(self, now: dt.datetime) -> Sequence[Concern]:
        """Return who used the bot and has not for a while, anywhere."""
        first, last = SILENCE
        elsewhere = aliased(AccountRow)
        later = select(elsewhere.id).where(elsewhere.member_id == MemberRow.id, elsewhere.last_seen > AccountRow.last_seen)
        found: dict[int, Concern] = {}
        for workspace in await Communities(self.connection, self.community).workspaces():
            rows = await self.connection.execute(
                select(AccountRow.last_seen, *COLUMNS)
                .join(MemberRow, MemberRow.id == AccountRow.member_id)
                .where(
                    AccountRow.workspace_id == workspace.id,
                    AccountRow.last_seen > now - last,
                    AccountRow.last_seen <= now - first,
                    AccountRow.acted,
                    AccountRow.left_at.is_(None),
                    MemberRow.left_at.is_(None),
                    MemberRow.bot.is_(False),
                    MemberRow.animator.is_(False),
                    ~later.exists(),
                    ~settled(self.community.id, Reason.SILENT, MemberRow.id, AccountRow.last_seen, now),
                )
                .order_by(AccountRow.last_seen)
                .limit(MOST)
            )
            found |= {row["id"]: Concern(Reason.SILENT, row["id"], row["last_seen"], as_member(row)) for row in rows.mappings()}
        return list(found.values())

    async def _unsettled(self, found: Sequence[Concern], now: dt.datetime) -> Sequence[Concern]:
        reasons, subjects = {concern.reason for concern in found}, {concern.subject for concern in found}
        kept = await Attention(self.connection, self.community).settled(reasons, subjects)
        return [
            concern
            for concern in found
            if (done := kept.get((concern.reason, concern.subject))) is None or not done.hides(concern, now)
        ]
