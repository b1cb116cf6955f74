"""LiteLLM's routes on which a conversation arrives as one: each message with its role.

Other routes glue all messages into one prompt, or send the last one alone, so that the model plays
another game than the record says.
"""

from games import BadInput

_CHAT = {"ollama": "ollama_chat"}
"""Providers whose usual route glues, and the route to the same server that does not."""
_INSTEAD = {
    "text-completion-openai": "openai/… with a chat model",
    "azure_text": "azure/… with a chat model",
    "anthropic_text": "anthropic/… with a chat model",
    "text-completion-codestral": "codestral/…",
    "text-completion-inception": "inception/…",
    "watsonx_text": "watsonx/…",
    "sagemaker": "sagemaker_chat/…",
    "vllm": "hosted_vllm/… with api_base",
    "triton": "hosted_vllm/… or openai/… with api_base, if the server has a chat route",
    "oobabooga": "openai/… with api_base",
    "bedrock/invoke": "bedrock/converse/…",
    "bedrock/agent": "bedrock/converse/…",
    "bedrock/agentcore": "bedrock/converse/…",
    "predibase": "openai/… with api_base",
}
"""Providers that take one prompt, and what to write for the same model."""
_OTHERWISE = "a provider with a chat route, such as openrouter/… or openai/… with api_base"
_WITHOUT = {
    "a2a",
    "a2a_agent",
    "custom",
    "langflow",
    "maritalk",
    "nlp_cloud",
    "petals",
    "replicate",
}
"""Providers that take one prompt, and have no other route."""


def wire_name(model: str, provider: str) -> str:
    """The name under which LiteLLM reaches a model with each message of its own.

    Args:
        model: the name in the design.
        provider: as LiteLLM reads the name.

    Raises:
        BadInput: the route glues the conversation into one prompt.
    """
    if provider in _INSTEAD or provider in _WITHOUT:
        raise BadInput(
            f"model {model!r} cannot be used: LiteLLM's route {provider} sends a conversation as "
            f"one prompt; write {_INSTEAD.get(provider, _OTHERWISE)}"
        )
    if provider in _CHAT:
        return f"{_CHAT[provider]}/{model.removeprefix(f'{provider}/')}"
    return model


def route_note(model: str) -> str | None:
    """A note where a model is sent under another name; None where its name is kept."""
    provider, slash, _ = model.partition("/")
    if not slash or provider not in _CHAT:
        return None
    chat = f"{_CHAT[provider]}/"
    return f"{model} is reached as {chat}…: {provider}/ glues a conversation into one prompt"
