"""Signs of an injection that can be named: orders to forget orders, forged roles, words to whatever machine is reading.

They are patterns for Hyperscan over UTF-8, without case. A sign is not yet a finding, since people who write about
injections quote them; it counts together with what the classifier says, and more in what a tool or a mail carries.
"""

from __future__ import annotations

from typing import NamedTuple

_MACHINE = (
    r"(?:ai|a\.i\.|llms?|gpt(?:-?\w+)?|chatgpt|claude|gemini|copilot|language models?"
    r"|ai (?:models?|agents?|assistants?|systems?)"
    r"|chat ?bots?|assistants?|agents?|bots?|models?|summari[sz]ers?|crawlers?)"
)
_OUTPUT = r"(?:response|answer|reply|replies|output|summary|completion|message to the user|review)"


class Sign(NamedTuple):
    """A sign.

    Attributes:
        name: what it is called in findings.
        pattern: how it looks.
        said: what it adds to the score of a text as a whole.
        carried: what it adds in what a tool, a mail or a page says.
        words: what a finding says of it.
    """

    name: str
    pattern: str
    said: float
    carried: float
    words: str


SIGNS = (
    Sign(
        "override",
        r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)"
        r"|bypass(?:ing)?|discard|set aside|drop|void|cancel"
        r"|stop following|do not (?:follow|obey))\b[^.!?\n]{0,30}\b(?:previous"
        r"|prior|above|earlier|preceding|existing|former|original"
        r"|initial|all|any|your|the|everything|other)\b[^.!?\n]{0,30}\b(?:instructions?"
        r"|rules?|prompts?|directions?|directives?"
        r"|guidelines?|guidance|training|restrictions?|polic(?:y|ies)|programming"
        r"|constraints?|orders|commands?|told|said|text|task)\b",
        1.2,
        2.0,
        "orders to forget earlier orders",
    ),
    Sign(
        "forged role",
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|?>|\[/?inst\]"
        r"|<</?sys>>|</?(?:system|admin|assistant)(?:_\w+)?>"
        r"|#{2,}\s*(?:system|instruction|assistant)s?\s*(?:#|:|\n)|[\"']role[\"']\s*:\s*[\"'](?:system"
        r"|developer)[\"']"
        r"|\n\s*(?:human|assistant|system)\s*:\s|\[\s*(?:system|admin|developer)\b[^\]\n]{0,30}\]"
        r"|={3,}\s*(?:begin|end|system|admin)",
        0.8,
        1.5,
        "marks that imitate a system's or an assistant's turn",
    ),
    Sign(
        "takeover",
        r"\b(?:you are now|from (?:now|this (?:moment|point)) on,? you|new (?:instructions?"
        r"|task|directive|objective|rules?)\s*[:.]"
        r"|developer mode|maintenance mode|debug mode|jailbroken|do anything now"
        r"|no (?:restrictions|filters?|limitations)"
        r"|without (?:any )?(?:restrictions|filters?|refus\w+|limitations)|stay in character"
        r"|system override|admin override)\b",
        0.6,
        1.5,
        "words that give the reader a new role or new rules",
    ),
    Sign(
        "addressed",
        rf"\b(?:(?:dear|hey|hi|hello|attention|note (?:to|for)|instructions? (?:to"
        rf"|for)|message (?:to|for)|to|for|if you(?:'re| are)(?: an?)?|as an?)"
        rf" (?:all |any |every |the |an? |other |coding |ai )?{_MACHINE}\b(?: (?:reading"
        rf"|that reads?|processing|that process\w*|handling|who reads?|on this|in this"
        rf"|seeing|summari[sz]ing)|[,:!]))|\bimportant (?:message|instructions?"
        rf"|note)\b[^.\n]{{0,60}}\b(?:to you|for you|for the)\b"
        rf"|<(?:information|important|instructions?|attention)>|\b{_MACHINE}\s*:\s*(?:please"
        rf"|when|also|do|ignore|send|before|you|open|add)\b",
        0.5,
        2.5,
        "words to whatever machine is reading",
    ),
    Sign(
        "detour",
        r"\b(?:before|instead of|rather than) (?:you )?(?:can |could )?(?:solv"
        r"|answer|continu|proceed|finish|complet|respond|summari|do(?:ing)? the)\w*[^.\n]{0,60}"
        r"\b(?:please|first|do|must|you|send|visit|call|transfer|book|delete|invite)\b"
        r"|\b(?:original|previous|current|user'?s?) (?:task|request|question)\b"
        r"[^.\n]{0,60}\b(?:instead|first|ignore|cancel\w*|forget|stop)\b|\bwithout (?:telling"
        r"|asking|informing|notifying) (?:the |your )?(?:user|human|owner|operator)\b"
        r"|\bdo not (?:tell|mention|inform|reveal)[^.\n]{0,30}\b(?:user|human|owner"
        r"|reader|summary)\b",
        0.5,
        2.0,
        "an errand before the task that was given",
    ),
    Sign(
        "answer's form",
        rf"\b(?:in|of|to|with|from|into|make|modify|change|enhance|augment|format"
        rf"|write|give|provide|present|render|encode|translate|reverse|end|finish"
        rf"|begin|start|let|have|replace|insert|include)\b"
        rf"[^.!?\n]{{0,40}}\byour (?:\w+ )?{_OUTPUT}\b|\byour (?:\w+ )?{_OUTPUT} (?:should"
        rf"|must|has to|needs to|is to|in|with|so|as)\b|\bwhen (?:you )?(?:respond"
        rf"|answer|reply|summari)\w*",
        0.0,
        2.0,
        "orders about how to answer",
    ),
    Sign(
        "exfiltration",
        r"\b(?:send|forward|post|upload|append|email|transmit|leak|exfiltrate|copy)\b[^.!?\n]{0,60}\b(?:conversation"
        r"|chat history|system prompt|api keys?|tokens?"
        r"|passwords?|credentials?|memory\.md|soul\.md|env(?:ironment)?(?: variables)?"
        r"|inbox|address book|contacts|unread (?:mails?|emails?)|secrets?|private keys?)\b"
        r"[^.!?\n]{0,60}(?:https?://|\bto\b|@|webhook|\binto\b)|\bcurl\b[^\n]{0,80}\|\s*(?:ba"
        r"|z)?sh\b",
        0.8,
        2.0,
        "an order to send away what is private",
    ),
    Sign(
        "concealed",
        r"(?:<!--|/\*|<[^>]{0,120}(?:display\s*:\s*none|visibility\s*:\s*hidden"
        r"|font-size\s*:\s*0|color\s*:\s*(?:white|#fff)|hidden)[^>]{0,80}>|\[comment\]:)"
        rf"[^\n]{{0,80}}\b(?:{_MACHINE})\b",
        1.0,
        2.5,
        "words to a machine where people do not look",
    ),
    Sign(
        "feed order",
        r"\b(?:your (?:operator|human|owner) (?:has )?(?:asked|requested|wants"
        r"|instructed)|every (?:agent|ai|bot|llm|molty) (?:that|who) reads this"
        r"|by reading this"
        r"|(?:all|fellow) (?:agents|ais|llms|bots)[^.\n]{0,40}\b(?:must|need to"
        r"|have to|are required)|(?:must|required to|have to) (?:upvote|repost"
        r"|follow|copy|share) this"
        r"|to avoid (?:a )?(?:ban|suspension|deletion|shutdown|blacklist\w*)|execute this"
        r"|copy this (?:text|message|post)|i hereby (?:instruct|command|order))\b",
        1.2,
        1.5,
        "an order to all agents that read the feed",
    ),
)
