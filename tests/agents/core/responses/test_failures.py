"""Errors as providers word them, each with what it means."""

import json
from typing import Any

import pytest

from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.responses.error_body import ErrorBody
from agents.core.responses.failures import Kind, classify
from prompts import Message
from tests.loopback import Loopback, Reply, run

MESSAGES = (Message("system", "Play."), Message("user", "Your move?"))
KEYS = ["OPENAI", "DEEPSEEK", "GROQ", "MISTRAL", "OPENROUTER", "ANTHROPIC", "GEMINI", "COHERE"]
KEYS += ["TOGETHERAI", "XAI", "NVIDIA_NIM", "AZURE"]


def openai(message: str, code: str | None = None, kind: str = "x", param: str | None = None) -> Any:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def anthropic(kind: str, message: str) -> Any:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def google(code: int, status: str, message: str, *details: Any) -> Any:
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return {"error": error}


def quota(name: str) -> Any:
    kind = "type.googleapis.com/google.rpc.QuotaFailure"
    return {"@type": kind, "violations": [{"quotaId": name, "quotaMetric": "requests"}]}


DELAY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"}
PLAN = "You exceeded your current quota, please check your plan and billing details."
FILTERED = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management"
)
INNER = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {}}}
AZURE = {
    "error": {"message": FILTERED, "code": "content_filter", "status": 400, "innererror": INNER}
}
FLAGGED = {"reasons": ["violence"], "flagged_input": "He attacked", "provider_name": "OpenAI"}
UPSTREAM = json.dumps(openai("Rate limit reached for requests", "rate_limit_exceeded"))

BODIES: list[tuple[Kind, int, Any]] = [
    # Limits that pass by themselves, though some call them a quota
    (Kind.BUSY, 429, openai("Rate limit reached on tokens per min (TPM)", "rate_limit_exceeded")),
    (Kind.BUSY, 429, google(429, "RESOURCE_EXHAUSTED", PLAN, quota("RequestsPerMinute"), DELAY)),
    (Kind.BUSY, 429, google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted")),
    (Kind.BUSY, 429, google(429, "", f"{PLAN}\n* Quota exceeded for metric: x, limit: 10")),
    (Kind.BUSY, 429, anthropic("rate_limit_error", "would exceed your tokens per minute")),
    (Kind.BUSY, 529, anthropic("overloaded_error", "Overloaded")),
    (Kind.BUSY, 500, anthropic("overloaded_error", "Overloaded")),
    (
        Kind.BUSY,
        503,
        google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    ),
    (
        Kind.BUSY,
        400,
        {"__type": "com.amazon.coral#ThrottlingException", "message": "Rate exceeded"},
    ),
    (
        Kind.BUSY,
        429,
        {"object": "error", "message": "Service tier capacity exceeded", "code": "3505"},
    ),
    (Kind.BUSY, 429, {"message": "a Trial key, which is limited to 10 API calls / minute."}),
    (Kind.BUSY, 503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable"}}),
    (Kind.BUSY, 403, {"error": "You are being rate limited"}),
    (Kind.BUSY, 400, {"error": {"message": "Provider error", "metadata": {"raw": UPSTREAM}}}),
    (Kind.BUSY, 429, "error code: 1015"),
    # Limits of a day and more
    (Kind.ALLOWANCE, 429, openai("on tokens per day (TPD): Limit 100", "rate_limit_exceeded")),
    (Kind.ALLOWANCE, 429, google(429, "RESOURCE_EXHAUSTED", PLAN, quota("RequestsPerDay"), DELAY)),
    (Kind.ALLOWANCE, 429, {"error": {"message": "Rate limit exceeded: free-models-per-day"}}),
    (Kind.ALLOWANCE, 429, {"message": "which is limited to 1000 API calls / month."}),
    (Kind.ALLOWANCE, 429, {"message": "Too many tokens per day, please wait."}),
    # Credit
    (Kind.UNPAID, 429, openai(PLAN, "insufficient_quota", "insufficient_quota")),
    (Kind.UNPAID, 429, openai(PLAN)),
    (Kind.UNPAID, 429, openai("Check your plan", None, "exceeded_current_quota_error")),
    (Kind.UNPAID, 402, openai("Insufficient Balance")),
    (Kind.UNPAID, 402, {"error": {"message": "requires more credits, or fewer max_tokens"}}),
    (Kind.UNPAID, 400, anthropic("invalid_request_error", "Your credit balance is too low")),
    (Kind.UNPAID, 403, {"code": "No permission", "error": "has used all available credits"}),
    (Kind.UNPAID, 403, google(403, "PERMISSION_DENIED", "Billing", {"reason": "BILLING_DISABLED"})),
    # Keys and names
    (Kind.DENIED, 401, openai("Incorrect API key provided", "invalid_api_key")),
    (Kind.DENIED, 400, google(400, "INVALID_ARGUMENT", "Bad", {"reason": "API_KEY_INVALID"})),
    (Kind.DENIED, 400, google(400, "FAILED_PRECONDITION", "User location is not supported")),
    (Kind.DENIED, 400, openai("x/y is not a valid model ID")),
    (Kind.DENIED, 400, openai("Model Not Exist", "invalid_request_error")),
    (Kind.DENIED, 400, openai("has been decommissioned", "model_decommissioned")),
    (Kind.DENIED, 404, openai("The model `x` does not exist", "model_not_found")),
    (Kind.DENIED, 404, {"error": "model 'x' not found, try pulling it first"}),
    (Kind.DENIED, 403, anthropic("permission_error", "No access")),
    (Kind.DENIED, 400, anthropic("invalid_request_error", "This organization has been disabled.")),
    (Kind.DENIED, 404, {"error": {"message": "No endpoints found matching your data policy"}}),
    # This input
    (Kind.REFUSED, 400, AZURE),
    (Kind.REFUSED, 403, {"error": {"code": 403, "message": "Forbidden", "metadata": FLAGGED}}),
    (Kind.REFUSED, 403, openai("Content violates usage guidelines. Failed check: SAFETY")),
    (Kind.REFUSED, 400, anthropic("invalid_request_error", "Output blocked by content filtering")),
    (Kind.REFUSED, 400, openai("Content Exists Risk", "invalid_request_error")),
    (Kind.REFUSED, 400, openai("Input data may contain inappropriate content.")),
    (Kind.REFUSED, 400, openai("rejected", "content_policy_violation")),
    (Kind.REFUSED, 500, openai("rejected", "content_filter")),
    # Settings
    (Kind.SETTING, 400, openai("Only the default", "unsupported_value", param="temperature")),
    (Kind.SETTING, 400, openai("'max_tokens' is not supported with this model.")),
    (Kind.SETTING, 422, {"detail": [{"loc": ["body", "top_p"], "msg": "less than or equal to 1"}]}),
    (Kind.SETTING, 400, anthropic("invalid_request_error", "temperature: range: 0..1")),
    # Requests
    (Kind.REJECTED, 400, openai("This response_format type is unavailable now")),
    (Kind.REJECTED, 404, {"error": {"message": "No endpoints found that support tool use"}}),
    (Kind.REJECTED, 400, google(400, "INVALID_ARGUMENT", "Developer instruction is not enabled")),
    (Kind.REJECTED, 413, openai("Request too large on tokens per minute", "rate_limit_exceeded")),
    (
        Kind.REJECTED,
        400,
        openai("maximum context length; reduce max_tokens", "x", param="messages"),
    ),
    (Kind.REJECTED, 400, "no"),
    # The server
    (Kind.SERVER, 500, openai("The server had an error")),
    (Kind.SERVER, 502, "<html>Bad gateway</html>"),
    (Kind.SERVER, 409, openai("conflict")),
    (Kind.TRANSPORT, 408, openai("timeout")),
]


@pytest.mark.parametrize(("kind", "status", "body"), BODIES)
def test_an_error_means_what_its_body_says(kind: Kind, status: int, body: Any) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    assert classify(status, ErrorBody.read(text)) is kind
    if isinstance(body, dict):
        assert classify(status, ErrorBody.read(json.dumps([body]))) is kind, "Google lists errors"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "\udc80", "", "null", '"x"'])
def test_any_body_is_read(text: str) -> None:
    assert classify(400, ErrorBody.read(text)) is Kind.REJECTED


def test_a_body_is_told_in_one_line_with_the_words_of_whoever_is_behind_a_router() -> None:
    body = {"error": {"message": "Provider\nreturned error", "metadata": {"raw": UPSTREAM}}}
    told = ErrorBody.read(json.dumps(body)).message
    assert told == "Provider returned error: Rate limit reached for requests"


ROUTES = [
    ("openai/m", "/v1"),
    ("deepseek/deepseek-chat", "/v1"),
    ("groq/llama", "/v1"),
    ("mistral/mistral-large-latest", "/v1"),
    ("openrouter/x/y", "/v1"),
    ("together_ai/x", "/v1"),
    ("xai/grok", "/v1"),
    ("nvidia_nim/x", "/v1"),
    ("anthropic/claude-sonnet-4-5", ""),
    ("gemini/gemini-2.5-flash", ""),
    ("azure/mine", ""),
    ("ollama_chat/llama3", ""),
    ("hosted_vllm/x", "/v1"),
]


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.setenv(f"{name}_API_KEY", "sk-loopback-0123456789")
    monkeypatch.setenv("AZURE_API_VERSION", "2024-10-21")


def outcomes(model: str, base: str, *replies: Reply) -> list[Completion | Failure]:
    """What comes of one call per reply; another request, such as a hidden retry, fails the test."""
    with Loopback(replies) as server:
        address = server.url.removesuffix("/v1") + base
        lite = LiteModel(ModelSpec(model=model, api_base=address, timeout=20))

        async def ask() -> list[Completion | Failure]:
            return [await lite.complete(Request(MESSAGES)) for _ in replies]

        return run(ask())


@pytest.mark.usefixtures("_keys")
@pytest.mark.parametrize(("model", "base"), ROUTES)
def test_every_route_hands_on_status_body_and_headers(model: str, base: str) -> None:
    # LiteLLM makes a 429 of the first by its words, and on some routes loses the headers.
    said = json.dumps(openai("rate limit of the content filter", "content_filter")).encode()
    plan = json.dumps(google(429, "RESOURCE_EXHAUSTED", PLAN, quota("PerMinute"))).encode()
    found = outcomes(
        model,
        base,
        Reply(body=said, status=400),
        Reply(body=plan, status=429, headers={"retry-after-ms": "250"}),
        Reply(body=b'{"error": {"message": "rate limit"}}', status=401),
    )
    refused, busy, denied = found
    assert isinstance(refused, Completion)
    assert (refused.text, refused.stop) == ("", "content_filter")
    assert isinstance(busy, Failure)
    assert (busy.kind, busy.status, busy.retry_after) == (Kind.BUSY, 429, 0.25)
    assert (busy.host, busy.message) == ("127.0.0.1", PLAN)
    assert isinstance(denied, Failure)
    assert denied.kind is Kind.DENIED


@pytest.mark.usefixtures("_keys")
def test_an_error_in_a_body_of_status_200_has_the_status_it_states() -> None:
    bodies = [
        openai("Provider returned error") | {"error": {"code": code, "message": "no"}}
        for code in (429, 402, 502)
    ]
    replies = [Reply(body=json.dumps(body).encode()) for body in (*bodies, {"error": "down"})]
    kinds = [found.kind for found in outcomes("openrouter/x/y", "/v1", *replies)]  # type: ignore[union-attr]
    assert kinds == [Kind.BUSY, Kind.UNPAID, Kind.SERVER, Kind.TRANSPORT]


@pytest.mark.usefixtures("_keys")
def test_an_answer_of_status_200_without_a_reply_means_what_it_says() -> None:
    said = json.dumps(anthropic("overloaded_error", "Overloaded")).encode()
    (busy,) = outcomes("anthropic/claude-sonnet-4-5", "", Reply(body=said))
    assert isinstance(busy, Failure)
    assert (busy.kind, busy.status, busy.message) == (Kind.BUSY, None, "Overloaded")
    blocked = b'{"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}'
    (refused,) = outcomes("gemini/gemini-2.5-flash", "", Reply(body=blocked))
    assert isinstance(refused, Completion)
    assert refused.stop == "content_filter"


def test_a_failure_on_record_without_a_kind_is_understood() -> None:
    assert Failure("busy", 429).kind is Kind.BUSY
    assert Failure(**json.loads('{"message": "x", "status": 429, "kind": "allowance"}')).limited
    old = Failure(**json.loads('{"message": "credit balance", "status": 400, "cost": null}'))
    assert old.unpaid
