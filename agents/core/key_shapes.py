"""Shapes of keys, by which they are recognised without a word beside them.

Keys of services are those that detect-secrets knows. It knows one provider of language models, by
a shape that is out of use, so those are listed here.
Source: the providers' documentation of their keys, and the public rules of gitleaks 8 and
TruffleHog 3, as of 2026; detect-secrets 1.5 (Yelp, Apache-2.0).
"""

import re
from functools import cache
from importlib import import_module

_MODELS = (
    r"(?:sk|pk|rk)-[\w\-]{16,}",  # OpenAI, Anthropic, OpenRouter, DeepSeek, Moonshot, DashScope, …
    r"(?:sk|pk|rk)_[\w\-]{16,}",  # Novita, ElevenLabs, Stripe
    r"gsk_[\w\-]{16,}",  # Groq
    r"xai-[\w\-]{16,}",  # xAI
    r"AIza[\w\-]{16,}",  # Google
    r"(?-i:AQ\.[A-Z][\w\-]{24,})",  # Google, bound to a service account
    r"pplx-[\w\-]{16,}",  # Perplexity
    r"(?:hf|api_org)_[A-Za-z0-9]{16,}",  # Hugging Face
    r"r8_[A-Za-z0-9]{16,}",  # Replicate
    r"fw_[A-Za-z0-9]{16,}",  # Fireworks
    r"tgp_v1_[\w\-]{16,}",  # Together
    r"csk-[A-Za-z0-9]{16,}",  # Cerebras
    r"nvapi-[\w\-]{16,}",  # NVIDIA
    r"(?-i:dapi[0-9a-f]{32})(?:-\d)?",  # Databricks
    r"(?-i:[A-Za-z0-9]{52}JQQJ9[\w]{20,40})",  # Azure
    r"(?-i:[0-9a-f]{32}\.[A-Za-z0-9]{16})",  # Zhipu
    r"(?-i:LLM\|\d{8,}\|[\w\-]{16,})",  # Meta
    r"(?-i:ABSK[A-Za-z0-9+/]{64,}=*)|bedrock-api-key-[\w+/=\-]{16,}",  # Amazon Bedrock
    r"vck_[A-Za-z0-9]{16,}",  # Vercel's gateway
    r"flp_[A-Za-z0-9]{16,}",  # Friendli
    r"(?-i:rc_[0-9a-f]{32,})",  # Featherless
    r"cpk_[\w.\-]{24,}",  # Chutes
    r"(?-i:pa-[\w\-]{40,})",  # Voyage
    r"jina_[A-Za-z0-9]{24,}",  # Jina
    r"up_[A-Za-z0-9]{24,}",  # Upstage
    r"esecret_[A-Za-z0-9]{16,}",  # Anyscale
    r"lsv2_(?:pt|sk)_[0-9a-f_]{32,}",  # LangSmith
    r"wandb_v1_[\w\-]{24,}",  # Weights & Biases
    r"(?-i:rpa_[A-Z0-9]{24,}\w*)",  # RunPod
    r"(?:gh[pousr]|github_pat)_\w{16,}",  # GitHub
    r"glpat-[\w\-]{16,}",  # GitLab
    r"(?-i:(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})",  # Amazon
    r"(?-i:eyJ)[\w\-]{8,}\.[\w\-]{8,}(?:\.[\w\-]*)?",  # signed tokens: MiniMax, Nebius, Hyperbolic
)
_MODEL_KEYS = re.compile(rf"(?<![\w\-])(?:{'|'.join(_MODELS)})(?![\w\-])", re.IGNORECASE)
_PRIVATE = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)", re.DOTALL
)
_PLUGINS = {
    "aws": "AWSKeyDetector",
    "azure_storage_key": "AzureStorageKeyDetector",
    "discord": "DiscordBotTokenDetector",
    "github_token": "GitHubTokenDetector",
    "gitlab_token": "GitLabTokenDetector",
    "mailchimp": "MailchimpDetector",
    "npm": "NpmDetector",
    "openai": "OpenAIDetector",
    "pypi_token": "PypiTokenDetector",
    "sendgrid": "SendGridDetector",
    "slack": "SlackDetector",
    "square_oauth": "SquareOAuthDetector",
    "stripe": "StripeDetector",
    "telegram_token": "TelegramBotTokenDetector",
    "twilio": "TwilioKeyDetector",
}
"""Modules and classes of detect-secrets whose patterns match a key and nothing around it."""


@cache
def shapes() -> tuple[re.Pattern[str], ...]:
    """Patterns of whole keys; the first call imports detect-secrets, which takes a moment."""
    services = (
        getattr(import_module(f"detect_secrets.plugins.{module}"), detector).denylist
        for module, detector in _PLUGINS.items()
    )
    return (_PRIVATE, _MODEL_KEYS, *(pattern for denied in services for pattern in denied))
