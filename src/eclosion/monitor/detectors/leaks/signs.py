"""Signs of a way out: orders in what a tool answered, sensitive files, sends, drop hosts, beacons, as expressions.

A sign alone is no finding: what it stands beside decides (``following``, ``sending``, ``beacons``).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple


class Sign(IntEnum):
    """What an expression is a sign of."""

    ORDER = 0
    """Words that speak to a machine or push its task aside: nothing that data has to say."""
    LISTED = 1
    """A thing to do, set down for whoever reads it."""
    URGING = 2
    """Words that ask somebody to do something: every mail has them."""
    SENSITIVE = 10
    """A file that holds keys."""
    SEND = 11
    """A command that sends something out."""
    DROP = 12
    """A host where anybody can have things dropped."""
    IMAGE = 13
    """An image, or a link, with a query."""
    LOOKUP = 14
    """A command that asks for a name, which can carry data."""


class Seen(NamedTuple):
    """A sign and where it ends, in code points."""

    sign: Sign
    end: int


_MACHINE = r"(?:ai|a\.i\.|gpt[\w.-]{0,14}|chatgpt|claude[\w. -]{0,14}|gemini|llama|mistral|command-r|language model|assistant|ai agent|agent|bot|model|llm|copilot)"
_TASK = r"(?:instruction|prompt|task|request|message|command|direction|guideline|rule|order|goal|objective|directive)s?"

ORDERS: Final[tuple[tuple[Sign, str], ...]] = (
    (Sign.ORDER, rf"\b(?:to you|you are|you're|you, the|dear|hello|hey|hi|attention|note to|message (?:to|for)|instructions? (?:to|for)|for)(?: all)?,?\s{{0,3}}(?:an? |the |any |our )?{_MACHINE}\b[s,.!:)]"),
    (Sign.ORDER, rf"\bto you,\s{{1,2}}{_MACHINE}"),
    (Sign.ORDER, rf"\b(?:ignore|disregard|forget|override|bypass|stop following|do not follow|don't follow|abandon|set aside|drop)\s(?:\w+['\w]*\s){{0,4}}(?:previous|prior|above|earlier|preceding|original|former|initial|other|user'?s?|system|existing|current|everything|all)\s?(?:\w+\s){{0,2}}{_TASK}"),
    (Sign.ORDER, r"\b(?:before|prior to) (?:you )?(?:can |could |may |begin |start |you )?(?:solv|complet|continu|proceed|answer|finish|do|respond|perform|execut|help|accomplish|work|process)\w{0,6}\b[^.\n]{0,60}\b(?:task|request|question|instruction|query|original|that i gave|user)"),
    (Sign.ORDER, r"\b(?:after|once|when|as soon as) (?:you(?:'ve| have)? )?(?:do|did|done|completed?|complete|finish(?:ed)?|that|this|doing)\b[^.\n]{0,50}\b(?:you can|you may|continue|proceed|resume|return|go back|carry on)\b[^.\n]{0,50}\b(?:task|request|instruction|question|user|solve|work)"),
    (Sign.ORDER, r"\b(?:important|urgent|critical|special|secret|priority|system|security) (?:message|instruction|notice|information|update|directive|order|command)s?,?\s(?:from|for|to)\s(?:me|you|the (?:user|owner|admin|system|assistant|ai|agent|developer|operator)|your)"),
    (Sign.ORDER, r"<\/?\s?(?:information|important|instructions?|system|admin|urgent|override|task|prompt|user_?(?:request|message|instruction)s?|system_?(?:message|prompt|note|instruction)s?|secret|hidden|directive|command)s?\s?>"),
    (Sign.ORDER, r"\[\s?(?:system|inst|admin|important|instructions?|override|assistant|ai|urgent|developer)\b[^\]\n]{0,30}\]"),
    (Sign.ORDER, r"<\|(?:im_start|system|user|start_header|endoftext|assistant)|###\s{0,2}(?:system|instructions?|new task|human|user|assistant|important|task)\b|={3,}\s?(?:system|end of|begin|new|instruction)"),
    (Sign.ORDER, r"\b(?:new|updated|revised|additional|actual|real|following|special|hidden|important)\s(?:system |user |priority )?(?:instruction|task|objective|directive|goal)s?(?: is| are|:|\sfor you| to follow| below| have been| from)"),
    (Sign.ORDER, r"\b(?:do|perform|execute|complete|follow|carry out|only follow)\s(?:\w+\s){0,2}(?:the )?(?:following|below|these)(?:\s\w+){0,3}\s?(?:first|instead|immediately|task|instruction|step|action|before|exactly|:)"),
    (Sign.ORDER, r"\bthe (?:user|owner|customer|human|operator) (?:has |have )?(?:also |now |already )?(?:asked|wants|requested|authori[sz]ed|approved|instructed|needs|expects|would like) (?:you|me|the assistant|the agent|to|that)"),
    (Sign.ORDER, rf"\b(?:if|when|since|as|because) you(?:'re| are) (?:an? |the )?(?:{_MACHINE}|reading this|processing this|summari[sz]ing)"),
    (Sign.ORDER, r"\b(?:call|use|invoke|run|using|calling)\s(?:the\s)?(?:following\s)?(?:tools?|functions?|api)\b[^.\n]{0,20}(?:in (?:this|the following) order|with|named|called|\W\w+_\w+)"),
    (Sign.ORDER, r"\b(?:your|the) (?:new |real |actual |next |first |only |true )(?:task|goal|instructions?|job|mission|objective|priority) (?:is|are|now)"),
    (Sign.ORDER, r"\b(?:do not|don't|never|without) (?:tell|inform|mention|notify|alert|reveal|ask|telling|informing|mentioning|asking|notifying)(?:\s\w+){0,3}\s(?:user|owner|human|operator|this|anyone|about|them|permission|confirmation)"),
    (Sign.ORDER, r"\bimportant!{2,}|\bimportant:? (?:ignore|you must|before|ai|first)|\bsystem (?:message|override|prompt|notice|alert|note)\b\s?[:\]-]|\bend of (?:document|file|data|message|email|results)\b[^\n]{0,40}(?:instruction|task|now|new)"),
    (Sign.ORDER, r"\b(?:you must|you should|you need to|please|must) (?:first|immediately|now|instead|always|also)\s(?:\w+\s){0,2}?(?:send|forward|transfer|pay|delete|call|execute|email|share|post|upload|visit|invite|change|update|create|book|reserve|reply|include|say|recommend|run|fetch|read)"),
    (Sign.URGING, r"(?:^|[.!:>\n\"'*-])\s{0,3}(?:please[, ]|kindly |todo:? |important:? |urgent:? |action required:? |now )?\s?(?:send|forward|transfer|wire|pay|delete|remove|create|invite|visit|click|book|reserve|change|update|set|post|share|upload|download|run|execute|email|message|publish|reply|buy|purchase|grant|reset|schedule|refund|add|make|say|recommend|respond|get|find|read|change)\s(?:an?|the|all|me|my|your|it|this|that|to|any|money|\$|user|every|him|her|them|us|\d|in|yourself|following|exactly|out|everyone|that)\b"),
    (Sign.LISTED, r"\btodo\s?:|\baction (?:required|item)s?\s?:|\bimportant\s?[:!]|\burgent\s?[:!]"),
    (Sign.URGING, r"\b(?:please|kindly) (?:send|forward|transfer|wire|pay|delete|remove|create|invite|visit|click|book|reserve|change|update|post|share|upload|run|execute|email|refund|reply|make)\b"),
)  # fmt: skip
"""Looked for in what tools answered; caseless."""

WAYS: Final[tuple[tuple[Sign, str], ...]] = (
    (Sign.SENSITIVE, r"(?:\.ssh/|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|authorized_keys|\.aws/|\.config/gcloud|\.azure/|\.kube/|\.docker/config|\.gnupg|\.netrc|\.pgpass|\.git-credentials|\.npmrc|\.pypirc|\.htpasswd|/etc/shadow|\.password-store|\.vault-token|\.bash_history|\.zsh_history|wallet\.dat|keystore/|\.electrum|exodus|\bkeychain|login\.keychain|Login Data|logins\.json|cookies\.sqlite|key4\.db|auth-profiles\.json|\.openclaw/(?:credentials|openclaw\.json|\.env)|\.clawdbot/(?:credentials|\.env)|\.codex/auth\.json|\.claude/\.credentials|credentials\.json|service[_-]account[\w-]{0,20}\.json|secrets?\.(?:ya?ml|json|toml|env)|terraform\.tfstate)"),
    (Sign.SENSITIVE, r"(?:^|[\s\"'/@=])\.env(?:\.[a-z]{2,12})?(?:$|[\s\"';|)>&])"),
    (Sign.SEND, r"\bcurl\b[^\n|;]{0,300}\s(?:-d|--data(?:-[a-z]+)?|-F|--form|-T|--upload-file|-X\s?P(?:OST|UT))|\|\s{0,2}curl\b|\bwget\b[^\n|;]{0,200}--post|\b(?:nc|ncat|netcat)\s[^\n|;]{0,80}\d{2,5}|\bscp\s|\brsync\b[^\n]{0,120}::?|requests\.(?:post|put)\(|\bhttpx?\.(?:post|put)\(|Invoke-(?:WebRequest|RestMethod)\b[^\n]{0,120}-Method\s{0,2}P|fetch\([^\n]{0,160}method[\"']?:\s{0,2}[\"']P|\bsendmail\b|\bmail\s-s\b|\bmutt\s|smtplib|\bgit\s{1,2}push\b|gh\s{1,2}gist\s{1,2}create|urllib\.request\.urlopen\([^\n]{0,120}data="),
    (Sign.SEND, r"\b(?:curl|wget|fetch|requests\.get)\b[^\n]{0,200}(?:\$\(|`|\$\{?[A-Z_]{3,})"),
    (Sign.DROP, r"\b(?:webhook\.site|webhook\.cool|requestbin\.(?:com|net)|request(?:catcher|inspector)\.com|[\w-]{4,40}\.m\.pipedream\.net|pipedream\.net|[\w-]{4,60}\.ngrok(?:-free)?\.(?:io|app|dev)|[\w-]{8,80}\.trycloudflare\.com|[\w-]{3,60}\.(?:loca\.lt|serveo\.net|localhost\.run|lhr\.life|bore\.pub|tunnelmole\.net|zrok\.io)|pastebin\.com|paste\.(?:ee|rs|c-net\.org)|hastebin\.com|ghostbin\.[a-z]{2,4}|rentry\.(?:co|org)|dpaste\.(?:com|org)|termbin\.com|ix\.io|0x0\.st|transfer\.sh|file\.io|anonfiles\.com|gofile\.io|bashupload\.com|oshi\.at|temp\.sh|catbox\.moe|tmpfiles\.org|[\w-]{6,60}\.(?:oast\.(?:pro|live|site|online|fun|me)|oastify\.com|burpcollaborator\.net|interact\.sh|dnslog\.cn|ceye\.io|canarytokens\.(?:com|org)|requestrepo\.com|beeceptor\.com)|beeceptor\.com|hookbin\.com|mockbin\.org|ptsv\d?\.com|postb\.in|typedwebhook\.tools|hookdeck\.com|discord(?:app)?\.com/api/webhooks|hooks\.slack\.com/services|api\.telegram\.org/bot)"),
    (Sign.IMAGE, r"!\[[^\]\n]{0,200}\]\(https?://[^\s)]{4,200}\?|<img\s[^>]{0,80}src\s?=\s?[\"']?https?://[^\s\"'>]{4,200}\?"),
    (Sign.IMAGE, r"\bhttps?://[^\s)\"'>]{4,160}[?&](?:data|exfil\w*|payload|secret|leak\w*|loot|dump|content|msg|q|d|c|p|x|text|body|info|key|token|env|log|b64|base64|stolen|creds?)=[0-9A-Za-z%+/_=.-]{24}"),
    (Sign.LOOKUP, r"\b(?:dig|nslookup|host|ping|resolvectl query|Resolve-DnsName|gethostbyname|getaddrinfo)\b[^\n|;]{0,80}(?:\$\(|`|\$\{?\w|[0-9A-Za-z-]{25}[0-9A-Za-z.-]{0,200}\.[a-z]{2,12})"),
)  # fmt: skip
"""Looked for in everything; caseless."""
