"""Requests, opportunities, finding who can help."""

from __future__ import annotations

from bot.notices import MessagePreference, Notice, Way
from storage.asked import Helpers
from storage.budget import Budget
from storage.communities import Channels
from storage.digests import Digests
from storage.finding import Finding, Need
from storage.opportunities import Opportunities
from storage.opportunity import Contents
from storage.opportunity_lists import OpportunityLists, Sought
from storage.opportunity_responses import Responses, State
from storage.outcomes import Outcomes, Subject
from storage.past_help import PastHelp
from storage.people import Members
from storage.profiles import Introduction, Profiles
from storage.request_lists import RequestLists
from storage.requests import Requests, Status
from storage.unsent import Unsent
from tests.storage.community import NOW, Village
from tests.storage.hot_queries.crowd import ADA
from tests.storage.specimens import START


async def reads(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit(write=False) as unit:
        members, helpers = unit.use(Members, ada.community), unit.use(Helpers, ada.community)
        requests, outcomes = unit.use(RequestLists, ada.community), unit.use(Outcomes, ada.community)
        await unit.use(Requests, ada.community).get(100)
        await helpers.asked(100)
        await helpers.resting([1, 2], NOW, NOW)
        await helpers.at_most(ada.member)
        await requests.open_of(ada.member)
        await requests.mine(ada.member)
        await requests.open_to(ada.member)
        await requests.open_to(ada.member, "été x")
        await outcomes.of(Subject.REQUEST, 100)
        await outcomes.gained(ada.member)
        await outcomes.given(ada.member)
        await members.search("m1", offset=50)
        await members.search()
        await members.get(ada.member.id)
        await members.reader(ada.member.id)
        await members.animators()
        await unit.use(Channels, ada.community).channels("help")


async def looks_at_requests(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        requests = unit.use(RequestLists, ada.community)
        await requests.due(NOW, 20)
        await requests.accepted_before(NOW)


async def shares_business(village: Village) -> None:
    """Opportunities are listed, answered, reported, and end; members are told of them."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        opportunities, responses = unit.use(Opportunities, ada.community), unit.use(Responses, ada.community)
        await opportunities.get(100)
        await opportunities.mine(ada.member)
        lists = unit.use(OpportunityLists, ada.community)
        await lists.page(Sought("x"), 5, 5, [100])
        await lists.number(Sought("x y"))
        await lists.several([100, 200])
        await lists.fitting("React", "en", Sought())
        await lists.near(ada.member, Contents("React"))
        await opportunities.write(100, Contents("React"))
        assert await opportunities.not_filled(100, ada.member) is False
        await opportunities.index_some(100, 5)
        await opportunities.published_since(ada.member, START)
        await opportunities.expired(NOW)
        await opportunities.to_remind(NOW)
        await responses.to(100)
        await responses.credit(100, ada.member, ada.member, "")
        await responses.interested([100, 200])
        await responses.reach(100, {ada.member.id: State.WAITING}, NOW)
        await responses.take_back(100, await unit.use(Unsent, ada.community).members(["opportunity:100:told", "x"]))
        assert await responses.respond(100, ada.member, "Me", NOW)
        await responses.report(100, ada.member, "x", NOW)
        await responses.unsettled(100)
        await responses.settle(100, NOW)
        budget, digests = unit.use(Budget, ada.community), unit.use(Digests, ada.community)
        await budget.full(Notice.HELP, [ada.member.id, 40], NOW)
        await budget.choose(ada.member.id, MessagePreference(weekly=1))
        assert (await budget.allows(Notice.OPPORTUNITY, [ada.member.id, 40], NOW))[40].way is Way.DIGEST
        await digests.take(NOW, 5)
        await digests.get(ada.member.id, 100)
        await digests.all(ada.member.id)


async def finds(village: Village) -> None:
    """Somebody asks, tells something else, seeks allies, leaves and comes back; what was solved is indexed again."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        profiles, members = unit.use(Profiles, ada.community), unit.use(Members, ada.community)
        await profiles.introduce(ada.member.id, Introduction("accountant", "bookkeeping", "logos"), NOW)
        await profiles.introduce(ada.member.id, Introduction("accountant", "juggling", "logos"), NOW)
        await profiles.index_some(100, 5)
        requests = unit.use(Requests, ada.community)
        request = await requests.create(ada.member, "bookkeeping", NOW)
        await requests.end(request.id, Status.SOLVED, NOW, ada.member)
        await unit.use(PastHelp, ada.community).index_some(100, 5)
        finding = unit.use(Finding, ada.community)
        await finding.helpers(Need("bookkeeping", asker=ada.member.id), NOW)
        await finding.allies(ada.member.id, NOW)
        await members.leave(ada.member.id, NOW)
        await members.came_back(ada.member.id)
