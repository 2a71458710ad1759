"""Keys of clouds, hosts, databases, vaults and those who say who somebody is."""

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
        "aws-key-id",
        "AWS access key id",
        r"(?:AKIA|ASIA|ABIA|ACCA|A3T[0-9A-Z])[0-9A-Z]{16}",
        bits=2.8,
    ),
    Form(
        "aws-session-token",
        "AWS session token",
        rf"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz){_B}{{60,}}={{0,2}}",
    ),
    Form(
        "aws-bedrock-key",
        "Amazon Bedrock key",
        rf"ABSK{_B}{{80,}}={{0,2}}|bedrock-api-key-{_B}{{40,}}={{0,2}}",
    ),
    Form("aws-mws-token", "Amazon MWS token", rf"amzn\.mws\.{_UUID}"),
    Form("google-api-key", "Google API key", rf"AIza{_W}{{35}}", bits=3.0),
    Form("google-oauth-secret", "Google OAuth client secret", rf"GOCSPX-{_W}{{24,}}"),
    Form("google-access-token", "Google access token", rf"ya29\.{_W}{{20,}}"),
    Form("google-refresh-token", "Google refresh token", rf"1//0{_W}{{38,}}"),
    Form("google-hmac-key", "Google storage HMAC key id", r"GOOG1?[0-9A-Z]{20,60}", bits=3.0),
    Form(
        "google-client-id",
        "Google OAuth client id",
        r"\d{6,}-[0-9a-z]{32}\.apps\.googleusercontent\.com",
        severity=Severity.LOW,
        confidence=0.7,
    ),
    Form(
        "azure-storage-key",
        "Azure storage account key",
        rf"AccountKey=(?P<secret>{_B}{{60,88}}={{0,2}})",
        caseless=True,
        severity=_CRITICAL,
    ),
    Form(
        "azure-shared-key",
        "Azure shared access key",
        rf"SharedAccessKey=(?P<secret>{_B}{{40,}}={{0,2}})",
        caseless=True,
    ),
    Form(
        "azure-sas",
        "Azure shared access signature",
        r"sig=(?P<secret>[0-9A-Za-z%+/]{40,}(?:%3d|=){0,2})",
        caseless=True,
        check="sas",
    ),
    Form(
        "azure-client-secret",
        "Microsoft Entra client secret",
        r"[0-9A-Za-z_~.-]{3}[78]Q~[0-9A-Za-z_~.-]{31,34}",
        bits=3.2,
    ),
    Form(
        "azure-marked-key",
        "Azure key with Microsoft's mark",
        rf"{_B}{{30,80}}(?:\+AStA?|ACDb|AzSeA|AzCa|\+ASb|\+AEh|\+ARm|AIoTA|APIM|AzFu|\+ACRA?){_B}{{5,8}}={{0,2}}",
        bits=3.6,
    ),
    Form("azure-ai-key", "Azure AI key", rf"{_A}{{52}}JQQJ9{_A}{{6}}AC{_A}{{17,19}}"),
    Form("azure-devops-token", "Azure DevOps token", rf"{_A}{{76}}AZDO{_A}{{4}}"),
    Form(
        "azure-function-url",
        "Azure function key in a URL",
        r"azurewebsites\.net/api/[^\s?\"']{1,80}\?code=(?P<secret>[0-9A-Za-z_/+=%-]{32,})",
    ),
    Form(
        "digitalocean-token", "DigitalOcean token", rf"do[opr]_v1_{_H}{{60,}}", severity=_CRITICAL
    ),
    Form("heroku-key", "Heroku key", rf"HRKU-{_W}{{36,}}"),
    Form("cloudflare-origin-key", "Cloudflare origin CA key", rf"v1\.0-{_H}{{24}}-{_H}{{100,}}"),
    Form("cloudflare-token", "Cloudflare token of the new form", rf"cf(?:ut|at|k)_{_A}{{36,}}"),
    Form(
        "fly-token",
        "Fly.io token",
        rf"fo1_{_W}{{40,}}|FlyV1 fm[12]_{_B}{{40,}}|fm[12][ar]?_{_B}{{60,}}",
    ),
    Form("vercel-token", "Vercel token", rf"vc[pikar]_{_W}{{24,}}|vercel_blob_rw_{_W}{{24,}}"),
    Form("netlify-token", "Netlify token", rf"nf[pcoub]_{_A}{{34,}}"),
    Form("alibaba-key-id", "Alibaba Cloud key id", r"LTAI[0-9A-Za-z]{12,22}", bits=3.0),
    Form("tencent-key-id", "Tencent Cloud key id", r"AKID[0-9A-Za-z]{28,36}", bits=3.0),
    Form(
        "volcengine-key-id", "Volcengine key id", r"AKL[TE][0-9A-Za-z+/_-]{28,60}={0,2}", bits=3.0
    ),
    Form("baidu-key", "Baidu Cloud key", rf"bce-v3/ALTAK-{_A}{{21}}/{_H}{{40}}|ALTAK-{_A}{{21}}"),
    Form("scaleway-key-id", "Scaleway key id", r"SCW[0-9A-Z]{17}", bits=2.8),
    Form("exoscale-key-id", "Exoscale key id", rf"EXO{_H}{{24}}"),
    Form("upcloud-token", "UpCloud token", r"ucat_[0-9A-Z]{26}"),
    Form(
        "yandex-cloud-key", "Yandex Cloud key", rf"AQVN{_W}{{34,}}|YC[0-9A-Za-z_-]{{38}}", bits=3.4
    ),
    Form(
        "yandex-iam-token",
        "Yandex token",
        rf"t1\.{_W}{{2,}}={{0,2}}\.{_W}{{80,}}={{0,2}}|y[0-3]_{_W}{{30,}}",
    ),
    Form("render-key", "Render key", rf"rnd_{_A}{{28,}}"),
    Form("supabase-key", "Supabase key", rf"sbp_(?:oauth_|v0_)?{_H}{{40}}|sb_secret_{_W}{{24,}}"),
    Form(
        "planetscale-key",
        "PlanetScale key",
        r"pscale_(?:tkn|pw|oauth|app_secret)_[0-9A-Za-z_.=-]{28,}",
    ),
    Form("neon-key", "Neon key", rf"napi_{_A}{{40,}}|npg_{_A}{{10,}}"),
    Form("databricks-token", "Databricks token", rf"(?:dapi|dose|dkea|dsapi){_H}{{32}}(?:-\d)?"),
    Form("mongodb-atlas-secret", "MongoDB Atlas secret", rf"mdb_sa_sk_{_W}{{36,}}"),
    Form("aiven-password", "Aiven password", rf"AVNS_{_W}{{18,}}"),
    Form("elastic-key", "Elastic Cloud key", rf"essu_{_B}{{40,}}={{0,2}}"),
    Form("confluent-key", "Confluent secret", rf"cflt{_B}{{58,}}={{0,2}}"),
    Form(
        "doppler-token",
        "Doppler token",
        rf"dp\.(?:pt|st|ct|sa|scim|audit|said)(?:\.[a-z0-9_-]{{2,35}})?\.{_A}{{40,44}}",
    ),
    Form("infisical-token", "Infisical token", rf"st\.{_H}{{24}}\.{_H}{{32}}\.{_H}{{32}}"),
    Form("vault-token", "HashiCorp Vault token", rf"hv[sbr]\.{_W}{{24,}}", severity=_CRITICAL),
    Form(
        "vault-old-token",
        "HashiCorp Vault token of the old form",
        rf"[sbr]\.{_A}{{24}}",
        confidence=0.75,
        bits=3.5,
    ),
    Form(
        "vault-unseal-key",
        "HashiCorp Vault unseal key",
        rf"Unseal Key \d+: (?P<secret>{_B}{{40,}}={{0,2}})",
        severity=_CRITICAL,
    ),
    Form(
        "terraform-token", "Terraform Cloud token", rf"{_A}{{14}}\.atlasv1\.[0-9A-Za-z_=-]{{50,}}"
    ),
    Form("pulumi-token", "Pulumi token", rf"pul-{_H}{{40}}"),
    Form(
        "1password-token",
        "1Password service account token",
        rf"ops_eyJ{_B}{{100,}}={{0,3}}",
        severity=_CRITICAL,
    ),
    Form(
        "1password-secret-key",
        "1Password secret key",
        r"A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}",
        severity=_CRITICAL,
    ),
    Form(
        "bitwarden-token",
        "Bitwarden secrets token",
        rf"0\.{_UUID}\.{_A}{{30}}:{_B}{{22,24}}={{0,2}}",
    ),
    Form("tailscale-key", "Tailscale key", rf"tskey-(?:[a-z]+-)?{_W}{{10,}}"),
    Form(
        "ngrok-token",
        "ngrok token",
        rf"[12][0-9A-Za-z]{{26}}_(?:{_A}{{21}}|[1-9]{_A}{{18,22}})",
        bits=3.5,
    ),
    Form("defined-networking-token", "Defined Networking token", rf"dnkey-{_W}{{26}}-{_W}{{52}}"),
    Form("age-key", "age secret key", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}", severity=_CRITICAL),
    Form("clerk-or-workos-key", "Clerk or WorkOS key", r"sk_(?:live|test)_[0-9A-Za-z_]{20,}"),
    Form("stytch-secret", "Stytch secret", rf"secret-(?:live|test)-{_W}{{32,}}={{0,2}}"),
    Form("okta-token", "Okta token", r"00[0-9A-Za-z_-]{40}", confidence=0.75, bits=3.8),
    Form("jumpcloud-key", "JumpCloud key", rf"jca_{_A}{{32,}}"),
    Form(
        "descope-key", "Descope key", rf"[KP]2{_A}{{25,30}}:?{_A}{{30,}}", confidence=0.75, bits=3.8
    ),
    Form(
        "authress-key",
        "Authress service key",
        rf"(?:sc|ext|scauth|authress)_{_A}{{5,30}}\.{_A}{{4,6}}\.acc[_-][a-z0-9-]{{10,32}}\.[0-9A-Za-z+/_=-]{{30,}}",
    ),
    Form("harness-token", "Harness token", rf"(?:pat|sat)\.{_W}{{22}}\.{_H}{{24}}\.{_A}{{20}}"),
    Form("scalingo-token", "Scalingo token", rf"tk-us-{_W}{{40,}}"),
    Form("openshift-token", "OpenShift token", rf"sha256~{_W}{{40,}}"),
    Form("akamai-token", "Akamai EdgeGrid token", r"akab-[0-9a-z]{16}-[0-9a-z]{16}"),
    Form("cockroach-key", "CockroachDB Cloud key", rf"CCDB1_{_A}{{22}}_{_A}{{40}}"),
    Form("clickhouse-key", "ClickHouse Cloud secret", rf"4b1d{_A}{{38}}"),
    Form("zerotier-token", "ZeroTier token", rf"ZEROTIER_[A-Z_]+=(?P<secret>{_A}{{32}})"),
    Form("dbt-token", "dbt Cloud token", rf"dbt[cu]_{_W}{{30,}}"),
    Form(
        "snyk-token",
        "Snyk token of the new form",
        rf"snyk_(?:uat|sat)\.{_A}{{8}}\.[0-9A-Za-z_.-]{{40,}}",
    ),
    Form("lacework-key", "Lacework key", r"[A-Z0-9]{2,12}_[0-9A-F]{54}", bits=3.0),
    Form("persona-key", "Persona key", rf"persona_(?:production|sandbox)_{_UUID}"),
    Form(
        "onfido-key", "Onfido key", rf"api_(?:live|sandbox)(?:_[a-z]{{2}})?\.{_W}{{11}}\.{_W}{{32}}"
    ),
    Form(
        "firebase-server-key", "Firebase Cloud Messaging server key", rf"AAAA{_W}{{7}}:{_W}{{120,}}"
    ),
    Form("prefect-key", "Prefect key", rf"pn[ub]_{_A}{{36}}"),
)
