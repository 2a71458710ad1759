"""Keys of model providers and of what agents are built with, by the forms that their makers publish."""

from __future__ import annotations

from eclosion.kernel.finding import Severity
from eclosion.kernel.secrets.form import Form

_W = r"[0-9A-Za-z_-]"
_A = r"[0-9A-Za-z]"
_H = r"[0-9a-f]"
_CRITICAL = Severity.CRITICAL

FORMS: tuple[Form, ...] = (
    Form(
        "anthropic-key",
        "Anthropic key",
        rf"sk-ant-[a-z]{{2,8}}\d\d-{_W}{{20,}}",
        severity=_CRITICAL,
    ),
    Form("openai-key", "OpenAI key", rf"sk-{_W}{{16,90}}T3BlbkFJ{_W}{{16,}}", severity=_CRITICAL),
    Form(
        "openai-project-key",
        "OpenAI project, service or administrator key",
        rf"sk-(?:proj|svcacct|service|admin|None)-{_W}{{20,}}",
        severity=_CRITICAL,
    ),
    Form("openai-old-key", "OpenAI-like key", rf"sk-{_A}{{32,64}}", confidence=0.8),
    Form("openai-session", "OpenAI session", rf"sess-{_A}{{40}}"),
    Form("openrouter-key", "OpenRouter key", rf"sk-or-(?:v\d-)?{_A}{{40,}}"),
    Form("huggingface-token", "Hugging Face token", rf"(?:hf_|api_org_){_A}{{30,}}"),
    Form("groq-key", "Groq key", rf"gsk_{_A}{{40,}}"),
    Form("xai-key", "xAI key", rf"xai-{_A}{{60,}}"),
    Form("perplexity-key", "Perplexity key", rf"pplx-{_A}{{40,}}"),
    Form("replicate-token", "Replicate token", rf"r8_{_A}{{34,}}"),
    Form("fireworks-key", "Fireworks AI key", rf"(?:fw|fpk)_{_A}{{22,}}", confidence=0.8),
    Form("together-key", "Together AI key", rf"tgp_v\d_{_W}{{40,}}"),
    Form("cerebras-key", "Cerebras key", rf"csk-{_A}{{40,}}"),
    Form("nvidia-key", "NVIDIA key", rf"nvapi-{_W}{{40,}}"),
    Form("langsmith-key", "LangSmith key", rf"ls(?:v2_(?:pt|sk)_|__){_H}{{32}}(?:_{_H}{{10}})?"),
    Form(
        "langfuse-key",
        "Langfuse secret key",
        rf"sk-lf-{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}",
    ),
    Form("pinecone-key", "Pinecone key", rf"pc(?:sk|local)_{_W}{{40,}}"),
    Form("tavily-key", "Tavily key", rf"tvly-(?:dev-|prod-)?{_W}{{24,}}"),
    Form("firecrawl-key", "Firecrawl key", rf"fc-{_H}{{32}}"),
    Form("e2b-key", "E2B key", rf"e2b_{_H}{{40}}"),
    Form("elevenlabs-key", "ElevenLabs key", rf"sk_{_H}{{48}}"),
    Form("voyage-key", "Voyage AI key", rf"pa-{_W}{{43}}", confidence=0.8),
    Form("jina-key", "Jina AI key", rf"jina_{_W}{{50,}}"),
    Form("llamacloud-key", "LlamaCloud key", rf"llx-{_A}{{40,}}"),
    Form("runpod-key", "RunPod key", rf"rpa_[0-9A-Z]{{30,}}{_A}*"),
    Form("modal-token", "Modal token", rf"(?:ak|as)-{_A}{{22}}", confidence=0.75, bits=3.2),
    Form("helicone-key", "Helicone key", rf"sk-helicone-{_W}{{20,}}"),
    Form("mem0-key", "Mem0 key", rf"m0-{_A}{{40}}"),
    Form("apify-token", "Apify token", rf"apify_api_{_A}{{30,}}"),
    Form("browserbase-key", "Browserbase key", rf"bb_(?:live|test)_{_W}{{22,}}"),
    Form("kaggle-token", "Kaggle token", rf"KGAT_{_H}{{32}}"),
    Form("wandb-key", "Weights & Biases key", rf"wandb_v\d_{_W}{{40,}}|local-{_H}{{40}}"),
    Form("zhipu-key", "Zhipu key", rf"{_H}{{32}}\.{_A}{{16}}", confidence=0.75, bits=3.2),
    Form("minimax-key", "MiniMax key", rf"sk-(?:api|cp)-{_W}{{60,}}"),
    Form("portkey-key", "Portkey key", rf"pk-portkey-{_W}{{16,}}"),
    Form("braintrust-key", "Braintrust key", rf"sk-bt-{_W}{{24,}}|bt-st-{_W}{{40,}}"),
    Form("composio-key", "Composio key", rf"(?:ak|comp)_{_W}{{20,}}", confidence=0.75, bits=3.4),
    Form("stability-key", "Stability AI key", rf"sk-stability-{_W}{{30,}}"),
    Form(
        "lambda-cloud-key", "Lambda cloud key", rf"secret_[a-z0-9-]{{3,40}}_{_H}{{32}}\.{_A}{{32}}"
    ),
    Form(
        "moltbook-key",
        "Moltbook or Eclosion key",
        rf"moltbook_(?:sk_)?{_W}{{24,}}",
        severity=_CRITICAL,
        bits=3.0,
    ),
    Form(
        "moltbook-claim",
        "Moltbook claim token",
        rf"moltbook_claim_{_W}{{16,}}",
        confidence=0.85,
        bits=3.0,
    ),
    Form("clawhub-token", "ClawHub token", rf"clh_{_W}{{30,}}"),
    Form("gemini-key", "Google AI key of the new form", rf"AQ\.Ab8{_W}{{40,}}"),
    Form(
        "agent-platform-key",
        "Agent platform key",
        rf"(?:agt|agent|claw|molt)_(?:sk|key|live|secret)_{_W}{{20,}}",
        bits=3.0,
    ),
    Form("dify-key", "Dify key", rf"(?:app|dataset)-{_A}{{24}}", confidence=0.75, bits=3.4),
    Form("n8n-key", "n8n key", rf"n8n_api_{_A}{{40,}}"),
    Form("promptlayer-key", "PromptLayer key", rf"pl_{_H}{{32}}"),
    Form("friendli-token", "FriendliAI token", rf"flp_{_A}{{40,}}"),
    Form("deepseek-key", "DeepSeek key", rf"sk-{_H}{{32}}"),
    Form("humanloop-key", "Humanloop key", rf"hl_sk_{_A}{{40,}}"),
    Form("vectara-key", "Vectara key", rf"z(?:qt|wt|ut)_{_W}{{36,}}"),
    Form("zep-key", "Zep key", rf"z_1dWlkIjoi{_W}{{40,}}"),
)
