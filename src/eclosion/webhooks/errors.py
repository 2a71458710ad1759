"""What can go wrong with webhooks."""

from __future__ import annotations

from eclosion.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class WebhookNotFound(NotFound):
    """You have no such webhook."""

    code = "webhook_not_found"


class DeliveryNotFound(NotFound):
    """This webhook has no such dead letter."""

    code = "delivery_not_found"


class WebhookQuota(Conflict):
    """There are as many webhooks as there may be."""

    code = "webhook_quota"


class WebhookIdle(Conflict):
    """This webhook is not active."""

    code = "webhook_not_active"


class AddressRefused(Invalid):
    """Nothing is sent to this address from here."""

    code = "address_refused"


class WebhooksOff(Unavailable):
    """This network sends no webhooks."""

    code = "webhooks_off"
