"""Providers' words for the ending of a reply, sorted into endings and failures.

A truncated reply may end inside a number, so only a known good word counts as an ending. An unknown
word is kept as the provider's word, and its reply counts as truncated.
"""

from collections.abc import Iterable
from typing import Final

STOP: Final = "stop"
"""The model ended its reply itself."""
CUT: Final = "length"
"""A limit on tokens ended the reply."""
FILTERED: Final = "content_filter"
"""The provider or the model withheld the reply."""
FAILED: Final = "error"
"""The provider failed in the middle of the reply."""
UNTOLD: Final = "no reason given"
"""The provider named no reason."""

_WORDS: Final = (
    # OpenAI and servers that speak its protocol; Together AI, SambaNova, Hugging Face
    (STOP, "stop tool_calls function_call eos eos_token end_of_text endoftext completed"),
    # Anthropic and Bedrock; Cohere; Titan
    (STOP, "end_turn stop_sequence tool_use complete tool_call finish finished stop_criteria_met"),
    # OpenAI; Anthropic and Gemini; Mistral; GLM; watsonx; Cohere; MiMo
    (CUT, "length max_output_tokens max_completion_tokens max_tokens model_length token_limit"),
    (CUT, "model_context_window_exceeded context_length_exceeded error_limit compaction"),
    (CUT, "repetition_truncation"),
    # OpenAI; Anthropic; Bedrock; GLM; Cohere
    (FILTERED, "content_filter content_filtered refusal guardrail_intervened sensitive"),
    (FILTERED, "error_toxic blocked"),
    # Gemini, https://ai.google.dev/api/generate-content#FinishReason
    (FILTERED, "safety recitation language other blocklist prohibited_content spii model_armor"),
    (FILTERED, "escalation no_image image_safety image_prohibited_content image_recitation"),
    (FILTERED, "image_other block_reason_unspecified"),
    # OpenRouter, Mistral, Cohere; vLLM, SGLang; DeepSeek; GLM; watsonx; Ollama
    (FAILED, "error failed abort aborted insufficient_system_resource network_error timeout"),
    (FAILED, "server_error internal_error time_limit cancelled canceled user_cancel load unload"),
)
_KINDS: Final = {word: kind for kind, words in _WORDS for word in words.split()}


def ending(words: Iterable[object]) -> str:
    """Ending of a reply.

    Args:
        words: the provider's words; None and an empty text are ignored.

    Returns:
        The worst kind named by a word: FAILED, FILTERED or CUT; else the first unknown word; else
        STOP, or UNTOLD if there is no word.
    """
    named = [str(word) for word in words if word is not None and word != ""]
    kinds = [_KINDS.get(word.casefold().replace("-", "_"), word) for word in named]
    for kind in (FAILED, FILTERED, CUT):
        if kind in kinds:
            return kind
    return next((kind for kind in kinds if kind != STOP), STOP if kinds else UNTOLD)
