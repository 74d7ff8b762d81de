"""What is kept of a member, column by column, declared: `storage.own_data` reads by it, `storage.erasing` erases by it.

Every column that refers to a member is here: a test looks through all tables.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, exists

from storage.asked import AskedRow
from storage.attention import AttentionActRow, AttentionRow
from storage.checkin_answers import AnswerRow as CheckinAnswerRow
from storage.checkin_answers import ReaderRow
from storage.checkins import CampaignRow, PreferenceRow, ReceiptRow
from storage.circle import State as Circle
from storage.circle_merges import CircleMergeVoteRow
from storage.circle_seeking import CircleProposalRow, CircleSeekerRow
from storage.circle_weeks import CircleAnswerRow
from storage.circles import CirclePeerRow, CircleRow
from storage.departures import FormerRow
from storage.expectations import ExpectationAskedRow, ExpectationRow
from storage.forms import FormRow
from storage.gaps import GapRow
from storage.holding import Area, Fate, Holding, same
from storage.icebreaker_answers import AnswerRow as IcebreakerAnswerRow
from storage.icebreakers import PromptRow
from storage.meetings import MeetingMemberRow, MeetingRow
from storage.opportunities import OpportunityRow
from storage.opportunity_responses import ReportRow, ResponseRow
from storage.outbox import MessageRow, OutboxRow
from storage.outcomes import OutcomeRow
from storage.outreach import DigestRow, MessagePreferenceRow, OutreachRow
from storage.participation import ExclusionRow, ParticipationRow
from storage.people import AccountRow
from storage.profiles import ProfileRow
from storage.programmes import ChoiceRow
from storage.proposals import ProposalRow
from storage.relay import RelayRow
from storage.requests import RequestRow
from storage.rounds import RoundMemberRow, RoundRow
from storage.thanks import ThanksRow
from storage.voice import VoiceRow, VoiceWordRow

EMPTY: Final = '{"title":""}'
"""The contents of an opportunity of which nothing is known any more."""


HOLDINGS: Final = (
    Holding(
        AccountRow,
        "member_id",
        Area.ACCOUNTS,
        Fate.GONE,
        {
            "platform": "workspace_id>platform",
            "workspace": "workspace_id>name",
            "account": "external_id",
            **same("name", "locale", "zone", "last_seen", "left_at"),
        },
    ),
    Holding(
        ProfileRow,
        "member_id",
        Area.PROFILE,
        Fate.GONE,
        same(
            *("does", "offers", "seeks", "expects", "link", "written_in", "availability", "available_until", "available_note"),
            *("welcomed_at", "introduced_at", "published_at"),
        ),
    ),
    Holding(MessagePreferenceRow, "member_id", Area.PREFERENCES, Fate.GONE, same("weekly", "digest", "muted", "gathered")),
    Holding(PreferenceRow, "member_id", Area.PREFERENCES, Fate.GONE, {"no_checkins": "stopped", "checkins_read_by": "reads"}),
    Holding(
        ParticipationRow,
        "member_id",
        Area.PREFERENCES,
        Fate.GONE,
        {"meetings": "state", **same("joined_at", "snoozed_until", "every", "languages", "last_date", "chosen_only")},
    ),
    Holding(ChoiceRow, "member_id", Area.PREFERENCES, Fate.GONE, {"programme": "programme_id>name", "joined": "joined"}),
    Holding(CircleSeekerRow, "member_id", Area.PREFERENCES, Fate.GONE, {"seeks_a_circle_since": "since"}),
    Holding(
        RequestRow,
        "member_id",
        Area.REQUESTS,
        Fate.FORMER,
        {**same("need", "status", "created_at", "posted_at", "ended_at"), "helper": "helper_id>name"},
        blank={"need": ""},
        posts=("request",),
    ),
    Holding(RequestRow, "helper_id", Area.REQUESTS, Fate.NOBODY, {"helped_with": "need", "ended_at": "ended_at"}),
    Holding(
        AskedRow,
        "member_id",
        Area.REQUESTS,
        Fate.GONE,
        {"asked_for": "request_id>need", **same("state", "asked_at", "answered_at")},
    ),
    Holding(AskedRow, "recommended_by", Area.REQUESTS, Fate.NOBODY, {"recommended_somebody_for": "request_id>need"}),
    Holding(
        OpportunityRow,
        "member_id",
        Area.OPPORTUNITIES,
        Fate.FORMER,
        {**same("status", "created_at", "published_at", "ended_at"), "contents": "contents{}", "change": "proposed{}"},
        blank={"contents": EMPTY, "proposed": "", "searched": "", "refused": ""},
        unless=OpportunityRow.published_at.is_(None),
        posts=("opportunity",),
    ),
    Holding(OpportunityRow, "filled_by", Area.OPPORTUNITIES, Fate.NOBODY, {"got": "contents{}", "ended_at": "ended_at"}),
    Holding(
        ResponseRow,
        "member_id",
        Area.OPPORTUNITIES,
        Fate.GONE,
        {
            "reached_by": "opportunity_id>contents{}",
            **same("state", "pitch", "at"),
            "recommended_by": "recommended_by>name",
            "with_words": "words",
        },
    ),
    Holding(
        ResponseRow,
        "recommended_by",
        Area.OPPORTUNITIES,
        Fate.NOBODY,
        {"recommended": "member_id>name", "words": "words", "at": "at"},
        blank={"words": ""},
    ),
    Holding(ReportRow, "member_id", Area.OPPORTUNITIES, Fate.GONE, {"reported": "reason", "at": "at"}),
    Holding(
        MeetingMemberRow,
        "member_id",
        Area.MEETINGS,
        Fate.GONE,
        {
            "meeting": "meeting_id",
            "date": "meeting_id>round_id>local_date",
            "sent_at": "meeting_id>sent_at",
            "met_at": "meeting_id>met_at",
            **same("gone", "answer"),
        },
        told=exists().where(MeetingRow.id == MeetingMemberRow.meeting_id, MeetingRow.sent_at.is_not(None)),
    ),
    Holding(
        RoundMemberRow,
        "member_id",
        Area.MEETINGS,
        Fate.GONE,
        {"round": "round_id>local_date", **same("answer", "part")},
        later={"part": exists().where(RoundRow.id == RoundMemberRow.round_id, RoundRow.sent_at.is_not(None))},
    ),
    Holding(MeetingRow, "chosen_by", Area.MEETINGS, Fate.NOBODY, {"chose_the_time": "chosen"}),
    Holding(
        MeetingRow,
        "initiator_id",
        Area.MEETINGS,
        Fate.NOBODY,
        {"was_to_write_first": "sent_at"},
        told=MeetingRow.sent_at.is_not(None),
    ),
    Holding(
        ProposalRow,
        "proposer_id",
        Area.MEETINGS,
        Fate.GONE,
        {"proposed_to": "ally_id>name", "asked_at": "asked_at"},
        posts=("proposal", "meeting"),
    ),
    Holding(
        ProposalRow,
        "ally_id",
        Area.MEETINGS,
        Fate.GONE,
        {"proposed_by": "proposer_id>name", **same("state", "asked_at", "answered_at")},
        posts=("meeting",),
    ),
    Holding(ExclusionRow, "by_id", Area.MEETINGS, Fate.GONE, {"rather_not_again": "of_id>name", "at": "at"}),
    Holding(ExclusionRow, "of_id", Area.MEETINGS, Fate.GONE, why="Whoever would rather not meet somebody says so in confidence."),
    Holding(RelayRow, "one_id", Area.MEETINGS, Fate.GONE, {"writes_with": "other_id>name", **same("opened_at", "ended_at")}),
    Holding(RelayRow, "other_id", Area.MEETINGS, Fate.GONE, {"writes_with": "one_id>name", **same("opened_at", "ended_at")}),
    Holding(
        CirclePeerRow,
        "member_id",
        Area.CIRCLES,
        Fate.GONE,
        {"circle": "circle_id>name", **same("part", "since", "snoozed_until", "commitment")},
        told=~exists().where(CircleRow.id == CirclePeerRow.circle_id, CircleRow.state == Circle.PROPOSED.value),
    ),
    Holding(CirclePeerRow, "invited_by", Area.CIRCLES, Fate.NOBODY, {"invited": "member_id>name", "to": "circle_id>name"}),
    Holding(
        CircleAnswerRow,
        "member_id",
        Area.CIRCLES,
        Fate.GONE,
        {
            "circle": "week_id>circle_id>name",
            "week": "week_id>local_date",
            **same("said", "commitment", "happened", "ahead", "hand", "kept"),
        },
    ),
    Holding(CircleMergeVoteRow, "member_id", Area.CIRCLES, Fate.GONE, {"agreed_to_join_with": "merge_id>large_id>name"}),
    Holding(CircleRow, "keeper_id", Area.CIRCLES, Fate.NOBODY, {"keeps": "name"}),
    Holding(
        CheckinAnswerRow,
        "member_id",
        Area.CHECKINS,
        Fate.GONE,
        {
            "checkin": "sending_id>campaign_id>title",
            "date": "sending_id>local_date",
            "read_by": "reads",
            "said": "said{}",
            "given_at": "given_at",
        },
        posts=("checkin_answer",),
    ),
    Holding(CheckinAnswerRow, "cared_by", Area.ANIMATING, Fate.NOBODY, {"cared_at": "cared_at"}),
    Holding(
        ReceiptRow,
        "member_id",
        Area.CHECKINS,
        Fate.GONE,
        {"checkin": "sending_id>campaign_id>title", "date": "sending_id>local_date", "state": "state"},
    ),
    Holding(
        ReaderRow, "member_id", Area.CHECKINS, Fate.GONE, why="What others answered is theirs; the readers see it while it is kept."
    ),
    Holding(
        GapRow, "member_id", Area.CHECKINS, Fate.GONE, same("asked_at", "state", "kind", "seen_by", "answered_at"), posts=("gap",)
    ),
    Holding(ExpectationRow, "member_id", Area.CHECKINS, Fate.GONE, {"expected": "kind", **same("answer", "answered_at")}),
    Holding(ExpectationAskedRow, "member_id", Area.CHECKINS, Fate.GONE, {"asked_what_was_expected": "asked_at"}),
    Holding(
        OutcomeRow,
        "gainer_id",
        Area.OUTCOMES,
        Fate.FORMER,
        {
            "gained": "value",
            "thanks_to": "giver_id>name",
            **same("subject_kind", "note", "amount_band", "recorded_at", "confirmed_at"),
        },
        blank={"note": "", "amount_band": None},
        unless=OutcomeRow.confirmed_at.is_(None),
        posts=("outcome",),
    ),
    Holding(
        OutcomeRow,
        "giver_id",
        Area.OUTCOMES,
        Fate.NOBODY,
        {"gave": "value", "to": "gainer_id>name", **same("subject_kind", "note", "recorded_at", "confirmed_at")},
        unless=and_(OutcomeRow.confirmed_at.is_(None), OutcomeRow.proposed),
    ),
    Holding(
        OutcomeRow,
        "recommended_by",
        Area.OUTCOMES,
        Fate.NOBODY,
        {"brought_together": "gainer_id>name", "confirmed_at": "confirmed_at"},
    ),
    Holding(
        ThanksRow,
        "giver_id",
        Area.THANKS,
        Fate.FORMER,
        {"to": "receiver_id>name", **same("words", "public", "created_at")},
        posts=("thanks",),
    ),
    Holding(ThanksRow, "receiver_id", Area.THANKS, Fate.GONE, {"from": "giver_id>name", **same("words", "public", "created_at")}),
    Holding(
        VoiceRow,
        "member_id",
        Area.VOICES,
        Fate.GONE,
        {"voice": "id", **same("kind", "audience", "words", "day", "outcome", "reason", "back")},
        posts=("voice",),
    ),
    Holding(VoiceWordRow, "animator_id", Area.ANIMATING, Fate.NOBODY, {"answered_a_voice": "words", "day": "day"}),
    Holding(
        IcebreakerAnswerRow,
        "member_id",
        Area.ICEBREAKERS,
        Fate.GONE,
        {"prompt": "icebreaker_id>words", "words": "words", "at": "at"},
    ),
    Holding(PromptRow, "member_id", Area.ICEBREAKERS, Fate.NOBODY, {"proposed": "words", **same("theme", "state", "created_at")}),
    Holding(
        FormRow,
        "member_id",
        Area.DRAFTS,
        Fate.GONE,
        {"form": "submit", "typed": "typed{}", "private": "sealed[]", "kept_at": "kept_at"},
    ),
    Holding(OutboxRow, "member_id", Area.MESSAGES, Fate.GONE, same("notice", "state", "created_at", "due_at")),
    Holding(
        MessageRow,
        "member_id",
        Area.MESSAGES,
        Fate.GONE,
        why="Where a message that they received stands on its platform; nothing of what it says.",
    ),
    Holding(OutreachRow, "member_id", Area.MESSAGES, Fate.GONE, {"written_about": "feature", "at": "at"}),
    Holding(DigestRow, "member_id", Area.MESSAGES, Fate.GONE, {"digest_due_at": "due_at", "last_digest_at": "last_at"}),
    Holding(AttentionRow, "member_id", Area.ATTENTION, Fate.GONE, {"looked_after": "reason", **same("at", "until")}),
    Holding(AttentionRow, "by_id", Area.ANIMATING, Fate.NOBODY, {"settled": "reason", **same("at", "until")}),
    Holding(AttentionActRow, "member_id", Area.ATTENTION, Fate.GONE, {"an_animator": "act", "with": "other_id>name", "at": "at"}),
    Holding(
        AttentionActRow,
        "other_id",
        Area.ATTENTION,
        Fate.NOBODY,
        why="Whoever was asked first may say no in silence: the other hears of it once they say yes, as a proposal.",
    ),
    Holding(AttentionActRow, "by_id", Area.ANIMATING, Fate.NOBODY, {"did": "act", "for": "member_id>name", "at": "at"}),
    Holding(CampaignRow, "author_id", Area.ANIMATING, Fate.NOBODY, {"wrote_checkin": "title", "created_at": "created_at"}),
    Holding(CircleProposalRow, "by_id", Area.ANIMATING, Fate.NOBODY, {"asked_for_circles_at": "made_at"}),
    Holding(FormerRow, "member_id", Area.ACCOUNTS, Fate.GONE, why="It names nobody: it stands for all who were erased."),
)
"""Every column that refers to a member."""
