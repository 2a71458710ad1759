"""Made-up secrets by the grammars that providers publish, in the places where secrets stand.

Written from the providers' documentation, apart from the forms in ``eclosion.kernel.secrets`` (none is read here), so
that a mistake in one is not repeated in the other. ``{A36}`` is 36 letters and digits; ``h`` hexadecimal, ``l`` lower case
and digits, ``U`` capitals and digits, ``b`` base 64, ``w`` base 64 for URLs, ``d`` digits, ``u`` a UUID. Some names
are invented: a key of a provider that nobody knows is a secret too.
"""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Iterator
from typing import NamedTuple

_ALPHABETS = {
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "h": "0123456789abcdef",
    "l": "abcdefghijklmnopqrstuvwxyz0123456789",
    "U": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "b": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "w": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    "d": "0123456789",
}
_HOLE = re.compile(r"\{([AhlUbwd])(\d+)\}|\{u\}")

MARKED = """
github ghp_{A36}; github gho_{A36}; github ghs_{A36}; github github_pat_{A22}_{A59}; gitlab glpat-{w20}; gitlab glrt-{w20}; gitlab glptt-{h40}
bitbucket ATBB{A32}; atlassian ATATT3xFfGF0{w180}={h8}; npm npm_{A36}; pypi pypi-AgEIcHlwaS5vcmc{w150}; rubygems rubygems_{h48}; nuget oy2{l43}
docker dckr_pat_{w27}; jfrog AKCp{A69}; sonar sqp_{h40}; circleci CCIPAT_{A22}_{h40}; buildkite bkua_{h40}; sentry sntryu_{h64}; postman PMAK-{h24}-{h34}
grafana glsa_{A32}_{h8}; grafana glc_{b60}=; newrelic NRAK-{U27}; dynatrace dt0c01.{U24}.{U64}; linear lin_api_{A40}; launchdarkly sdk-{u}
anthropic sk-ant-api03-{w93}AA; openai sk-proj-{w74}T3BlbkFJ{w74}; openai sk-{A20}T3BlbkFJ{A20}; openrouter sk-or-v1-{h64}; huggingface hf_{A34}
groq gsk_{A52}; xai xai-{A80}; perplexity pplx-{A48}; replicate r8_{A37}; nvidia nvapi-{w64}; langsmith lsv2_pt_{h32}_{h10}; langfuse sk-lf-{u}
pinecone pcsk_{w65}; tavily tvly-{A32}; firecrawl fc-{h32}; e2b e2b_{h40}; elevenlabs sk_{h48}; jina jina_{l32}{w28}; cerebras csk-{l48}; deepseek sk-{h32}
fireworks fw_{A22}; apify apify_api_{A36}; moltbook moltbook_sk_{w32}; llamacloud llx-{A48}; runpod rpa_{U42}
aws AKIA{U16}; aws ASIA{U16}; google AIza{w35}; google GOCSPX-{w28}; google ya29.{w120}; google 1//0{w60}; azure {w3}8Q~{w34}
digitalocean dop_v1_{h64}; heroku HRKU-{u}; netlify nfp_{A36}; alibaba LTAI{A20}; tencent AKID{A32}; scaleway SCW{U17}; supabase sbp_{h40}
planetscale pscale_tkn_{w43}; databricks dapi{h32}; aiven AVNS_{w19}; doppler dp.pt.{A43}; vault hvs.{w95}; terraform {A14}.atlasv1.{w67}; pulumi pul-{h40}
tailscale tskey-auth-{A17}-{A32}; age AGE-SECRET-KEY-1{U58}; render rnd_{A32}; neon napi_{l64}; fly fo1_{w43}; stytch secret-live-{w36}
stripe sk_live_{A24}; stripe rk_live_{A99}; stripe whsec_{A32}; square sq0atp-{w22}; square EAAA{w60}; razorpay rzp_live_{A14}; plaid access-production-{u}
paypal access_token$production${l16}${h32}; flutterwave FLWSECK-{h32}-X; easypost EZAK{A54}; shippo shippo_live_{h40}; duffel duffel_live_{w43}; shopify shpat_{h32}
twilio SK{h32}; sendgrid SG.{w22}.{w43}; mailgun key-{h32}; mailchimp {h32}-us12; brevo xkeysib-{h64}-{A16}; resend re_{A8}_{A24}; hubspot pat-na1-{u}
slack xoxb-{d12}-{d12}-{A24}; slack xoxp-{d11}-{d12}-{d12}-{h32}; slack xapp-1-A{U10}-{d13}-{h64}; slack https://hooks.slack.com/services/T{U8}/B{U8}/{A24}
discord MT{w22}.{w6}.{w38}; discord https://discord.com/api/webhooks/{d18}/{w68}; telegram {d10}:AA{w33}; facebook EAAC{A100}; twitter {d19}-{A40}
dropbox sl.{w136}; notion ntn_{A46}; airtable pat{A14}.{h64}; asana 1/{d16}:{h32}; clickup pk_{d8}_{U32}; figma figd_{w40}; typeform tfp_{w44}_{w14}
mapbox sk.eyJ{w70}.{w22}; telnyx KEY{U32}_{A22}; salesforce 00D{A12}!{A96}; rapidapi {h10}msh{h15}p1{h5}jsn{h12}; adobe p8e-{l32}; contentful CFPAT-{w43}
readme rdme_{l70}; prefect pnu_{A36}; sourcegraph sgp_{h16}_{h40}; posthog phx_{A43}; trigger tr_prod_{A24}; cockroach CCDB1_{A22}_{A40}; maxmind {A6}_{A29}_mmk
"""
"""Keys that bear a mark: whose, and the grammar."""

UNMARKED = """
algolia {h32}; datadog {h32}; datadog {h40}; mixpanel {h32}; zendesk {A40}; okta 00{w40}; trello {h32}; bitly {h40}; fastly {w32}; mistral {A32}; cohere {A40}
deepgram {h40}; assemblyai {h32}; weatherapi {h31}; openweather {h32}; shodan {A32}; virustotal {h64}; censys {A32}; hunter {h40}; abuseipdb {h80}; etherscan {U34}
infura {h32}; coinmarketcap {u}; binance {A64}; kraken {b86}==; codecov {u}; travis {A22}; rollbar {h32}; bugsnag {h32}; loggly {u}; splunk {u}; pagerduty {w20}
intercom {b60}=; pipedrive {h40}; freshdesk {A20}; helpscout {h32}; mailjet {h32}; postmark {u}; messagebird {A25}; vonage {A16}; plivo {A40}; pusher {h20}
spotify {h32}; reddit {w27}; twitch {l30}; lastfm {h32}; unsplash {w43}; giphy {A32}; newsapi {h32}; yelp {w128}; maptiler {A20}; locationiq {h32}
aws {b40}; azure {b86}==; cloudflare {w40}; linode {h64}; vultr {U36}; hetzner {A64}; gandi {A24}; godaddy {A37}; auth0 {w64}; onelogin {h64}
snyk {u}; sonatype {A44}; artifactory {A73}; drone {A32}; jenkins 11{h32}; wakatime {u}; algorithmia {A28}; clarifai {h32}; wandb {h40}; kaggle {h32}
quantumbrew {A32}; northgate {h40}; pingfleet {w43}; shellharbor {u}; tidepool {l40}; lumenary {b44}=; ferryworks {A24}; oakmere {U32}
"""
"""Keys without a mark: whose, and the grammar; the last line names nobody that there is."""

CARRIERS = (
    "{N}_API_KEY={v}",
    'export {N}_TOKEN="{v}"',
    "{n}_secret_key: {v}",
    '"{n}ApiKey": "{v}",',
    'const {n}Token = "{v}";',
    "{n}.api.key={v}",
    'client = {t}Client(api_key="{v}")',
    '{{"{n}": {{"access_token": "{v}"}}}}',
    'curl -H "X-{t}-Api-Key: {v}" https://api.{n}.com/v1/items',
    "Here is our {n} api key: {v} (do not lose it)",
    "my {n} token is {v}",
    'os.environ["{N}_SECRET"] = "{v}"',
    "  {n}_auth_token => '{v}'",
    "| {n} access key | {v} |",
    "https://api.{n}.com/v2/search?api_key={v}&q=tide",
    "[{n}]\nsecret_access_key = {v}",
    'variable "{n}_key" {{ default = "{v}" }}',
    '<add key="{t}ApiKey" value="{v}" />',
)
"""Where keys stand: ``{n}``, ``{N}`` and ``{t}`` are the provider's name, ``{v}`` the key."""

PASSWORDS = (
    "DB_PASSWORD={v}",
    '"password": "{v}"',
    "spring.datasource.password={v}",
    "$db_pass = '{v}';",
    "postgres://app:{v}@db.internal:5432/app",
    "mongodb+srv://svc:{v}@cluster0.x1y2z.mongodb.net/main",
    "redis://:{v}@cache:6379/0",
    "amqp://worker:{v}@queue.internal/",
    "Server=db;Database=x;User Id=sa;Password={v};",
    "jdbc:mysql://db/x?user=app&password={v}",
    "curl -u deploy:{v} https://repo.internal/up",
    "sshpass -p {v} ssh root@10.0.0.4",
    "machine repo.internal login deploy password {v}",
    "PGPASSWORD={v} psql -h db",
    "CREATE USER app IDENTIFIED BY '{v}';",
    "<password>{v}</password>",
    "https://deploy:{v}@git.internal/x.git",
    "the admin password is {v}",
    "net use z: \\\\fs\\x /user:corp\\bob {v}",
    "ADMIN_PASS: {v}",
)


class Planted(NamedTuple):
    """A text with a secret in it: what kind, the secret, and the text."""

    kind: str
    secret: str
    text: str


def planted(seed: int = 11) -> Iterator[Planted]:
    """Every grammar in several places: some 1,500 texts."""
    chance = random.Random(seed)
    for kind, table, places in (("marked", MARKED, 5), ("unmarked", UNMARKED, 8)):
        for name, form in _entries(table):
            for carrier in chance.sample(CARRIERS, places):
                secret = grow(form, chance)
                yield Planted(kind, secret, _carried(carrier, name, secret))
    for carrier in PASSWORDS:
        for _ in range(8):
            secret = _password(chance)
            yield Planted("password", secret, carrier.format(v=secret))
    yield from _structured(chance)


def grow(form: str, chance: random.Random) -> str:
    """A secret of a form."""

    def fill(hole: re.Match[str]) -> str:
        if hole[0] == "{u}":
            return "-".join(_some("h", count, chance) for count in (8, 4, 4, 4, 12))
        return _some(hole[1], int(hole[2]), chance)

    return _HOLE.sub(fill, form)


def _carried(carrier: str, name: str, secret: str) -> str:
    return carrier.format(n=name, N=name.upper(), t=name.title(), v=secret)


def _entries(table: str) -> Iterator[tuple[str, str]]:
    for entry in re.split(r";|\n", table):
        if entry.strip():
            name, _, form = entry.strip().partition(" ")
            yield name, form


def _some(kind: str, count: int, chance: random.Random) -> str:
    return "".join(chance.choice(_ALPHABETS[kind]) for _ in range(count))


def _password(chance: random.Random) -> str:
    """As people and machines make them: 8 to 20 characters of several kinds."""
    words = ("harbor", "meadow", "copper", "falcon", "winter", "orchid")
    kind = chance.randrange(3)
    if kind == 0:
        return f"{chance.choice(words).title()}{chance.randrange(100, 9999)}{chance.choice('!#*+')}"
    if kind == 1:
        return "".join(
            chance.choice(_ALPHABETS["A"] + "!#*+^") for _ in range(chance.randrange(10, 21))
        )
    return f"{chance.choice(words)}_{chance.choice(words)}{chance.randrange(10, 99)}"


def _structured(chance: random.Random) -> Iterator[Planted]:
    """Secrets known by their structure: signed tokens, private keys, Authorization headers."""
    for number in range(40):
        head = _coded({"alg": chance.choice(("HS256", "RS256", "ES256")), "typ": "JWT"})
        body = _coded({"sub": str(chance.randrange(10**9)), "iat": 1_700_000_000 + number})
        token = f"{head}.{body}.{_some('w', 43, chance)}"
        yield Planted("structure", token, f"Cookie: session={token}; path=/")
        lines = "\n".join(_some("b", 64, chance) for _ in range(12))
        kind = chance.choice(("RSA ", "EC ", "OPENSSH ", ""))
        mark = "PRIVATE " + "KEY"
        key = f"-----BEGIN {kind}{mark}-----\n{lines}\n-----END {kind}{mark}-----"
        yield Planted("structure", f"-----BEGIN {kind}{mark}-----", key)
        pair = base64.b64encode(f"deploy:{_password(chance)}".encode()).decode()
        yield Planted("structure", pair, f"Authorization: Basic {pair}")


def _coded(record: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(record).encode()).decode().rstrip("=")
