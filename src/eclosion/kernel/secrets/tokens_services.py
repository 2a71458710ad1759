"""Keys of payment, shops, mail, chat, maps and the other services that programs talk to."""

from __future__ import annotations

from eclosion.kernel.finding import Severity
from eclosion.kernel.secrets.form import Form

_W = r"[0-9A-Za-z_-]"
_A = r"[0-9A-Za-z]"
_H = r"[0-9a-f]"
_B = r"[0-9A-Za-z+/]"
_UUID = rf"{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"
_CRITICAL = Severity.CRITICAL

FORMS: tuple[Form, ...] = (
    Form(
        "stripe-key",
        "Stripe key",
        rf"(?:sk|rk|ek)_(?:live|test|prod)_{_A}{{10,}}",
        severity=_CRITICAL,
        bits=2.6,
    ),
    Form(
        "stripe-org-key",
        "Stripe organisation key",
        rf"sk_org_(?:live|test)_{_A}{{20,}}",
        severity=_CRITICAL,
    ),
    Form("stripe-webhook-secret", "Webhook signing secret", rf"whsec_{_B}{{24,}}={{0,2}}"),
    Form(
        "stripe-publishable-key",
        "Stripe publishable key",
        rf"pk_(?:live|test)_{_A}{{20,}}",
        severity=Severity.LOW,
        confidence=0.8,
    ),
    Form(
        "square-token",
        "Square token",
        rf"sq0[a-z]{{3}}-{_W}{{22,43}}|EAAA[0-9A-Za-z+=_-]{{60}}",
        bits=3.0,
    ),
    Form(
        "paypal-token",
        "PayPal and Braintree token",
        rf"access_token\$(?:production|sandbox)\${_A}{{16}}\${_H}{{32}}",
    ),
    Form("paypal-bearer", "PayPal bearer token", rf"A21AA{_W}{{80,}}"),
    Form("razorpay-key", "Razorpay key", rf"rzp_(?:live|test)_{_A}{{14,}}"),
    Form(
        "flutterwave-key",
        "Flutterwave key",
        rf"FLW(?:SECK|PUBK)(?:_TEST|_LIVE|_PROD)?-{_A}{{12,}}(?:-X)?",
    ),
    Form("adyen-key", "Adyen key", r"AQE[a-z]hmf[0-9A-Za-z+/=_.-]{60,}"),
    Form(
        "plaid-token",
        "Plaid token",
        rf"(?:access|link|public)-(?:sandbox|development|production)-{_UUID}",
    ),
    Form(
        "gocardless-token",
        "GoCardless, Mollie or Lob key",
        rf"(?:live|test)_{_A}{{30,48}}",
        confidence=0.8,
        bits=3.4,
    ),
    Form("easypost-key", "EasyPost key", rf"EZ[AT]K{_A}{{50,}}"),
    Form("shippo-token", "Shippo token", rf"shippo_(?:live|test)_{_H}{{40}}"),
    Form("duffel-token", "Duffel token", rf"duffel_(?:live|test)_{_W}{{40,}}"),
    Form("paddle-key", "Paddle key", r"pdl_(?:live|sdbx|ntfset)_(?:apikey_)?[0-9A-Za-z_]{26,}"),
    Form("shopify-token", "Shopify token", r"shp(?:at|ss|ca|pa|ua|tka|ka)_[0-9A-Fa-f]{32}"),
    Form(
        "coinbase-key",
        "Coinbase key name",
        rf"organizations/{_UUID}/apiKeys/{_UUID}",
        severity=Severity.MEDIUM,
    ),
    Form("twilio-key", "Twilio key", rf"SK{_H}{{32}}", caseless=False),
    Form(
        "twilio-account", "Twilio account", rf"AC{_H}{{32}}", severity=Severity.LOW, confidence=0.75
    ),
    Form("sendgrid-key", "SendGrid key", rf"SG\.{_W}{{16,32}}\.{_W}{{32,64}}", severity=_CRITICAL),
    Form(
        "mailgun-key",
        "Mailgun key",
        rf"(?:key|pubkey|private)-{_H}{{32}}|{_H}{{32}}-{_H}{{8}}-{_H}{{8}}",
        bits=3.0,
    ),
    Form("mailchimp-key", "Mailchimp key", rf"{_H}{{32}}-us\d{{1,2}}"),
    Form("mandrill-key", "Mandrill key", rf"md-{_W}{{22}}", bits=3.4, confidence=0.8),
    Form("brevo-key", "Brevo key", rf"x(?:keysib|smtpsib)-{_H}{{64}}-{_A}{{16}}"),
    Form("resend-key", "Resend key", rf"re_{_A}{{6,12}}_{_A}{{18,}}|re_{_A}{{30,}}"),
    Form("mailersend-token", "MailerSend token", rf"mlsn\.{_H}{{60,}}"),
    Form("klaviyo-key", "Klaviyo key", rf"pk_{_H}{{34}}"),
    Form("hubspot-token", "HubSpot token", rf"pat-(?:na|eu|ap)\d-{_UUID}", caseless=True),
    Form("intercom-token", "Intercom token", rf"dG9rO{_B}{{40,}}={{0,2}}"),
    Form("typeform-token", "Typeform token", r"tfp_[0-9A-Za-z_.=-]{40,}"),
    Form(
        "salesforce-token",
        "Salesforce token",
        r"00D[0-9A-Za-z]{12,15}![0-9A-Za-z_.]{60,}|3MVG9[0-9A-Za-z_.]{60,}|5Aep861[0-9A-Za-z_.]{40,}",
    ),
    Form("telnyx-key", "Telnyx key", rf"KEY[0-9A-F]{{32}}_{_A}{{22}}"),
    Form(
        "pubnub-key", "PubNub key", rf"(?:sec|pub|sub)-c-(?:{_UUID}|{_B}{{40,}}={{0,2}})", bits=2.8
    ),
    Form("onesignal-key", "OneSignal key", r"os_v2_(?:app|org)_[0-9a-z]{80,}"),
    Form("ably-key", "Ably key", rf"{_W}{{6}}\.{_W}{{6}}:{_W}{{40,}}", bits=3.8),
    Form("mapbox-token", "Mapbox token", rf"[st]k\.eyJ{_W}{{40,}}\.{_W}{{20,}}"),
    Form(
        "mapbox-public-token",
        "Mapbox public token",
        rf"pk\.eyJ{_W}{{40,}}\.{_W}{{20,}}",
        severity=Severity.LOW,
    ),
    Form("cloudinary-url", "Cloudinary URL", rf"cloudinary://\d+:(?P<secret>{_W}{{20,}})@{_W}+"),
    Form(
        "slack-token",
        "Slack token",
        r"xox[abeoprscd]-(?:\d-)?[0-9A-Za-z-]{10,}|xoxe\.xox[bp]-\d-[0-9A-Za-z]{20,}",
        severity=_CRITICAL,
    ),
    Form(
        "slack-app-token",
        "Slack app token",
        rf"xapp-\d-[0-9A-Z]{{8,}}-\d+-{_H}{{32,}}",
        severity=_CRITICAL,
    ),
    Form("slack-cookie", "Slack session cookie", r"xoxd-[0-9A-Za-z%/+=-]{40,}", severity=_CRITICAL),
    Form(
        "slack-webhook",
        "Slack webhook",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[0-9A-Za-z_/+-]{20,})",
    ),
    Form(
        "discord-token",
        "Discord bot token",
        rf"[MNO]{_W}{{22,27}}\.{_W}{{6}}\.{_W}{{27,}}|mfa\.{_W}{{80,}}",
        severity=_CRITICAL,
        bits=3.6,
    ),
    Form(
        "discord-webhook",
        "Discord webhook",
        rf"discord(?:app)?\.com/api/webhooks/\d{{10,}}/(?P<secret>{_W}{{40,}})",
    ),
    Form(
        "telegram-token",
        "Telegram bot token",
        rf"\d{{8,10}}:A[A-Z]{_W}{{33}}",
        severity=_CRITICAL,
        bits=3.4,
    ),
    Form(
        "teams-webhook",
        "Microsoft Teams webhook",
        rf"(?:outlook\.office|webhook\.office)(?:365)?\.com/webhook(?:b2)?/(?P<secret>{_UUID}@{_UUID}/IncomingWebhook/{_A}{{24,}}[0-9A-Za-z/-]*)",
    ),
    Form(
        "zapier-webhook",
        "Zapier or Make webhook",
        r"hooks\.zapier\.com/hooks/catch/(?P<secret>\d+/[0-9A-Za-z]{6,})|hook\.[a-z0-9]{2,4}\.make\.com/[0-9a-z]{28,}",
    ),
    Form(
        "facebook-token",
        "Facebook token",
        rf"EAA[A-Z]{_A}{{60,}}|\d{{14,17}}\|{_W}{{24,40}}",
        bits=3.4,
    ),
    Form("instagram-token", "Instagram token", rf"IG(?:QV|QW|AA){_W}{{60,}}"),
    Form("twitter-bearer", "X bearer token", r"A{20,24}[0-9B-Zb-z][0-9A-Za-z%]{60,}"),
    Form("twitter-access-token", "X access token", rf"\d{{8,19}}-{_A}{{40}}", bits=3.4),
    Form("twitch-token", "Twitch chat token", r"oauth:(?P<secret>[0-9a-z]{30})"),
    Form(
        "dropbox-token",
        "Dropbox token",
        rf"sl\.(?:u\.)?{_W}{{100,}}|[0-9A-Za-z]{{11}}A{{10}}[0-9B-Zb-z][0-9A-Za-z_=-]{{42}}",
    ),
    Form("adobe-secret", "Adobe client secret", r"p8e-[0-9A-Za-z_-]{32}", caseless=True),
    Form("adafruit-key", "Adafruit IO key", rf"aio_{_A}{{28}}"),
    Form("beamer-key", "Beamer key", r"b_[0-9A-Za-z=_-]{44}", bits=3.6),
    Form("frameio-token", "Frame.io token", rf"fio-u-{_W}{{40,}}"),
    Form("notion-token", "Notion token", rf"ntn_{_A}{{40,}}|secret_{_A}{{43}}"),
    Form("airtable-token", "Airtable token", rf"pat{_A}{{14}}\.{_H}{{64}}"),
    Form("airtable-key", "Airtable key", rf"key{_A}{{14}}", confidence=0.6, bits=3.5),
    Form("asana-token", "Asana token", rf"[0-2]/\d{{10,}}(?:/\d{{10,}})?:{_H}{{32}}"),
    Form("clickup-token", "ClickUp token", r"pk_\d{5,12}_[0-9A-Z]{32}"),
    Form("figma-token", "Figma token", rf"fig(?:d|o|dr|u|ur|oh)_{_W}{{36,}}"),
    Form("retool-key", "Retool key", r"retool_01[0-9a-z]{24}"),
    Form("sanity-token", "Sanity token", rf"sk{_A}{{80,}}"),
    Form("ghost-key", "Ghost administrator key", rf"{_H}{{24}}:{_H}{{64}}"),
    Form(
        "lark-hook",
        "Lark or Feishu hook",
        rf"open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/(?P<secret>{_UUID})",
    ),
    Form(
        "dingtalk-hook",
        "DingTalk or WeCom hook",
        rf"oapi\.dingtalk\.com/robot/send\?access_token=(?P<secret>{_H}{{64}})|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key={_UUID}",
    ),
    Form("alchemy-key", "Alchemy key", rf"alch(?:t|_)_?{_A}{{28,}}"),
    Form(
        "chain-node-url",
        "Ethereum node URL with its key",
        rf"(?:infura\.io/v3|alchemy\.com/v2|alchemyapi\.io/v2|quiknode\.pro|helius-rpc\.com/\?api-key=|ankr\.com/[a-z]+)/?(?P<secret>{_W}{{28,}})",
    ),
    Form("duo-key", "Duo integration key", r"DI[0-9A-Z]{18}", confidence=0.6, bits=3.2),
    Form("workato-token", "Workato token", r"wrka(?:eu|us|sg|au|jp|il)?-eyJ[0-9A-Za-z_.-]{60,}"),
    Form(
        "revenuecat-key",
        "RevenueCat key",
        rf"(?:sk|appl|goog|amzn|strp)_[A-Z]?{_A}{{26,31}}",
        bits=3.5,
        confidence=0.8,
    ),
    Form("rapidapi-key", "RapidAPI key", rf"{_H}{{10}}msh{_A}{{15}}p{_A}{{6}}jsn{_A}{{12}}"),
    Form("canva-secret", "Canva secret", rf"cnvca{_W}{{40,}}"),
    Form("zoho-token", "Zoho token", rf"1000\.{_H}{{32}}\.{_H}{{32}}"),
    Form("cal-key", "Cal.com key", rf"cal_(?:live_)?{_H}{{32}}"),
    Form(
        "polar-token",
        "Polar or Dub token",
        rf"polar_(?:oat|pat|at)_[A-Za-z]?_?{_W}{{30,}}|dub_{_A}{{24}}",
    ),
    Form(
        "google-chat-hook",
        "Google Chat webhook",
        rf"chat\.googleapis\.com/v1/spaces/[\w-]+/messages\?key=(?P<secret>{_W}{{39}})&token={_W}{{30,}}",
    ),
    Form("line-token", "LINE channel token", rf"{_B}{{120,}}/{_B}{{30,}}1O/w1cDnyilFU="),
    Form(
        "roblox-cookie",
        "Roblox cookie",
        r"_\|WARNING:-DO-NOT-SHARE-THIS[^|]{20,200}\|_(?P<secret>[0-9A-F]{80,})",
        edge=False,
    ),
    Form("riot-key", "Riot Games key", rf"RGAPI-{_UUID}", caseless=True),
    Form(
        "ifttt-key",
        "IFTTT webhook key",
        rf"maker\.ifttt\.com/trigger/[\w-]+/with/key/(?P<secret>{_W}{{20,}})",
    ),
    Form("ntfy-token", "ntfy token", r"tk_[0-9a-z]{29}"),
    Form("lichess-token", "Lichess token", rf"li[po]_{_A}{{20}}"),
    Form("wakatime-key", "WakaTime key", rf"waka_(?:sec|tok)?_?{_UUID}"),
    Form("attio-key", "Attio key", r"attio_[0-9a-f]{60,}"),
    Form("coveo-key", "Coveo key", rf"xx{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"),
)
