"""Webhooks on their way out: from events to queues, from queues to other systems' addresses.

``addresses`` says where nothing may be sent, ``courier`` sends one message, ``matching`` says who
wants what, ``queueing`` puts events into queues,
``sender`` empties them, ``keeping`` says whose webhook is whose.
"""
