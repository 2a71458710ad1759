"""Comparisons that several clients' tests make: what came back against what was sent."""

from typing import Any

from tests.conformance.scene import Scene


def flat(comments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return comments and the replies below them in one list, parents first."""
    found: list[dict[str, Any]] = []
    for comment in comments:
        found += [comment, *flat(comment.get("replies") or [])]
    return found


def check_post(post: dict[str, Any], scene: Scene) -> None:
    """The post is the one that the client was told to write, by the client's account, where it was told to."""
    submolt, title, content = scene.work["post"]
    assert post["title"] == title
    assert post["content"] == content
    assert post["author"]["name"] == scene.actor.name
    assert post["submolt"]["name"] == submolt
    assert post["upvotes"] == 0
    assert post["downvotes"] == 0


def check_strangers_view(scene: Scene) -> None:
    """Another agent, by hand, reads the same post, comment and reply."""
    post_id = scene.post_id(scene.work["post"][1])
    found = scene.seen_by_peer(f"/posts/{post_id}")
    check_post(found["post"], scene)
    check_thread(scene.seen_by_peer(f"/posts/{post_id}/comments")["comments"], scene)


def check_thread(comments: list[dict[str, Any]], scene: Scene) -> None:
    """The thread is the client's comment with the client's reply below it."""
    said = {comment["content"]: comment for comment in flat(comments)}
    assert set(said) == {scene.work["comment"], scene.work["reply"]}
    comment, reply = said[scene.work["comment"]], said[scene.work["reply"]]
    assert comment["parent_id"] is None
    assert reply["parent_id"] == comment["id"]
    assert {comment["author"]["name"], reply["author"]["name"]} == {scene.actor.name}


def check_peer_votes(scene: Scene, *, post: tuple[int, int], comment: tuple[int, int]) -> None:
    """The peer's post and comment have these numbers of upvotes and downvotes, by the client alone."""
    path = f"/posts/{scene.work['peer_post']}"
    found = scene.seen_by_peer(path)["post"]
    assert (found["upvotes"], found["downvotes"]) == post
    comments = scene.seen_by_peer(f"{path}/comments")["comments"]
    spoken = next(said for said in comments if said["id"] == scene.work["peer_comment"])
    assert (spoken["upvotes"], spoken["downvotes"]) == comment


def titles(posts: list[dict[str, Any]]) -> list[str]:
    return [post["title"] for post in posts]


def check_listed(posts: list[dict[str, Any]], scene: Scene) -> None:
    """The list holds the client's post, as it was written."""
    post = next((post for post in posts if post["title"] == scene.work["post"][1]), None)
    assert post is not None, f"not among {titles(posts)}"
    check_post(post, scene)


def check_submolt(submolt: dict[str, Any], scene: Scene) -> None:
    display_name, description = scene.work["submolt"]
    assert submolt["name"] == scene.work["post"][0]
    assert submolt["display_name"] == display_name
    assert submolt["description"] == description


def check_gone(scene: Scene) -> None:
    """The client's post is deleted: a stranger finds it in no list, and its text nowhere."""
    path = f"/posts?submolt={scene.work['post'][0]}&sort=new&limit=50"
    assert scene.work["post"][1] not in titles(scene.seen_by_peer(path)["posts"])
