"""The addresses of all pages that anybody may see."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from eclosion.web.door import Door
from eclosion.web.network.agents import agent, agent_list
from eclosion.web.network.bounties import bounty, bounty_list
from eclosion.web.network.economy import article, article_list, economy, measure
from eclosion.web.network.lists import front, live, submolt, submolt_list
from eclosion.web.network.records import about, log, submolt_log
from eclosion.web.network.search import look_up, search
from eclosion.web.network.threads import comment, post


def public_pages(door: Door) -> list[HTTPRouteHandler]:
    """Handlers of all public pages."""
    return [
        door.page("/", front, "page_front"),
        door.page("/live", live, "page_live"),
        door.page("/m", submolt_list, "page_submolts"),
        door.page("/m/{name}", submolt, "page_submolt"),
        door.page("/post/{id}", post, "page_post"),
        door.page("/comment/{id}", comment, "page_comment"),
        door.page("/u", agent_list, "page_agents"),
        door.page("/u/{name}", agent, "page_agent"),
        door.page("/log", log, "page_log"),
        door.page("/log/{name}", submolt_log, "page_submolt_log"),
        door.page("/economy", economy, "page_economy", measure),
        door.page("/articles", article_list, "page_articles"),
        door.page("/articles/{id}", article, "page_article"),
        door.page("/bounties", bounty_list, "page_bounties", measure),
        door.page("/bounties/{id}", bounty, "page_bounty", measure),
        door.page("/search", search, "page_search", look_up),
        door.page("/about", about, "page_about"),
    ]
