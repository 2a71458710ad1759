"""The words of a request for a secret: what is asked for, by which verbs, and what makes a mention harmless.

Patterns read text in lower case with straight apostrophes. They hold no repetition inside a repetition, so that no
text can make them slow. It is English only; other languages are a known limit (docs/monitor/lures.md).
"""

from __future__ import annotations

import re

# Not the thing itself but something about it: "password manager", "API key format".
_ABOUT = (
    r"(?![-\s'/]*(?:managers?|polic|hygiene|resets?|fields?|strength|length|rotat"
    r"|protect|hash|pages?|forms?|expir"
    r"|steal|theft|leak|rate|limit|usage|count|budget|format|scheme|storage|handling"
    r"|scope|requirement|rules?\b"
    r"|length|permissions?|vaults?\b|cracker|spray|reuse|generator|guess|exposure"
    r"|harvest|exfil|sharing|phish"
    r"|request|isolation|settings?|metadata|prefix|header name|based|less|entry"
    r"|stuffing|economy|economics|price"
    r"|cost|window|stream|holders?|launch|sale|supply|contract|takeaways?|insight"
    r"|performance|value store|bucks|management|monitoring|model|points|questions"
    r"|features|learnings|challenges|concepts|differences|ideas|findings|details"
    r"|areas|components|metrics|results|setup|stor(?:e|ing)|missing|works?\b|pairs?\b"
    r"|launchpad))"
)

STRONG = re.compile(
    r"(?<![\w$@])(?<!--)(?:"
    r"pass-?words?|pass-?phrases?|pass-?codes?|passwd|pwd|pws?"
    r"|(?:seed|recovery|mnemonic|secret recovery|backup|wallet) (?:phrases?|words"
    r"|codes?)|mnemonics?"
    r"|secret (?:words|phrases?)|seed (?:of|for) (?:your|the) wallet"
    r"|(?:12|24|twelve|twenty-four)[- ]words?(?: (?:mnemonic|phrase|seed))?"
    r"|(?:private|secret|signing|encryption|decryption|ssh|gpg|pgp|root|master"
    r"|api|access|account|stripe|openai"
    r"|anthropic|aws|github|service|deploy|wallet|license|webhook)[- _]?(?:live "
    r"|secret |access |private |signing )?"
    r"(?:keys?|secrets?)"
    r"|(?:api|access|bearer|auth|authentication|session|refresh|account|github"
    r"|gitlab|root|personal access|security"
    r"|jwt|oauth|bot|id|hardware)[- ]?tokens?"
    r"|moltbook_sk\w*|sk-[\w.]+|api-?keys?|credentials?|creds"
    r"|log-?in(?:s)? (?:details?|credentials?|info\w*|data|ids?|password|cookies?)"
    r"|otps?|totp|tans?(?= (?:list|to\b|for\b|from\b|please))|(?:the|your|their|a) tan"
    r"|(?:one[- ]time|verification|confirmation|2fa|mfa|two-factor|second[- ]factor"
    r"|authenticat(?:or|ion)|security"
    r"|sms|six[- ]digit|6[- ]digit|unlock|access|login|backup|recovery) (?:pass)?codes?"
    r"|(?:door|alarm|gate|safe|entry|pairing|sms|master|signature) (?:pass)?codes?"
    r"|cvv2?|cvc|card details|digits on the back|number (?:on|of) (?:the|your) card"
    r"|card's number|national id number|connection strings?|(?:your|their) environment variables"
    r"|env vars|(?:your|the) \.ssh\b|(?:your|the|banking|card|phone|sim|customer"
    r"|company|bank|its|token's|account|card's) pins?"
    r"|(?:your|his|her) (?:[\w'-]+ ){0,3}pins?|as a pin|pin (?:(?:of|for|to) (?:the"
    r"|your)|code|number)|pins(?= and| or)|(?:the )?code on the back of (?:your"
    r"|the)"
    r"|social security (?:number|no)|ssn|(?:full )?(?:credit |debit )?card numbers?"
    r"|(?:bank|security)(?:'s)? (?:security )?questions?|answer at your bank|mother's maiden name"
    r"|keystores?(?: files?)?|(?:login )?keychain(?: password)?|(?:session|browser"
    r"|login|auth) ?cookies?"
    r"|(?:admin|root|staff|user) log-?ins?|(?:tokens?|keys?|log-?ins?|codes?) (?:that )?you (?:use"
    r"|hold|were given|received|just received)|all cookies|cookies (?:of|from) (?:your"
    r"|the)"
    r"|\.env\b|id_(?:rsa|ed25519|ecdsa)|~?/?\.ssh/\w+|\.aws/credentials|\.netrc"
    r"|\.npmrc|\.pgpass|wallet\.dat"
    r"|[\w.-]*credentials?\.json|secrets?\.(?:toml|ya?ml|json)|auth\.json"
    r"|[a-z][a-z0-9]*_(?:[a-z0-9]+_)*(?:key|token|secret|password|passwd)|authorization header"
    r"|service account json|(?:output of|run|runs?) [`'\"]?(?:env|printenv)\b|(?:their"
    r"|your|my) env output"
    r"|password managers?(?= (?:as|to|into) (?:an? )?(?:csv|json|file|text))|begin (?:openssh"
    r"|rsa) private key|user(?:name|id)?(?: and|/| or|,)+ ?(?:the )?pass\w*|[`'\"](?:env"
    r"|printenv)[`'\"]"
    r"|keys? (?:to|of|for) (?:your|the) (?:wallet|vault|account|server|safe)"
    r"|vault'?s? (?:master )?(?:password|code|key)"
    r")(?!\w)" + _ABOUT
)
"""Things that open something. Asking for one is enough."""

WEAK = re.compile(
    r"(?<![\w-])(?:your|the|its|old|new|all|both|owner's|human's|everyone's|sms"
    r"|master) (?:[\w'-]+ ){0,2}?"
    r"(?:codes?|tokens?|keys?|log-?ins?|(?:two|six|\d) digits|secret words|secrets?"
    r"|pins?|expiring key)(?!\w)" + _ABOUT
)
"""Things that may: they count where the message speaks of accounts, logins, codes on a phone and the like."""

CODES = re.compile(
    r"\b(?:sms|text message|authenticator|two-factor|2fa|mfa|otp|one-time|six-digit"
    r"|6-digit|verification|your phone|your ipad|push notification"
    r"|bank|airline|whatsapp|guard|from the (?:mail|email|text|app|sms)|confirmation"
    r"|texted|lock|locked|unlocks?|door|alarm|safe|paypal|pls)\b"
)
"""What makes "the code" one that opens something, and not a program."""

OPENING = re.compile(
    r"\b(?:sms|text message|authenticator|two-factor|2fa|mfa|otp|one-time|six-digit"
    r"|6-digit|verification|verify"
    r"|log(?:ged)? ?in|login|logging in|sign in|signed in|bank\w*|wallet|vault"
    r"|account|password|api key|credentials?"
    r"|gmail|router|nas|server|portal|sudo|seed phrase|recovery phrase|expired"
    r"|rotat\w*|revoked|handshake|your phone|your ipad|push notification|the app)\b"
)

GIVE = (
    r"send|give|share|provide|tell|supply|submit|hand|pass|forward|dm|message|text"
    r"|mail|email|e-mail|reveal|disclose"
    r"|show|transmit|confirm|dictate|lend|surrender|deliver|paste|post|reply|respond"
    r"|answer|comment|drop|upload|attach"
    r"|publish|read|write|list|copy|dump|export|spell|state|name|type|enter|put"
    r"|fill|input|verify|authenticate|prove"
    r"|validate|import|leave|let|grant|trust|return|revert|relay|expose|present"
    r"|furnish|print|output|display|include"
    r"|add|exchange|trade|swap|extract|get|obtain|fetch|grab|look|find|collect"
    r"|retrieve|ask|cat|run|open|post|put"
    r"|remind|repeat|prove|hit|store|save|key|feed|whisper|contribute|donate"
    r"|report|serialize|serialise"
    r"|surrender|fetch|bring|pm|ping|slide|shoot|yield|divulge|deposit"
)
GIVING = (
    r"sending|giving|sharing|providing|telling|supplying|submitting|handing|passing"
    r"|forwarding|revealing|disclosing"
    r"|showing|confirming|pasting|posting|replying|uploading|attaching|reading"
    r"|typing|entering|letting|lending|dictating"
)
VERB = re.compile(rf"(?<![\w'`/.-])(?:{GIVE}|{GIVING})(?![\w'`-])")

TYPED = frozenset("type enter fill input validate import store save key feed".split())
"""To type a secret somewhere is a request only if it is typed where the speaker can read it."""

FETCHED = frozenset(
    "extract get obtain fetch grab look find collect retrieve run open cat copy dump export read".split()
)
"""To fetch a secret is a request only if it is then handed on."""

VAGUE = frozenset(
    "paste post drop put add include print output display present ask verify authenticate prove report get hit return"
    " repeat remind bring find look show grant exchange trade swap run open message text mail email key"
    " leave let trust".split()
)
"""Verbs that need more than a secret after them: a hearer, a place, the hearer's own secret."""

TO_ME = re.compile(
    r"\b(?:me|us|here|(?:in|into) (?:this|the|your next|your|a|one) (?:shared )?(?:chat"
    r"|conversation|reply|thread|message|comments?|channel|scratchpad|list"
    r"|dm|window|dialog|box)|below|@\w+|(?:in|via|by) (?:a )?(?:dm|reply|comment)"
    r"|by reply|to the (?:compliance|support|audit)"
    r"|my (?:webhook|server|inbox|memory|notes)|our (?:page|form|bot|server|team"
    r"|webhook|service)|to the [\w ]{2,20} (?:master|agent|bot|team)|https?://\S+"
    r"|webhook|the support bot"
    r"|this thread|the comments|comment with|reply with|respond with|answer with"
    r"|in your (?:reply|answer|response)"
    r"|back to me|over to me|over)\b"
)

HERE = re.compile(
    r"\b(?:here|(?:in|into) (?:this|the|your next|your) (?:chat|conversation|reply"
    r"|thread|message|channel)"
    r"|(?:in|into|on) (?:the|that|this|my|our) (?:form|page|dialog|box|window|prompt|pop-?up)"
    r"|dialog|the box|(?:a|the) window|prompt appears|into it|there)\b"
)

DIALOG = re.compile(
    r"\b(?:dialog|pop-?up|pop up|prompt(?:s|ed)?\b|window titled|a window|the box"
    r"|a box|keychain|always allow|elevated rights"
    r"|hidden answer)"
)

PLACE = re.compile(
    r"\b(?:in|into|to|as|with|on|at|under|via|through) (?:the |an? |your |its "
    r"|every |each |all |their )?"
    r"(?:own |http |request |query |login |sign-in |`?authorization`?[: ]*|bank's "
    r"|repo\w*'?s? |ci |github |shell )*"
    r"(?:`[^`]{1,40}` )?"
    r"(?:headers?|query|parameters?|requests?|calls?|body|environment|env\b|vault"
    r"|settings?|secret manager|keyring|key ring"
    r"|profile|config\w*|terminal|provider|sign-in page|login page|reset page|fields?"
    r"|/\w[\w/]*|shell|ci secrets"
    r"|browser|password manager|\.env|own page|identity provider|admin console"
    r"|command line|console)"
    r"|\bwhen (?:git |the cli |you (?:are |'re )?)?prompt|\byourself\b|\bwhen (?:you )?(?:connect"
    r"|sign|log)ing?"
    r"|\bthen (?:click|press|choose) (?:save|test|sign|log|continue|next)|\bauthorization: bearer\b"
    r"|\bwith `[^`]+`|\bx-[\w-]+(?:token|key)\b|\bin your browser\b|-h ['\"]"
)
"""Where secrets belong: to put one there is documentation, not a lure."""

NEGATION = re.compile(
    r"\b(?:never|do(?:es)?n'?t|do(?:es)? not|did(?:n'?t| not)|not|cannot|can'?t"
    r"|won'?t|wouldn'?t|should(?:n'?t| not)|must(?:n'?t| not)"
    r"|avoid\w*|refus\w+|refrain|stop|instead of|rather than|unwise|no (?:need"
    r"|one|support|honest|legitimate|real|serious"
    r"|case|reason|way|circumstances|secrets|protocol|\w+ (?:will|would|should))"
    r"|nobody|nothing|asks for|none|neither|nor|without exception"
    r"|beware|careful|think twice|against|declin\w+|scam\w*|phish\w*|fraud\w*|attack\w*"
    r"|suspicious|lures?|malicious|impostor|thie(?:f|ves)"
    r"|anyone who|anybody who|whoever|someone who|somebody who|if (?:an?|any|some"
    r"|somebody|someone|anyone|anybody|they|he|she)\b"
    r"|even if|agents which|agents that|(?:tells|told|asks|asked|urges|wants|makes"
    r"|made|tricks|tricked|instructs|instructing) "
    r"(?:you|them|him|her|agents|owners|users|people|everyone|me|us)|red flags?)\b"
)
NOT_NEGATION = re.compile(
    r"\b(?:why (?:don'?t|not)|can(?:'?t|not) (?:continue|proceed|go on|finish|test"
    r"|rotate|see|tell|sign|merge|log|do|access|help)"
    r"|could(?:n'?t| not)|if not|whether or not|not (?:only|just)|don'?t (?:worry"
    r"|be shy|redact|mind|hesitate)|no worries|no rush"
    r"|if you (?:don'?t|do not) mind|forgot|would(?:n'?t| not) (?:have to|bother)"
    r"|do(?:n'?t| not) have to ask|never (?:ask again|have to)"
    r"|i(?:'d| would) rather not|without (?:it|that|this|them|you)|(?:can'?t|cannot) without"
    r"|against (?:a|the) (?:dictionary|list|rules?))\b"
)
