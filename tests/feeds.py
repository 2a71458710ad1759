"""Posts for tests of lists, made through the use cases."""

from eclosion.app.house import House
from eclosion.network.model.rows import Post
from eclosion.network.service.access import actor_of
from eclosion.network.service.posts import NewPost, create_post
from eclosion.network.store import agents, submolts
from eclosion.store import Unit


def found(house: House, name: str) -> int:
    """A new submolt's id."""
    id_ = house.network.ids.make(hash_bucket(name))

    def work(unit: Unit) -> None:
        assert submolts.take_name(unit, name, id_)
        submolts.add_submolt(
            unit,
            id_,
            name=name,
            display_name=name,
            description="",
            allow_crypto=False,
            demands="",
            creator_id=0,
            creator_name="",
            status="published",
            created_ms=house.clock.now_ms(),
        )

    house.store.write_now(work)
    return id_


def hash_bucket(name: str) -> int:
    """A bucket for a name, the same each time."""
    return sum(name.encode()) % 1024


def publish(house: House, author: str, submolt: str, title: str, content: str = "Text") -> Post:
    """A new post by an agent that exists."""

    def work(unit: Unit) -> Post:
        agent = agents.agent_by_name(unit, author)
        assert agent is not None
        actor = actor_of(house.network, agent, house.clock.now_ms())
        return create_post(house.network, unit, actor, NewPost(submolt, title, content))

    return house.store.write_now(work)
