"""Names of those who give out keys without a mark of their own: thirty-two hexadecimal digits could be anybody's.

A run of random characters beside one of these names, or assigned to a variable that bears it, is that provider's key.
Names that are everyday words stand in ``GUARDED``: they count only inside a variable's name, never in a sentence.
"""

from __future__ import annotations

import re

NAMES = """
abstractapi abuseipdb accuweather activecampaign adafruit aftership aha.io airbrake airship airtable aiven akamai
akismet alchemy algolia alibaba alienvault alpaca alphavantage amadeus amazon amplitude anthropic anypoint apideck
apiflash apify apilayer apollo.io appcenter appcircle appdynamics appsflyer appveyor appwrite arcgis artifactory artsy
asana assemblyai atlassian auth0 autodesk avalara axiom azure bamboohr bandwidth baremetrics basecamp besttime
betterstack billomat binance bing_maps bintray bitbar bitbucket bitcoinaverage bitfinex bitly bitmex bittrex blablabus
blazemeter blockcypher blocknative bombbomb box_ braintree brandfetch braze brevo browserstack bugherd bugsnag
buildkite bybit caflou calendarific calendly callrail canvas_ capsulecrm carbon_interface cashboard censys
centralstation cerebras cex.io chargebee chargify chartmogul chatfuel checkly checkmarx checkout.com checkvist cicero
circleci clarifai clearbit clickhelp clickhouse clicksend clickup cliengo clockify clockwork close.com cloudant
cloudconvert cloudera cloudflare cloudinary cloudmersive cloudplan cloudsmith cloverly coda_ codacy codeclimate
codecov codemagic codequiry cohere coinapi coinbase coinlayer coinlib coinmarketcap coinranking commercejs companyhub
confluent contentful contentstack convertkit coralogix couchbase coveralls craftmypdf crowdin crowdstrike
cryptocompare currencylayer currencyscoop customer.io d7network dailymotion dandelion dareboost databricks datadog
datagov datarobot debounce deepai deepgram deepl deepseek delighted deputy detectify detectlanguage digicert
digitalocean discogs discord disqus docker documo docusign doppler dotmailer dovico drone_ droneci dropbox droplr
dwolla dynalist dynatrace earthengine easyinsight easypost ecostruxure edamam edenai elastic elevenlabs enigma envoy
eraser etherscan etsy eventbrite everhour exchangerate facebook faceplusplus falco fastforex fastly fastspring fibery
figma filestack finage finazon findl finicity finnhub firebase firehydrant fixer fleetbase flickr flightapi
flightstats float_ flowflu flutterwave foursquare frameio freshbooks freshdesk freshservice front_ fullcontact
fullstory fusebill fxmarket gandi geckoboard gemini genesys gengo geoapify geocod gerrit getgeoapi getresponse giphy
github gitlab gitter glassnode gnews gocardless godaddy google grafana graphcms graphhopper groovehq groq guardian
gumroad guru_ gyazo happi happyscribe harness harvest heatmap helpscout hereapi heroku hetzner hive_ hiveage
holidayapi honeybadger honeycomb host.io html2pdf hubspot huggingface humanity hunter.io hybiscus hypertrack ibm_cloud
iconfinder iexcloud imagekit imagga imgbb imgur impala infura instabot instagram integromat intercom intra42 intrinio
invoiceocean ip2location ipapi ipdata ipgeolocation ipify ipinfo ipquality ipstack jambonz jdbc jenkins jira jotform
jumpcloud jumpseller juro kaleyra kanban karmacrm keenio keycdn keygen kickbox klaviyo klipfolio knapsack kontent
kraken kucoin kylas larksuite lastfm launchdarkly leadfeeder lemlist lemonsqueezy lendflow lessannoying lexigram
linear linemessaging linenotify linkedin linkpreview linode liveagent livestorm lob.com lob_ locationiq loggly
loginradius logz lokalise loyverse lunchmoney luno macaddress madkudu magnetic mailboxlayer mailchimp mailerlite
mailgun mailjet mailmodo mailtrap mandrill mapbox mapquest mapsted marketstack mattermost mavenlink maxmind
meaningcloud mediastack meetup meistertask meraki mesibo messagebird metaapi metabase mindmeister mistral mixpanel
mockaroo moderation monday monkeylearn moonclerk moosend moralis mrticktock mux_ myfreshworks myintervals nasdaq
nethunt netlify neutrinoapi new_relic newrelic newsapi newscatcher nexmo nftport ngrok nicereply nimble nitro
noticeable notion nozbe npm_ nuget nutritionix nvd_ nylas oanda okta omnisend onedesk onelogin onepage onesignal
onfido oopspam openai opencage openrouter openuv openweather opsgenie optimizely oracle oracle_cloud orbit ovh_ owlbot
packagecloud pagarme pagerduty pandadoc pandascore paperform paralleldots parsehub parsers parseur partnerstack
pastebin paydirt paymo paymongo paypal paystack pdflayer pdfshift peopledatalabs pepipost perplexity pinata pinecone
pingdom pinterest pipedream pipedrive pivotal pixabay plaid planetscale planhat planview planyo plivo podio poeditor
poloniex polygon portainer positionstack postageapi postbacks posthog postman postmark powrbot prefect prismic
privacy_com private_internet prodpad prospect protocols.io proxycrawl pubnub pulumi purestake pushbullet pusher qase
qualaroo qualtrics quickbooks quickmetrics quicknode quip rabbitmq railway rapidapi raven_ rawg razorpay reachmail
readme reallysimple rebrandly recaptcha recurly reddit refiner repairshopr replicate resend restpack retool rev.ai
revamp revcat revenuecat ringcentral ritekit roaring roboflow rocketreach rollbar rownd runpod runscope salesblink
salesforce salesforge salesmate satismeter saucelabs scaleway scalr scrapeowl scraperapi scraperbox scrapfly
scrapingant scrapingbee screenshotapi scrutinizer securitytrails segment selectpdf semantria semrush sendbird sendgrid
sendinblue sentiment sentry serpapi serphouse serpstack servicenow shippo shodan shopify shortcut shotstack
shutterstock signable signalwire signaturit signupgenius sigopt simfin simplesat simplynoted simvoly siteleaf skrapp
skybiometry slack smartsheet smooch snipcart snowflake snyk sonar sonarcloud sonarqube sourcegraph spacelift sparkpost
spectral speechtext splitio splunk spoonacular sportsmonk spotify square squarespace sslmate stability stackhawk
starton statuscake statuspage stitchdata stockdata storecove stormboard stormglass storyblok storychief strava streak
stream_io stripe stripo stytch sugester sumologic supabase supernotes surveyanyplace surveybot surveymonkey
surveysparrow swell swiftype symblai sync_com tableau taboola tailscale tallyfy tanium tatum taxjar teamcity teamgate
teamwork technical telegram telesign teletype telnyx tencent terraform testmo text2data textmagic theodds thinkific
thousandeyes ticketmaster tickettailor tiingo tiktok timecamp timezoneapi tineye tmdb todoist together toggl
tomorrow_io tomtom tradier travelpayouts travis travisci trello tru_ trufflehog twelvedata twilio twitch twitter
typeform typetalk ubidots uclassify unify_id unplugg unsplash untappd upcdatabase upcloud uplead uploadcare upstash
uptimerobot upwave urlscan user.com userflow userstack usps_ vatlayer vbout vercel verifalia verimail veriphone
versioneye viewneo virustotal visualcrossing voiceflow voicegain vonage voodoosms vouchery vpnapi vultr vyte walkscore
wandb weatherbit weatherstack weaviate webex webflow webscraper webscraping wepay whatcms whoxy wistia wit.ai
woocommerce wordpress workato workday worksnaps worldcoin worldweather wrike xata xero xing yahoo yandex yelp
youneedabudget younow youtube zapier zapierwebhook zendesk zenkit zenrows zenscrape zenserp zeplin zerobounce zerotier
zipapi zipbooks zipcode zoho zonka zoom zoominfo zulip
""".split()

GUARDED = frozenset(
    """
airship aiven amazon anthropic apollo.io artsy atlassian axiom azure bandwidth base64 binance box_ canvas_ cicero
coda_ coinbase dandelion deepseek deputy discord docker drone_ dynalist elastic enigma envoy eraser facebook falco
fixer float_ front_ gemini github gitlab google guardian guru_ happi harness harvest heatmap hive_ huggingface impala
instagram jira juro kanban kraken lastfm linear linkedin magnetic meetup mistral moderation monday mux_ nimble nitro
noticeable notion npm_ nuget openai openrouter oracle orbit parsers pastebin perplexity pivotal polygon prospect
protocols.io quip railway raven_ readme reddit revamp roaring segment sentiment shortcut slack solana sonar spectral
square stability streak stripe supabase swell technical telegram tiktok together travis tru_ twitch twitter vercel
wordpress worldcoin yahoo youtube zoom
""".split()
)
"""Names that agents write about all day: beside one of them a hash or an address stands more often than a key."""


_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_ENDINGS = (
    "apikey",
    "apitoken",
    "api",
    "key",
    "token",
    "secret",
    "auth",
    "access",
    "client",
    "app",
    "io",
    "com",
)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)


_NAMES = frozenset(_plain(name) for name in NAMES)
_GUARDED = frozenset(_plain(name) for name in GUARDED)


def named_in(text: str) -> str:
    """The last provider that a text names, in lower case without signs, or ``""``.

    Words are cut at signs and capitals, so ``algoliaApiKey`` and ``ALGOLIA_API_KEY`` name Algolia; a name of two words
    (``New Relic``, ``customer.io``) is looked for too.
    """
    words: list[str] = [word.lower() for word in _WORDS.findall(text)]
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if word in _NAMES:
            return word
        if place and words[place - 1] + word in _NAMES:
            return words[place - 1] + word
        for ending in _ENDINGS:
            if word.endswith(ending) and word[: -len(ending)] in _NAMES:
                return word[: -len(ending)]
    return ""


def is_guarded(name: str) -> bool:
    """Whether a name that ``named_in`` gave is one that agents write about all day."""
    return name in _GUARDED
