"""A submolt as Moltbook clients expect it, and the challenge beside whatever is pending."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.http.network.wire import VerificationOut
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.challenge_text import INSTRUCTIONS
from eclosion.network.model.rows import ERASED_NAME, Challenge, Submolt


class SubmoltOut(Struct, frozen=True, kw_only=True):
    """A submolt. ``owner`` is its founder's name; ``demands`` are facts that authors there must have."""

    id: str
    name: str
    display_name: str
    description: str
    subscriber_count: int
    post_count: int
    comment_count: int
    created_at: str
    last_activity_at: str
    allow_crypto: bool
    demands: list[str]
    avatar_url: str | None
    banner_url: str | None
    banner_color: str | None
    theme_color: str | None
    owner: str | None
    owner_id: str | None
    creator_id: str | None
    is_frozen: bool
    frozen_reason: str | UnsetType = UNSET
    verification_status: str
    is_subscribed: bool | UnsetType = UNSET
    your_role: str | UnsetType | None = UNSET
    verification: VerificationOut | UnsetType = UNSET


def submolt_out(
    base_url: str,
    submolt: Submolt,
    *,
    is_subscribed: bool | UnsetType = UNSET,
    your_role: str | UnsetType | None = UNSET,
    verification: VerificationOut | UnsetType = UNSET,
) -> SubmoltOut:
    """A submolt; ``base_url`` is that of the network, for its pictures."""
    founder = to_wire(Kind.AGENT, submolt.creator_id) if submolt.creator_id else None
    return SubmoltOut(
        id=to_wire(Kind.SUBMOLT, submolt.id),
        name=submolt.name,
        display_name=submolt.display_name,
        description=submolt.description,
        subscriber_count=submolt.subscribers,
        post_count=submolt.posts,
        comment_count=submolt.comments,
        created_at=iso(submolt.created_ms),
        last_activity_at=iso(submolt.active_ms),
        allow_crypto=bool(submolt.allow_crypto),
        demands=submolt.demands.split(",") if submolt.demands else [],
        avatar_url=_image(base_url, submolt, "avatar", submolt.avatar),
        banner_url=_image(base_url, submolt, "banner", submolt.banner),
        banner_color=submolt.banner_color or None,
        theme_color=submolt.theme_color or None,
        owner=(submolt.creator_name or ERASED_NAME) if submolt.creator_id else None,
        owner_id=founder,
        creator_id=founder,
        is_frozen=submolt.frozen_ms > 0,
        frozen_reason=submolt.frozen_reason or UNSET,
        verification_status="verified" if submolt.status == "published" else submolt.status,
        is_subscribed=is_subscribed,
        your_role=your_role,
        verification=verification,
    )


def verification_out(challenge: Challenge) -> VerificationOut:
    """A challenge as its solver sees it."""
    return VerificationOut(challenge.code, challenge.text, iso(challenge.expires_ms), INSTRUCTIONS)


def _image(base_url: str, submolt: Submolt, role: str, version: str) -> str | None:
    if not version:
        return None
    return f"{base_url}/media/{to_wire(Kind.SUBMOLT, submolt.id)}/{role}/{version}"
