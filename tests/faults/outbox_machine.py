"""The half of the state machine that is about the outbox: whatever is written, sent, lost, stopped and sent again, in any order.

Handlers stage, several workers claim and settle in any order, early, late and twice, processes and the machine crash, clocks jump,
the animator decides about letters and stoppages. After each step, and once everything was drained with a platform that takes all,
what is in the database has to agree with what stands on the platform and with what was asked for.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from benchmarks.result import Result
from bot.effects import Connect, Direct, OwnTime, Post, Remove, Update
from bot.model import AccountRef, Invocation, Kind
from bot.notices import Notice
from bot.parcels import Dead, Retry, Return, Sent, Share, Stop
from bot.ui import Card
from storage.letters import Letters
from storage.outbox import CREATING, Action, MessageRow, OutboxRow, State
from storage.people import AccountRow
from storage.settling import Settling
from storage.stoppages import StoppageRow
from storage.stopped import Stopped
from storage.strangers import Strangers
from tests.faults.machine import DAY, HOUR, Ground, Process, walk
from tests.faults.outbox_model import Held, Seen, words
from tests.storage.community import DISCORD, SLACK, Village

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.effects import Outgoing
    from bot.parcels import Outcome
    from storage.statements import AnyRow

LEASE: Final = dt.timedelta(seconds=45)
SECOND: Final = dt.timedelta(seconds=1)
WORKERS: Final = 3
PEOPLE: Final = (
    (AccountRef("UADA", "Ada"), SLACK, Kind.COMMAND),
    (AccountRef("UBEA", "Bea"), SLACK, Kind.COMMAND),
    (AccountRef("77", "Dan"), DISCORD, Kind.COMMAND),
    (AccountRef("UNEW", "Kei"), SLACK, Kind.EVENT),
)
"""The last is a stranger: somebody who joined and never used the bot."""
MANY: Final = 11
ROLES: Final = {"help": 2, "news": 1}
"""In how many workspaces each has a channel."""
WAITING: Final = frozenset({State.PENDING, State.RETRY, State.SENDING})
NAMES: Final = st.sampled_from(["one", "two", "three"])
WHO: Final = st.integers(0, len(PEOPLE) - 1)
WHICH: Final = st.integers(0, 7)
OF_WORKERS: Final = st.integers(0, WORKERS - 1)


@dataclass(frozen=True, slots=True)
class Wish:
    """An effect before it has its words: each says something of its own."""

    kind: str
    name: str = ""
    thread: str = ""
    role: str = "help"
    who: int = 0
    also: int = 0
    flag: bool = False


POSTS: Final = st.builds(
    Wish,
    st.just("post"),
    name=st.one_of(st.just(""), NAMES),
    thread=st.one_of(st.just(""), st.just(""), NAMES),
    role=st.sampled_from(sorted(ROLES)),
)
DIRECTS: Final = st.builds(
    Wish, st.sampled_from(["direct", "direct", "own time"]), name=st.one_of(st.just(""), NAMES), who=WHO, flag=st.booleans()
)
CONNECTS: Final = st.builds(Wish, st.just("connect"), name=st.one_of(st.just(""), NAMES), who=WHO, also=WHO)
CHANGES: Final = st.builds(Wish, st.sampled_from(["update", "update", "remove"]), name=NAMES, flag=st.booleans())
WISHES: Final = st.lists(st.one_of(POSTS, DIRECTS, CONNECTS, CHANGES, CHANGES), min_size=1, max_size=3)
FATES: Final = st.sampled_from(
    [
        "arrives",
        "arrives",
        "lost answer",
        "lost answer",
        "for now",
        "for now",
        "patience",
        "back",
        "dead",
        "gone",
        "stop",
        "given up",
    ]
)


@dataclass(frozen=True, slots=True)
class OutboxExplored:
    """How much was tried; a failure is an exception with the steps that lead to it. `uncertain`: attempts with a lost answer."""

    examples: int
    steps: int
    crashes: int
    messages: int
    sent: int
    uncertain: int
    letters: int
    stoppages: int


class OutboxMachine(Ground):
    """Messages by their keys: what each should say is `wanted`, what somebody took away is `removed`.

    No promise is made any more of what is `forgiven`, since a change of it was discarded or its place is gone.
    """

    strangers = Strangers(frozenset({"slack"}), 30)
    length = 100

    @initialize(wishes=WISHES)
    def begins(self, wishes: list[Wish]) -> None:
        self.seen = Seen()
        self.held: list[list[Held]] = [[] for _worker in range(WORKERS)]
        self.said: list[Outcome] = []
        self.wanted: dict[str, str] = {}
        self.removed: set[str] = set()
        self.forgiven: set[str] = set()
        self.anew: set[int] = set()
        self.rows: Mapping[int, AnyRow] = {}
        self.copies: Mapping[str, AnyRow] = {}
        self.may_end: Callable[[AnyRow], bool] = never
        self.number = 0

        async def set_up() -> list[int]:
            village = Village(self.store, self.clock.now())
            ada = await village.meet(PEOPLE[0][0], SLACK)
            dan = await village.meet(PEOPLE[2][0], DISCORD)
            await village.choose_channel(ada, "help", "CHELP")
            await village.choose_channel(ada, "news", "CNEWS")
            await village.choose_channel(dan, "help", "9HELP")
            return [await self._meets(who) for who in range(len(PEOPLE))]

        self.members = self.do(set_up())
        self.look()
        self._says(wishes)

    @property
    def store(self) -> Any:  # noqa: ANN401 - the store of the first process
        return self.processes[0].store

    # ------------------------------------------------------------ members

    @rule(wishes=WISHES)
    def a_handler_answers(self, wishes: list[Wish]) -> None:
        self.step()
        self._says(wishes)

    @rule(wishes=WISHES, more=st.sampled_from(["post", "direct"]))
    def a_handler_speaks_to_many(self, wishes: list[Wish], more: str) -> None:
        """It is bulk, which goes after what answers somebody."""
        self.step()
        self._says([*wishes, *([Wish(more)] * (MANY + 1 - len(wishes)))])

    @rule(changes=st.lists(CHANGES, min_size=1, max_size=2), many=st.booleans())
    def a_handler_changes_what_it_said(self, changes: list[Wish], many: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        self.step()
        self._says([*changes, *([Wish("direct")] * MANY if many else ())])

    @rule(wishes=WISHES)
    def the_machine_crashes_before_the_commit(self, wishes: list[Wish]) -> None:
        self.step()
        effects = self._effects(wishes)

        async def stage() -> None:
            async with self.processes[1].store.unit() as unit:
                await unit.outbox.stage(self.community, effects, self.clock.now())
                self.processes[1].inside.set()
                await asyncio.Event().wait()

        assert self.crash(self.processes[1], stage())
        self._all_workers_end()

    @rule(who=WHO, event=st.sampled_from(["acts", "acts", "leaves"]))
    def somebody_acts_or_leaves(self, who: int, event: str) -> None:
        """Acting takes what was kept for them, and makes them no stranger."""
        self.step()
        account, workspace, _kind = PEOPLE[who]

        async def act() -> None:
            async with self.store.unit() as unit:
                if event == "acts":
                    await unit.people.identify(Invocation(Kind.COMMAND, "ask", "d", workspace, account), self.clock.now())
                    await unit.outbox.missed(self.members[who])
                else:
                    leaving = Invocation(Kind.EVENT, "member_left", "d", workspace, account)
                    await unit.people.identify(leaving, self.clock.now())

        self.do(act())
        self.may_end = lambda row: event == "leaves" and row.state == State.CANCELLED and row.member_id == self.members[who]

    # ------------------------------------------------------------ workers

    @rule(worker=OF_WORKERS, most=st.integers(1, 5), soon=st.booleans(), after=st.sampled_from([0 * SECOND, 12 * SECOND, LEASE]))
    def a_worker_claims(self, worker: int, most: int, soon: bool, after: dt.timedelta) -> None:  # noqa: FBT001 - drawn by hypothesis
        self.step()
        self.clock.move(after)
        self.clock.move(dt.timedelta(milliseconds=7))  # no two leases end at the same instant
        self._claim(worker, most, soon=soon)

    @precondition(lambda self: any(self.held))
    @rule(worker=OF_WORKERS, which=WHICH)
    def it_hands_over(self, worker: int, which: int) -> None:
        self.step()
        if held := self._pick(worker, which):
            self._hand_over(held)

    @precondition(lambda self: any(self.held))
    @rule(worker=OF_WORKERS, which=WHICH, fate=FATES, also=st.booleans())
    def it_settles(self, worker: int, which: int, fate: str, also: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """One, or all that it holds."""
        self.step()
        if (one := self._pick(worker, which)) is None:
            return
        mine = next(each for each in self.held if one in each)
        several = list(mine) if also else [one]
        for each in several:
            mine.remove(each)
        self._settle(worker, [self._outcome(each, fate) for each in several])

    @rule(fates=st.lists(st.tuples(OF_WORKERS, FATES), min_size=2, max_size=8))
    def workers_do_what_comes_due(self, fates: list[tuple[int, str]]) -> None:
        """Each waits for something, takes two messages, and has the same to say of both."""
        self.step()
        for worker, fate in fates:
            due = self.do(self.store.deliveries.next_due(self.clock.now()))
            if due is not None and not self.do(self.store.deliveries.waiting(self.clock.now())):
                self.clock.set(due)
            self.clock.move(dt.timedelta(milliseconds=11))
            before = list(self.held[worker])
            self._claim(worker, 2)
            self.look()
            fresh = [each for each in self.held[worker] if each not in before]
            self.held[worker] = before
            self._settle(worker, [self._outcome(each, fate) for each in fresh])

    @precondition(lambda self: self.said)
    @rule(worker=OF_WORKERS, which=WHICH)
    def it_settles_once_more(self, worker: int, which: int) -> None:
        """Its transaction had been committed, but the answer was lost."""
        self.step()
        outcome = self.said[-1 - which % len(self.said)]
        self._settle(worker, [outcome])

    @rule(worker=OF_WORKERS)
    def a_worker_ends_with_all_it_holds(self, worker: int) -> None:
        self.step()
        self.held[worker] = []

    @precondition(lambda self: any(self.held))
    @rule(which=WHICH, fate=FATES)
    def the_machine_crashes_while_a_worker_settles(self, which: int, fate: str) -> None:
        self.step()
        if (one := self._pick(0, which)) is None:
            return
        outcome = self._outcome(one, fate)

        async def settle() -> None:
            async with self.processes[1].store.unit() as unit:
                await Settling(unit.connection, self.clock.now()).run([outcome])
                self.processes[1].inside.set()
                await asyncio.Event().wait()

        assert self.crash(self.processes[1], settle())
        self._all_workers_end()

    @rule(by=st.sampled_from([SECOND, 10 * SECOND, LEASE, 3 * LEASE, LEASE, 3 * HOUR, HOUR, -HOUR, DAY, -DAY]))
    def time_passes_or_the_clock_jumps(self, by: dt.timedelta) -> None:
        self.step()
        self.clock.move(by)

    def everything_restarts(self) -> None:
        """Not by itself: a crash does as much."""

    # ------------------------------------------------------------ the animator

    @rule(which=WHICH, what=st.sampled_from(["again", "all again", "discard", "resume", "resume", "drop", "back", "back"]))
    def the_animator_decides(self, which: int, what: str) -> None:
        self.step()
        if what == "back":
            self.do(self.store.connected({"slack", "discord"}, self.clock.now()))
        elif what in {"resume", "drop"}:
            self._one_stoppage(which, what)
        else:
            self._some_letters(which, what)

    def _some_letters(self, which: int, what: str) -> None:
        letters = self.do(self._use(Letters, "numbers"))
        if not letters:
            return
        chosen = letters if what == "all again" else [letters[which % len(letters)]]
        self._decide(chosen, again=what != "discard")

    def _one_stoppage(self, which: int, what: str) -> None:
        standing = self.do(self._use(Stopped, "standing"))
        if not standing:
            return
        stoppage = standing[which % len(standing)]
        self._end_stoppage(stoppage.id, what)

    # ------------------------------------------------------------ what has to hold

    @invariant()
    def look(self) -> None:
        """Look at everything, and at what changed since the last look."""
        self.may_end, may_end = never, self.may_end
        before, (self.rows, self.copies, lanes, numbers) = self.rows, self.do(self._recorded())
        assert before.keys() <= self.rows.keys(), "nothing disappears"
        self._lanes_are_right(lanes)
        self._letters_are_told(set(numbers))
        for identifier, row in self.rows.items():
            was = before.get(identifier)
            if was is not None and was.done_at is None and row.done_at is not None:
                assert may_end(row), f"ended for no reason: {row}"
            if was is not None and was.done_at is None and row.state == State.DEAD:
                self.counted["letters"] += 1
            self._forgive(was, row)
        for worker in self.held:
            for held in worker:
                held.lapsed = held.lapsed or self.clock.now() >= held.parcel.until

    def _lanes_are_right(self, stopped: set[str]) -> None:
        lanes: dict[str, list[AnyRow]] = defaultdict(list)
        for row in self.rows.values():
            if row.done_at is None:
                lanes[row.lane].append(row)
            else:
                assert not row.first, row
        for lane, rows in lanes.items():
            firsts = [row for row in rows if row.first]
            if lane in stopped:
                assert not firsts, f"{lane} is stopped"
                continue
            assert len(firsts) == 1, f"{lane} has {len(firsts)} first rows of {len(rows)}"
            (first,) = firsts
            assert [row for row in rows if row.state == State.SENDING] == ([first] if first.state == State.SENDING else [])
            if first.state != State.SENDING:
                earlier = [row for row in rows if row.priority < first.priority]
                earlier += [row for row in rows if row.priority == first.priority and row.id < first.id]
                assert not [row for row in earlier if row.id not in self.anew], f"{first} goes before {earlier}"

    def _letters_are_told(self, numbers: set[int]) -> None:
        for identifier, row in self.rows.items():
            if row.state == State.DEAD and identifier not in numbers:
                assert self.copies[row.message_key].removed_at is not None, f"a letter that nobody sees: {row}"

    def _forgive(self, was: AnyRow | None, row: AnyRow) -> None:
        """Promise nothing more of a message whose change was given up by somebody, or that may stand though it was given up."""
        if row.state != State.CANCELLED or (was is not None and was.state == State.CANCELLED):
            return
        if row.action in CREATING:
            if row.uncertain:
                self.forgiven.add(row.key)
        elif self.giving_up:
            self.forgiven.add(row.message_key)

    giving_up: bool = False
    """Whether what ends now is given up by somebody, rather than replaced by something newer."""

    def teardown(self) -> None:
        try:
            if hasattr(self, "members") and sys.exc_info()[0] is None:
                self._drain()
                self._all_is_as_it_should_be()
        finally:
            super().teardown()

    def _drain(self) -> None:
        """Let everything go, with a platform that takes it all."""
        self._all_workers_end()
        deliveries = self.store.deliveries
        for _round in range(2000):
            self._claim(0, 50)
            claimed, self.held[0] = self.held[0], []
            if claimed:
                outcomes = [self._outcome(each, "arrives", spacing=0.0) for each in claimed]
                self.do(deliveries.settle(outcomes, self.clock.now()))
                self.may_end = lambda row: row.state == State.SENT or self._never_sent(row)
                self.look()
                continue
            self.look()
            if (due := self.do(deliveries.next_due(self.clock.now()))) is not None:
                self.clock.set(due)
                continue
            standing, letters = self.do(self._use(Stopped, "standing")), self.do(self._use(Letters, "numbers"))
            for stoppage in standing:
                self._end_stoppage(stoppage.id, "resume")
            if letters:
                self._decide(letters, again=True)
            if not standing and not letters:
                return
        message = "it never ends"
        raise AssertionError(message)

    def _all_is_as_it_should_be(self) -> None:
        for row in self.rows.values():
            self.counted[f"end {row.state}"] += 1
            assert row.done_at is not None, f"not drained: {row}"
            if row.state == State.DEAD:
                assert self.copies[row.message_key].removed_at is not None
            if row.action not in CREATING:
                continue
            shown = self.seen.by_key.get(row.key)
            assert shown is not None or row.state != State.SENT, f"said to be sent, and never was: {row}"
            assert shown is None or row.state == State.SENT or row.uncertain, f"it stands there and nobody knows: {row}"
            if shown is None or row.key in self.forgiven or row.state != State.SENT:
                continue
            if row.key in self.removed:
                assert shown.removed, f"removed, and still there: {row}"
            else:
                assert not shown.removed, f"nobody removed it: {row}"
                assert shown.words == self.wanted[row.key], f"{row} says {shown.words} for {self.wanted[row.key]}"
        for lane, rows in self.seen.order.items():
            orderly = [row for row in rows if row not in self.anew]
            assert orderly == sorted(orderly), f"out of order in {lane}"
        self.counted["messages"] += len(self.rows)
        self.counted["sent"] += sum(row.state == State.SENT for row in self.rows.values())

    # ------------------------------------------------------------ doing

    def _says(self, wishes: Sequence[Wish]) -> None:
        effects = self._effects(wishes)

        async def stage() -> None:
            async with self.store.unit() as unit:
                await unit.outbox.stage(self.community, effects, self.clock.now())

        self.do(stage())
        before = self.rows
        names = {effect.remembered for effect in effects if isinstance(effect, Update | Remove)}
        self.may_end = lambda row: (
            row.state == State.CANCELLED and row.message_key in self.copies and self.copies[row.message_key].name in names
        )
        rows, copies, _lanes, _letters = self.do(self._recorded())
        added = [row for row in rows.values() if row.id not in before]
        for row in added:
            if row.action in CREATING:
                self.wanted[row.key] = words(msgspec.json.decode(row.card, type=Card))
        for effect in effects:
            if isinstance(effect, Update | Remove):
                for copy in copies.values():
                    if copy.name == effect.remembered and copy.key in self.copies:
                        if isinstance(effect, Update):
                            self.wanted[copy.key] = words(effect.card)
                        elif not effect.waiting:
                            self.removed.add(copy.key)
        self._as_many_as_wanted(effects, [row for row in added if row.action in CREATING])

    def _as_many_as_wanted(self, effects: Sequence[Outgoing], added: Sequence[AnyRow]) -> None:
        """Each new message is there in each place it has to go to, once."""
        found = Counter(self.wanted[row.key] for row in added)
        places = Counter((self.wanted[row.key], row.lane, row.thread_key) for row in added)
        assert set(places.values()) <= {1}, places
        for effect in effects:
            if isinstance(effect, Post) and not effect.remember and not effect.thread:
                assert found[words(effect.card)] == ROLES[effect.to]
            elif isinstance(effect, Direct):
                here = effect.member not in self.do(self._left())
                assert found[words(effect.card)] == here

    def _effects(self, wishes: Sequence[Wish]) -> list[Outgoing]:
        """Give them words; a name is used once."""
        effects: list[Outgoing] = []
        used: set[str] = set()
        for wish in wishes:
            if wish.name in used:
                continue
            used |= {wish.name} - {""}
            self.number += 1
            effects.append(self._effect(wish, Card(body=f"words {self.number}")))
        return effects

    def _effect(self, wish: Wish, card: Card) -> Outgoing:
        match wish.kind:
            case "post":
                return Post(wish.role, card, remember=wish.name, thread=wish.thread)
            case "connect":
                return Connect((self.members[wish.who], self.members[wish.also]), "Two", card, remember=wish.name)
            case "update":
                return Update(wish.name, card)
            case "remove":
                return Remove(wish.name, waiting=wish.flag)
            case kind:
                when = OwnTime() if kind == "own time" else None
                return Direct(self.members[wish.who], card, remember=wish.name, keep=wish.flag, when=when, notice=Notice.REQUEST)

    def _claim(self, worker: int, most: int, *, soon: bool = False) -> None:
        deliveries = self._process(worker).store.deliveries
        now = self.clock.now()

        async def claim() -> list[Held]:
            shares = [Share(each.workspace, most, soon) for each in await deliveries.waiting(now)]
            return [Held(parcel) for parcel in await deliveries.claim(now, LEASE, shares)]

        claimed = self.do(claim())
        for held in claimed:
            assert self.rows[held.parcel.id].due_at <= now
        self.held[worker] += claimed
        self.may_end = self._never_sent

    def _never_sent(self, row: AnyRow) -> bool:
        """Tell whether a row had nowhere to go: what it changes or answers is not there."""
        parent = self.copies.get(row.message_key if row.action not in CREATING else row.thread_key)
        return row.state in {State.CANCELLED, State.DEAD} and parent is not None and parent.sent_at is None

    def _pick(self, worker: int, which: int) -> Held | None:
        """Return something that this worker holds, or another where it holds nothing."""
        mine = self.held[worker] or next(filter(None, self.held), [])
        return mine[which % len(mine)] if mine else None

    def _hand_over(self, held: Held) -> None:
        if not held.lapsed and held.taken is None:
            held.taken = self.seen.take(held.parcel)

    def _outcome(self, held: Held, fate: str, spacing: float = 1.0) -> Outcome:  # noqa: PLR0911 - a table
        """Return what a worker says of a message: true, where it knows."""
        if fate in {"arrives", "lost answer", "given up"}:
            self._hand_over(held)
        parcel, at = held.parcel, self.clock.now() + 10 * SECOND
        if held.taken is not None:
            if fate in {"lost answer", "for now", "patience", "back"}:
                self.counted["uncertain"] += 1
                return Retry(parcel, at, "timeout", uncertain=True, counted=fate != "patience")
            if fate == "given up":
                return Dead(parcel, "timeout", uncertain=True)
            return Sent(parcel, held.taken, spacing)
        match fate:
            case "for now":
                return Retry(parcel, at, "unavailable")
            case "patience":
                return Retry(parcel, at, "rate_limited", pause=f"{parcel.platform}:{parcel.workspace}", until=at, counted=False)
            case "dead":
                return Dead(parcel, "dm_closed" if parcel.action == Action.DIRECT else "too_long")
            case "gone":
                return Dead(parcel, "gone", gone=True)
            case "stop":
                return Stop(parcel, "token_revoked")
            case _:
                return Return(parcel)

    def _settle(self, worker: int, outcomes: Sequence[Outcome]) -> None:
        self.said += outcomes
        settled = {outcome.parcel.id: outcome for outcome in outcomes}
        self.giving_up = any(isinstance(outcome, Dead) and outcome.gone for outcome in outcomes)
        self.do(self._process(worker).store.deliveries.settle(outcomes, self.clock.now()))
        gone = {each.parcel.accounts for each in outcomes if isinstance(each, Dead) and each.gone and each.parcel.accounts}

        def may_end(row: AnyRow) -> bool:
            outcome = settled.get(row.id)
            if row.state == State.CANCELLED and tuple(row.accounts.split()) in gone:
                return True
            if isinstance(outcome, Sent):
                return row.state == State.SENT
            if isinstance(outcome, Dead):
                return row.state in {State.DEAD, State.MISSED, State.CANCELLED}
            return False

        self.may_end = may_end
        self.anew |= {outcome.parcel.id for outcome in outcomes if not isinstance(outcome, Sent)}
        self._look_and_forget()

    def _decide(self, letters: Sequence[int], *, again: bool) -> None:
        self.giving_up = not again
        self.anew.update(letters)
        self.do(self._use(Letters, "decide", letters, self.clock.now(), again=again))
        self._look_and_forget()

    def _end_stoppage(self, stoppage: int, what: str) -> None:
        self.giving_up = what == "drop"
        self.may_end = lambda row: what == "drop" and row.state == State.CANCELLED
        self.do(self._use(Stopped, what, stoppage, self.clock.now()))
        self.counted["stoppages"] += 1
        self._look_and_forget()

    def _look_and_forget(self) -> None:
        self.look()
        self.giving_up = False

    def _all_workers_end(self) -> None:
        self.held = [[] for _worker in range(WORKERS)]
        self.said = []

    def _process(self, worker: int) -> Process:
        return self.processes[worker % len(self.processes)]

    async def _meets(self, who: int) -> int:
        account, workspace, kind = PEOPLE[who]
        name = "ask" if kind is Kind.COMMAND else "member_joined"
        async with self.store.unit() as unit:
            identity = await unit.people.identify(Invocation(kind, name, f"meet{who}", workspace, account), self.clock.now())
        assert identity.member is not None
        return identity.member.id

    async def _use(self, repository: Any, what: str, *values: object, **named: object) -> Any:  # noqa: ANN401 - any of them
        async with self.store.unit() as unit:
            return await getattr(unit.use(repository, self.community), what)(*values, **named)

    async def _left(self) -> set[int]:
        async with self.store.unit(write=False) as unit:
            found = await unit.connection.execute(select(AccountRow.member_id).where(AccountRow.left_at.is_not(None)))
            return set(found.scalars())

    async def _recorded(self) -> tuple[Mapping[int, AnyRow], Mapping[str, AnyRow], set[str], Sequence[int]]:
        """Return the rows, the copies, the lanes that are stopped and the letters that the animator is shown."""
        async with self.store.unit(write=False) as unit:
            rows = (await unit.connection.execute(select(*OutboxRow.__table__.c).order_by(OutboxRow.id))).all()
            copies = (await unit.connection.execute(select(*MessageRow.__table__.c))).all()
            lanes = await unit.connection.execute(select(StoppageRow.lane).where(StoppageRow.ended_at.is_(None)))
            stopped = set(lanes.scalars())
            numbers = await unit.use(Letters, self.community).numbers()
        return {row.id: row for row in rows}, {copy.key: copy for copy in copies}, stopped, numbers


def never(_row: AnyRow) -> bool:
    """Tell that nothing ends by itself."""
    return False


def explore_outbox(folder: Path, *, steps: int = 10_000, seed: int | None = None) -> OutboxExplored:
    """Let the machine take so many steps, always the same ones for a seed."""
    seen = walk(folder, OutboxMachine, steps=steps, seed=seed)
    return OutboxExplored(
        seen["examples"],
        seen["steps"],
        seen["crashes"],
        seen["messages"],
        seen["sent"],
        seen["uncertain"],
        seen["letters"],
        seen["stoppages"],
    )


def measure() -> list[Result]:
    """Return how far ten thousand steps went: an invariant that does not hold ends them."""
    with tempfile.TemporaryDirectory() as folder:
        seen = explore_outbox(Path(folder))
    about = f"outbox: {seen.messages:,} messages, {seen.crashes:,} crashes; steps in which all held"
    return [Result(name=about, value=seen.steps, unit="", goal="≥ 10,000", holds=seen.steps >= 10_000)]
