"""Keys of code hosts, package registries, build servers and those who watch over running programs."""

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
        "github-token",
        "GitHub token",
        rf"gh[opusr]_{_A}{{36,}}",
        check="github",
        severity=_CRITICAL,
    ),
    Form(
        "github-fine-grained-token",
        "GitHub fine-grained token",
        rf"github_pat_{_A}{{22}}_{_A}{{50,}}",
        severity=_CRITICAL,
    ),
    Form(
        "github-app-token", "GitHub app token", rf"v1\.{_H}{{40}}|ghs_\d+_eyJ[0-9A-Za-z_.-]{{60,}}"
    ),
    Form(
        "gitlab-token",
        "GitLab token",
        r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt|at)-[0-9A-Za-z_.-]{18,}",
        severity=_CRITICAL,
    ),
    Form("gitlab-runner-token", "GitLab runner token", rf"GR1348941{_W}{{20,}}"),
    Form("gitlab-session", "GitLab session", rf"_gitlab_session=(?P<secret>{_H}{{32}})"),
    Form("bitbucket-password", "Bitbucket app password", rf"ATBB{_A}{{24,}}"),
    Form("bitbucket-token", "Bitbucket access token", r"ATCTT3xFfG[0-9A-Za-z_=.-]{60,}"),
    Form(
        "atlassian-token",
        "Atlassian token",
        rf"ATATT3[0-9A-Za-z_=.-]{{60,}}|ATSTT3[0-9A-Za-z_=.-]{{60,}}|ATOA{_W}{{40,}}",
    ),
    Form("npm-token", "npm token", rf"npm_{_A}{{36}}", check="npm", severity=_CRITICAL),
    Form(
        "npm-auth",
        "npm registry password",
        r"(?::_authToken|:_password|:_auth|_authToken)\s{0,3}=\s{0,3}(?P<secret>[0-9A-Za-z+/=_.-]{8,})",
        edge=False,
    ),
    Form("pypi-token", "PyPI token", rf"pypi-AgE{_W}{{50,}}", severity=_CRITICAL),
    Form("rubygems-key", "RubyGems key", rf"rubygems_{_H}{{48}}"),
    Form("nuget-key", "NuGet key", r"oy2[a-z0-9]{43}"),
    Form("crates-token", "crates.io token", rf"cio{_A}{{32}}"),
    Form("docker-token", "Docker Hub token", rf"dckr_(?:pat|oat)_{_W}{{24,}}"),
    Form(
        "artifactory-key",
        "Artifactory key",
        rf"AKCp[0-9A-Za-z]{{10,100}}|cmVmdGtu{_A}{{56}}|AP[0-9A-Fa-f]{{1}}B{_A}{{60,}}",
        bits=3.2,
    ),
    Form("packagist-token", "Packagist token", rf"packagist_[ou][ru][tk]_{_H}{{68}}"),
    Form("clojars-token", "Clojars token", rf"CLOJARS_{_H}{{60}}", caseless=True),
    Form("jfrog-token", "JFrog identity token", rf"eyJ2ZXIiOiIy{_W}{{60,}}"),
    Form("sonar-token", "Sonar token", rf"sq[upao]_{_H}{{40}}"),
    Form("jetbrains-token", "JetBrains token", r"perm[:-][0-9A-Za-z+/=_.-]{30,}"),
    Form("circleci-token", "CircleCI token", rf"CCI(?:PAT|PRJ)_{_A}{{22}}_{_H}{{40}}"),
    Form("buildkite-token", "Buildkite token", rf"bk(?:ua|at|aj|ct|pi|ps)_{_A}{{36,}}"),
    Form(
        "sourcegraph-token",
        "Sourcegraph token",
        rf"sgp_(?:{_H}{{16}}_|local_)?{_H}{{40}}|sl[kd]_{_H}{{64}}|sgd_{_H}{{64}}",
    ),
    Form("sentry-token", "Sentry token", r"sntry[a-z]_[0-9A-Za-z+/=_-]{40,}"),
    Form(
        "sentry-dsn",
        "Sentry DSN",
        rf"https?://(?P<secret>{_H}{{32}}(?::{_H}{{32}})?)@[0-9A-Za-z.-]{{3,80}}/\d+",
        confidence=0.8,
        severity=Severity.MEDIUM,
    ),
    Form("postman-key", "Postman key", rf"PMAK-{_H}{{24}}-{_H}{{34}}"),
    Form("readme-key", "ReadMe key", rf"rdme_{_A}{{60,}}"),
    Form(
        "grafana-token",
        "Grafana token",
        rf"glc_{_B}{{32,}}={{0,3}}|glsa_{_A}{{32}}_[0-9A-Fa-f]{{8}}",
    ),
    Form("grafana-key", "Grafana key", rf"eyJrIjoi{_B}{{50,}}={{0,3}}"),
    Form(
        "newrelic-key",
        "New Relic key",
        rf"NR(?:AK|AA|BR|II|IQ|RA|SP|JS)-{_W}{{19,}}|{_H}{{32,36}}(?:FFFF)?NRAL",
    ),
    Form("datadog-key", "Datadog key of the new form", rf"dd(?:p|pat|app|w)_{_A}{{34,}}"),
    Form("dynatrace-token", "Dynatrace token", r"dt0[a-z]\d\d\.[0-9A-Z]{8,24}\.[0-9A-Z]{60,}"),
    Form(
        "honeycomb-key",
        "Honeycomb key",
        r"hc(?:[a-z]i[kck]|alk|xmk|bmk)_[0-9a-z]{50,}|hc[a-z]lk_[0-9a-z]{26,}",
    ),
    Form("launchdarkly-key", "LaunchDarkly key", rf"(?:sdk|api|mob)-{_UUID}"),
    Form("statsig-key", "Statsig secret", rf"(?:secret|console)-{_A}{{36,}}", bits=3.4),
    Form(
        "unleash-key",
        "Unleash key",
        rf"[*a-z0-9_-]{{1,40}}:(?:production|development|staging|test|default|\*)\.{_H}{{40,}}",
    ),
    Form("configcat-key", "ConfigCat key", rf"configcat-(?:sdk|proxy)-\d/{_W}{{22}}/{_W}{{22}}"),
    Form("linear-token", "Linear token", rf"lin_(?:api|oauth|wh)_{_A}{{32,}}"),
    Form("octopus-key", "Octopus Deploy key", r"API-[0-9A-Z]{25,34}", bits=3.2),
    Form("pagerduty-key", "PagerDuty key", rf"u\+{_W}{{18}}|pdus\+_0XBPWQQ_{_W}{{20,}}", bits=3.3),
    Form("semgrep-token", "Semgrep token", rf"sgp_{_H}{{64}}"),
    Form("endorlabs-key", "Endor Labs key", rf"endr\+{_W}{{16,}}"),
    Form("gemfury-token", "Gemfury token", rf"fury_{_W}{{20,}}"),
    Form("contentful-token", "Contentful token", rf"CFPAT-{_W}{{40,}}"),
    Form("databento-key", "Databento key", rf"db-{_A}{{29}}", confidence=0.75, bits=3.6),
    Form("thunderstore-token", "Thunderstore token", rf"tss_{_A}{{36}}"),
    Form("intra42-secret", "42 School secret", rf"s-s4t2(?:ud|af)-{_H}{{64}}"),
    Form("settlemint-token", "SettleMint token", rf"sm_(?:pat|aat|sat)_{_A}{{16}}"),
    Form("maxmind-key", "MaxMind licence key", rf"{_A}{{6}}_{_A}{{29}}_mmk"),
    Form(
        "sidekiq-secret",
        "Sidekiq Enterprise URL",
        rf"(?P<secret>{_H}{{8}}:{_H}{{8}})@(?:gems|enterprise)\.contribsys\.com",
    ),
    Form(
        "git-credential-url",
        "Password in a git URL",
        r"https?://[^\s/:@\"'<>]{1,80}:(?P<secret>[^\s/@\"'<>]{3,200})@(?:github|gitlab|bitbucket)\.[a-z]{2,6}",
        check="password",
    ),
    Form(
        "git-token-url",
        "Token in a git URL",
        rf"https?://(?:x-access-token:|oauth2:)?(?P<secret>{_W}{{30,}})@(?:github|gitlab|bitbucket)\.[a-z]{{2,6}}",
    ),
    Form(
        "netrc",
        "Password in a netrc file",
        r"machine\s+\S+\s+login\s+\S+\s+password\s+(?P<secret>\S{4,})",
        check="password",
    ),
    Form(
        "docker-auth",
        "Docker registry password",
        rf"\"auth\"\s{{0,3}}:\s{{0,3}}\"(?P<secret>{_B}{{12,}}={{0,2}})\"",
        check="basic",
        edge=False,
    ),
    Form("jenkins-token", "Jenkins token", rf"11{_H}{{32}}", confidence=0.75, bits=3.2),
    Form("percy-token", "Percy token", rf"(?:web|app|auto|ss)_{_H}{{64}}"),
    Form("checkly-key", "Checkly key", rf"cu_{_H}{{32}}"),
    Form("deno-token", "Deno Deploy token", rf"dd[pow]_{_A}{{36}}|vtwn_{_A}{{24,}}"),
    Form("zuplo-key", "Zuplo key", rf"zpka_{_H}{{32}}_{_H}{{8}}"),
    Form("unkey-key", "Unkey root key", rf"unkey_{_A}{{20,}}"),
    Form("inngest-key", "Inngest key", rf"signkey-(?:prod|test|branch)-{_H}{{40,}}"),
    Form("trigger-key", "Trigger.dev key", rf"tr_(?:dev|prod|stg|pat|preview)_{_A}{{20,}}"),
    Form("posthog-key", "PostHog personal key", rf"ph[xs]_{_A}{{32,}}"),
    Form("axiom-token", "Axiom token", rf"xa[aip]t-{_UUID}"),
    Form("hackerone-token", "HackerOne token", rf"h1_[a-z]+_{_A}{{24,}}"),
    Form("depot-token", "Depot token", rf"depot_(?:org|project)_{_H}{{60,}}"),
    Form("cursor-key", "Cursor key", rf"key_{_H}{{64}}|crsr_{_H}{{60,}}"),
    Form("stackhawk-key", "StackHawk key", rf"hawk\.{_W}{{20}}\.{_W}{{20}}"),
    Form("lambdatest-key", "LambdaTest key", rf"LT_{_A}{{40,}}"),
)
