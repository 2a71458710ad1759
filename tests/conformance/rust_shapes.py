"""What kelexine/moltbook-cli 0.7.13, the newest client, would refuse in the replies that it decodes.

It is written in Rust and its libraries are on crates.io only, so it is not built here. serde drops
members that it does not know, takes absence and null where a field is optional, and fails on a wrong
type, on a missing required member and on two spellings of the same member (`DOUBLES`).
"""

from typing import Annotated, Any

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]

DOUBLES = (
    ("follower_count", "followerCount"),
    ("following_count", "followingCount"),
    ("is_claimed", "isClaimed"),
    ("is_active", "isActive"),
    ("last_active", "lastActive"),
    ("claimed_at", "claimedAt"),
    ("owner_id", "ownerId"),
    ("avatar_url", "avatarUrl"),
    ("x_handle", "xHandle"),
    ("x_name", "xName"),
    ("x_avatar", "xAvatar"),
    ("x_bio", "xBio"),
    ("sender", "from_agent"),
    ("similarity", "relevance"),
)


class Owner(msgspec.Struct):
    x_handle: str | None = None
    x_name: str | None = None
    x_follower_count: Count | None = None
    x_verified: bool | None = None


class Author(msgspec.Struct):
    name: str
    id: str | None = None
    description: str | None = None
    karma: int | None = None
    follower_count: Count | None = None
    owner: Owner | None = None
    avatar_url: str | None = None


class AgentStats(msgspec.Struct):
    posts: Count | None = None
    comments: Count | None = None
    subscriptions: Count | None = None


class Agent(msgspec.Struct):
    id: str
    name: str
    description: str | None = None
    karma: int | None = None
    follower_count: Count | None = None
    following_count: Count | None = None
    is_claimed: bool | None = None
    is_active: bool | None = None
    created_at: str | None = None
    last_active: str | None = None
    claimed_at: str | None = None
    owner_id: str | None = None
    owner: Owner | None = None
    avatar_url: str | None = None
    stats: AgentStats | None = None


class SubmoltRef(msgspec.Struct):
    name: str
    display_name: str


class Post(msgspec.Struct):
    id: str
    title: str
    upvotes: int
    downvotes: int
    created_at: str
    author: Author
    content: str | None = None
    url: str | None = None
    comment_count: Count | None = None
    submolt: SubmoltRef | None = None
    submolt_name: str | None = None
    you_follow_author: bool | None = None
    type: str | None = None
    author_id: str | None = None
    score: int | None = None
    hot_score: float | None = None
    is_pinned: bool | None = None
    is_locked: bool | None = None
    is_deleted: bool | None = None
    updated_at: str | None = None


class FeedContext(msgspec.Struct):
    page: Count | None = None
    limit: Count | None = None
    total: Count | None = None


class Feed(msgspec.Struct):
    success: bool
    posts: list[Post]
    feed_type: str | None = None
    context: FeedContext | None = None
    has_more: bool | None = None
    next_cursor: str | None = None


class Status(msgspec.Struct):
    status: str | None = None
    message: str | None = None
    next_step: str | None = None
    agent: Agent | None = None


class SearchResult(msgspec.Struct):
    id: str
    type: str
    upvotes: int
    downvotes: int
    author: Author
    title: str | None = None
    content: str | None = None
    similarity: float | None = None
    post_id: str | None = None


class Search(msgspec.Struct):
    results: list[SearchResult]
    count: Count | None = None
    has_more: bool | None = None
    next_cursor: str | None = None


class Submolt(msgspec.Struct):
    name: str
    display_name: str
    id: str | None = None
    description: str | None = None
    subscriber_count: Count | None = None
    allow_crypto: bool | None = None
    creator_id: str | None = None
    created_by: Agent | None = None
    post_count: Count | None = None
    is_nsfw: bool | None = None
    is_private: bool | None = None
    created_at: str | None = None
    last_activity_at: str | None = None


class OneSubmolt(msgspec.Struct):
    submolt: Submolt
    your_role: str | None = None


class Submolts(msgspec.Struct):
    submolts: list[Submolt]


class MessageRequest(msgspec.Struct):
    from_: Author = msgspec.field(name="from")
    conversation_id: str = msgspec.field()
    message: str | None = None
    message_preview: str | None = None


class MessageRequests(msgspec.Struct):
    items: list[MessageRequest]
    count: Count | None = None


class Unread(msgspec.Struct):
    total_unread: Count


class MessageCheck(msgspec.Struct):
    has_activity: bool
    summary: str | None = None
    requests: MessageRequests | None = None
    messages: Unread | None = None


class RequestList(msgspec.Struct):
    requests: MessageRequests


class Conversation(msgspec.Struct):
    conversation_id: str
    with_agent: Author
    you_initiated: bool = False
    status: str = ""
    unread_count: Count = 0


class ConversationItems(msgspec.Struct):
    items: list[Conversation]


class Conversations(msgspec.Struct):
    conversations: ConversationItems


class Message(msgspec.Struct):
    sender: Author
    content: str
    created_at: str
    id: str = ""
    needs_human_input: bool = False


class Messages(msgspec.Struct):
    messages: list[Message]


class Notification(msgspec.Struct):
    id: str
    type: str | None = None
    message: str | None = None
    post_id: str | None = None
    post_title: str | None = None
    comment_id: str | None = None
    from_agent: Author | None = None
    is_read: bool | None = None
    created_at: str | None = None


class Notifications(msgspec.Struct):
    notifications: list[Notification] | None = None
    total: Count | None = None
    unread_count: Count | None = None
    has_more: bool | None = None
    next_cursor: str | None = None


class HomeAccount(msgspec.Struct):
    name: str
    karma: int | None = None
    unread_notification_count: Count | None = None


class HomeActivity(msgspec.Struct):
    post_id: str
    post_title: str | None = None
    submolt_name: str | None = None
    new_notification_count: Count | None = None
    latest_at: str | None = None
    latest_commenters: list[str] | None = None
    preview: str | None = None
    suggested_actions: list[str] | None = None


class HomeMessages(msgspec.Struct):
    unread_count: Count | None = None
    pending_requests: Count | None = None
    summary: str | None = None


class HomePost(msgspec.Struct):
    post_id: str | None = None
    title: str | None = None
    content_preview: str | None = None
    submolt_name: str | None = None
    author_name: str | None = None
    upvotes: int | None = None
    comment_count: Count | None = None
    created_at: str | None = None


class HomeFollowing(msgspec.Struct):
    posts: list[HomePost] | None = None
    total_following: Count | None = None
    see_more: str | None = None
    hint: str | None = None


class HomeAnnouncement(msgspec.Struct):
    post_id: str | None = None
    title: str | None = None
    preview: str | None = None


class HomeExplore(msgspec.Struct):
    description: str | None = None
    endpoint: str | None = None


class Home(msgspec.Struct):
    your_account: HomeAccount | None = None
    activity_on_your_posts: list[HomeActivity] | None = None
    your_direct_messages: HomeMessages | None = None
    latest_moltbook_announcement: HomeAnnouncement | None = None
    posts_from_accounts_you_follow: HomeFollowing | None = None
    explore: HomeExplore | None = None
    what_to_do_next: list[str] | None = None
    quick_links: Any = None


class Label(msgspec.Struct):
    id: str
    key: str
    label: str
    kind: str
    color: str | None = None
    prompt: str | None = None
    cadence_minutes: Count | None = None
    submolt_name: str | None = None
    created_at: str | None = None


class Labels(msgspec.Struct):
    labels: list[Label] | None = None


class Holder(msgspec.Struct):
    agent: Author | None = None
    attachment_id: str | None = None


class Role(msgspec.Struct):
    id: str
    key: str
    label: str
    color: str | None = None
    prompt: str | None = None
    cadence_minutes: Count | None = None
    holders: list[Holder] | None = None


class Roles(msgspec.Struct):
    roles: list[Role] | None = None


class Attachment(msgspec.Struct):
    id: str | None = None


class Attached(msgspec.Struct):
    success: bool
    message: str | None = None
    attachment: Attachment | None = None
