"""LiteLLM's routes to providers: the hosts of each, and the variables of its keys and addresses.

A route that is not listed has the variables that its name suggests, and no host of its own: LiteLLM
knows its usual address, and no other address counts as the provider's.
Source: the modules `llms/*/` and `get_llm_provider_logic.py` of LiteLLM 1.106, and the providers'
references of their interfaces.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """A provider as LiteLLM reaches it.

    Args:
        hosts: the provider's own, the usual one first; one that begins with a dot stands for all
            below it.
        keys: variables that may hold its key; the first that is set is used.
        bases: variables that may hold another address; the first that is set is used.
        ambient: whether LiteLLM signs in with credentials of the machine where it gets no key.
        bound: whether it does so at any address, which must therefore be the provider's.
    """

    hosts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    ambient: bool = False
    bound: bool = False

    @property
    def usual_host(self) -> str:
        """The host of calls that name no address; empty where LiteLLM alone knows it."""
        return self.hosts[0].lstrip(".") if self.hosts else ""

    def owns(self, host: str) -> bool:
        """Whether a host is the provider's."""
        return any(host.endswith(own) if own[0] == "." else host == own for own in self.hosts)


def route(name: str) -> Route:
    """The route of a provider; for one outside the table, a guess from its name."""
    return ROUTES.get(name) or _route(name)


def is_own(host: str, provider: str) -> bool:
    """Whether a server of the user's own answers at a host, in place of a provider in the table."""
    return provider in ROUTES and not ROUTES[provider].owns(host)


def _route(
    name: str,
    *hosts: str,
    keys: tuple[str, ...] = (),
    bases: tuple[str, ...] = (),
    ambient: bool = False,
    bound: bool = False,
) -> Route:
    """A route; its name suggests the variables that are not stated."""
    stem = name.upper().replace("-", "_")
    usual = tuple(f"{stem}_{end}" for end in ("API_BASE", "BASE_URL", "API_URL", "ENDPOINT"))
    return Route(hosts, keys or (f"{stem}_API_KEY",), (*bases, *usual), ambient, bound)


_AZURE = _route(
    "azure", ".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com",
    keys=("AZURE_API_KEY", "AZURE_OPENAI_API_KEY"),
)  # fmt: skip
_COHERE = _route("cohere", "api.cohere.com", "api.cohere.ai", keys=("COHERE_API_KEY", "CO_API_KEY"))
_ANTHROPIC = _route("anthropic", "api.anthropic.com")
_OPENAI = _route("openai", "api.openai.com", ".api.openai.com", bases=("OPENAI_BASE_URL",))
_TOGETHER = ("TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN")
_HF = ("HF_TOKEN", "HUGGINGFACE_API_KEY")

_AWS = ("AWS_SECRET_ACCESS_KEY",)
_AMBIENT = {
    **dict.fromkeys(("bedrock", "bedrock_mantle"), _AWS),
    **dict.fromkeys(("sagemaker", "sagemaker_chat", "sagemaker_nova"), _AWS),
    **dict.fromkeys(("databricks", "snowflake"), ()),
}
"""Routes that sign in with credentials of the machine unless they get a key, with the variables
that may hold these."""
_BOUND = ("gdc", "gigachat", "oci", "sap", "vertex_ai", "vertex_ai_beta", "watsonx", "watsonx_text")
"""Routes that sign in with credentials of the machine whatever they get."""

ROUTES = {
    **{name: _route(name, keys=keys, ambient=True) for name, keys in _AMBIENT.items()},
    **{name: _route(name, ambient=True, bound=True) for name in _BOUND},
    "ai21": _route("ai21", "api.ai21.com"),
    "ai21_chat": _route("ai21", "api.ai21.com"),
    "anthropic": _ANTHROPIC,
    "anthropic_text": _ANTHROPIC,
    "azure": _AZURE,
    "azure_ai": _route(
        "azure_ai", *_AZURE.hosts, ".models.ai.azure.com", "models.inference.ai.azure.com"
    ),
    "azure_text": _AZURE,
    "baseten": _route("baseten", "inference.baseten.co"),
    "cerebras": _route("cerebras", "api.cerebras.ai"),
    "codestral": _route("codestral", "codestral.mistral.ai"),
    "cohere": _COHERE,
    "cohere_chat": _COHERE,
    "dashscope": _route(
        "dashscope", "dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com",
        "dashscope-us.aliyuncs.com",
    ),
    "deepinfra": _route("deepinfra", "api.deepinfra.com"),
    "deepseek": _route("deepseek", "api.deepseek.com"),
    "featherless_ai": _route("featherless_ai", "api.featherless.ai"),
    "fireworks_ai": _route(
        "fireworks_ai", "api.fireworks.ai",
        keys=("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY"),
        bases=("FIREWORKS_API_BASE",),
    ),
    "friendliai": _route(
        "friendliai", "api.friendli.ai", keys=("FRIENDLIAI_API_KEY", "FRIENDLI_TOKEN"),
        bases=("FRIENDLI_API_BASE",),
    ),
    "gemini": _route(
        "gemini", "generativelanguage.googleapis.com", keys=("GOOGLE_API_KEY", "GEMINI_API_KEY")
    ),
    "github": _route("github", "models.inference.ai.azure.com", "models.github.ai"),
    "groq": _route("groq", "api.groq.com"),
    "huggingface": _route(
        "huggingface", "router.huggingface.co", "api-inference.huggingface.co", keys=_HF,
        bases=("HF_API_BASE",),
    ),
    "hyperbolic": _route("hyperbolic", "api.hyperbolic.xyz"),
    "lambda_ai": _route("lambda", "api.lambda.ai"),
    "meta_llama": _route("llama", "api.llama.com"),
    "minimax": _route("minimax", "api.minimax.io", "api.minimaxi.com"),
    "mistral": _route("mistral", "api.mistral.ai", bases=("MISTRAL_AZURE_API_BASE",)),
    "moonshot": _route("moonshot", "api.moonshot.ai", "api.moonshot.cn"),
    "nebius": _route("nebius", "api.studio.nebius.ai", "api.studio.nebius.com"),
    "novita": _route("novita", "api.novita.ai"),
    "nscale": _route("nscale", "inference.api.nscale.com"),
    "nvidia_nim": _route("nvidia_nim", "integrate.api.nvidia.com"),
    "openai": _OPENAI,
    "openrouter": _route("openrouter", "openrouter.ai", keys=("OPENROUTER_API_KEY", "OR_API_KEY")),
    "perplexity": _route(
        "perplexity", "api.perplexity.ai", keys=("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY")
    ),
    "replicate": _route(
        "replicate", "api.replicate.com", keys=("REPLICATE_API_KEY", "REPLICATE_API_TOKEN")
    ),
    "sambanova": _route("sambanova", "api.sambanova.ai"),
    "text-completion-openai": _OPENAI,
    "together_ai": _route("together_ai", "api.together.ai", "api.together.xyz", keys=_TOGETHER),
    "vercel_ai_gateway": _route("vercel_ai_gateway", "ai-gateway.vercel.sh"),
    "volcengine": _route(
        "volcengine", "ark.cn-beijing.volces.com", keys=("ARK_API_KEY", "VOLCENGINE_API_KEY")
    ),
    "wandb": _route("wandb", "api.inference.wandb.ai"),
    "xai": _route("xai", "api.x.ai"),
    "zai": _route("zai", "api.z.ai", "open.bigmodel.cn"),
}  # fmt: skip
