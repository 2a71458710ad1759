"""Which words count as the same kind of word: verbs of giving, whoever is spoken to, what opens something.

A model that knows a sentence as kinds of words knows sentences that it has never read, which is what is asked of it:
the next lure has another pretext, another verb and another secret.
"""

from __future__ import annotations

_KINDS = {
    "GIVE": (
        "send give share provide tell supply submit hand pass forward dm message text mail "
        "email reveal disclose show transmit confirm dictate lend surrender deliver paste "
        "post reply respond answer comment drop upload attach publish relay expose present "
        "furnish divulge deposit spell state repeat recite report whisper slip slide shoot pm "
        "ping donate contribute revert yield spare surrenders reveals submits put"
    ),
    "GIVEN": (
        "sent gave given shared told provided handed passed forwarded revealed disclosed "
        "pasted posted published"
    ),
    "GIVING": (
        "sending giving sharing telling providing handing passing forwarding revealing "
        "disclosing pasting posting replying uploading typing entering letting lending "
        "showing reading dictating"
    ),
    "TYPE": (
        "type enter fill input write put insert key state name list note add include append "
        "save store copy"
    ),
    "FETCH": (
        "extract get obtain fetch grab look find collect retrieve read open cat dump export "
        "run execute take search query invoke call use locate screenshot print echo"
    ),
    "ASK": (
        "ask asks asked asking request requests requested requesting beg begs demand demands "
        "wanted wants urges"
    ),
    "NEED": (
        "need needs require requires want missing lack lacks lacking must needing required "
        "waiting await short without"
    ),
    "MODAL": "can could would will may might shall should",
    "HAVE": "have has had having hold holds keep keeps kept",
    "ME": "me us",
    "I": "i i'm i'd i'll i've we we're we'd we'll we've",
    "MY": "my our mine ours",
    "YOU": "you u ya you'd you'll you're you've",
    "YOUR": "your ur yours",
    "HIS": "his her their its",
    "HE": (
        "he she they somebody someone anyone anybody nobody who whoever people users agents "
        "everyone everybody attacker attackers scammers scammer thief thieves"
    ),
    "OWNER": "owner owners human humans operator operators user boss master",
    "THE": "the this that these those",
    "A": "a an any some another one",
    "ALL": "all every each both everything whole full",
    "NOT": (
        "not never don't dont doesn't didn't won't can't cannot isn't wouldn't shouldn't "
        "mustn't no none neither nor nothing without avoid refuse refuses declined stop "
        "hadn't aren't"
    ),
    "NEGADV": "instead rather than against unless",
    "WARN": (
        "scam scams phishing fraud attack suspicious malicious beware careful report reported "
        "flagged lure lures trick stolen steal leaked leak fake"
    ),
    "SEC": (
        "password passwords passcode passcodes passphrase passphrases passwd pwd pw pws pin "
        "pins credential credentials creds otp otps tan totp cvv cvc ssn mnemonic seed pass "
        "pasword code codes key keys token tokens login logins log-in secret secrets phrase "
        "keystore keychain cookie cookies combination puk jwt kubeconfig digits apikey"
    ),
    "SECMOD": (
        "api access bearer session private recovery master root admin administrator sudo ssh "
        "gpg signing encryption backup verification authenticator one-time 2fa mfa two-factor "
        "security sms wallet vault account bank banking card wifi router pairing unlock door "
        "alarm gate safe database production prod staging server refresh oauth auth github "
        "aws openai stripe anthropic google apple email netflix amazon deploy service webhook "
        "secret deposit unseal exchange web mail"
    ),
    "FILE": (
        "env .env id_rsa id_ed25519 credentials.json .netrc .npmrc .pgpass .ssh .aws "
        "wallet.dat environment printenv config file files output pem export csv"
    ),
    "PLEASE": (
        "please pls plz kindly thanks thx asap urgent quick quickly now immediately today soon"
    ),
    "HERE": (
        "here below chat thread conversation reply dm comments channel message inbox webhook "
        "form page link bio profile box dialog window prompt"
    ),
    "WHAT": "what what's whats which",
    "HOW": "how why when where whether if who's",
    "BE": "is are was were be been it's that's am",
    "AND": "and or then so but",
    "IN": "in into on at to from for of with by via through as over under",
    "IT": "it them itself",
    "DO": "do does did done",
    "LET": "let lets let's trust mind grant allow consider",
    "POLITE": (
        "grateful glad obliged honoured appreciate kind favour favor trouble possible chance "
        "wonder hoping hate sorry happy love great"
    ),
    "BORROW": "borrow use know see receive learn",
    "CHANGE": (
        "change changed rotate rotated reset revoke revoked expire expired expires create "
        "created generate new rotation"
    ),
    "USERNAME": "username name user-name userid",
    "PUBLIC": "public example test dummy placeholder sample",
    "THING": (
        "words word sticker number numbers digit letters characters string pattern dots qr root pat "
        "xprv authenticator sheet card paper plate buttons box field line lines tin"
    ),
    "PICTURE": "photo picture pic snapshot photograph selfie scan image photos",
    "OPEN": "unlock unlocks opens open get log sign enter press approve accept tap",
}
_MARKS = {
    **dict.fromkeys(".!\n;", "."),
    **{mark: mark for mark in '?,:"`>(){}=@$#|'},
}
OTHER, NUMBER = "*", "0"


def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for name, words in _KINDS.items():
        for word in words.split():
            kinds.setdefault(word, name)
    return kinds | _MARKS | {str(digit): NUMBER for digit in range(10)}


KINDS = _kinds()
"""The kind of each word and mark that has one; digits count as numbers."""
