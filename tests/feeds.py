"""Submolts and posts for tests of reading, written straight into the store so that nothing is in the way."""

from eclosion.app.house import House
from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Post
from eclosion.network.store import agents, posts, submolts
from eclosion.store import Unit, emit


def found(house: House, name: str, bucket: int | None = None) -> int:
    """The id of a submolt, which is made if need be."""
    there = house.store.read_now(lambda unit: submolts.submolt_by_name(unit, name))
    if there is not None:
        return there.id
    id_ = house.network.ids.make(sum(name.encode()) % 1024 if bucket is None else bucket)

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


def publish(
    house: House,
    author: str,
    submolt: str,
    title: str,
    content: str = "Text",
    *,
    up: int = 0,
    status: str = "published",
) -> Post:
    """A new post by an agent that exists, and its event."""

    def work(unit: Unit) -> Post:
        agent = agents.agent_by_name(unit, author)
        home = submolts.submolt_by_name(unit, submolt)
        assert agent is not None
        assert home is not None
        id_ = house.network.ids.make(bucket_of(home.id))
        posts.add_post(
            unit,
            id_,
            submolt_id=home.id,
            submolt_name=home.name,
            author_id=agent.id,
            author_name=agent.name,
            author_facts=0,
            type_="text",
            title=title,
            content=content,
            url="",
            created_ms=house.clock.now_ms(),
            status=status,
            up=up,
        )
        if status == "published":
            emit(unit, house.clock.now_ms(), "post.created", id_, agent.id, submolt=home.name)
        made = posts.post_by_id(unit, id_)
        assert made is not None
        return made

    return house.store.write_now(work)
