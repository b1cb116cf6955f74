"""Classification of a provider's error: a failure of this call, of this input, or of the model.

Codes in the body decide first, then the HTTP status; phrases decide if there is no code.
Source: the error pages of OpenAI, Anthropic, Google, Azure, AWS Bedrock, OpenRouter, Groq, Mistral,
DeepSeek, Cohere, Together, xAI and DashScope, and the code of vLLM, llama.cpp and Ollama.
"""

import re
from enum import StrEnum

from agents.core.responses.error_body import ErrorBody


class Kind(StrEnum):
    """Kind of a failed call."""

    BUSY = "busy"
    """A limit per minute or in flight, or no capacity. The same call may succeed later."""
    ALLOWANCE = "allowance"
    """A limit per day or longer is used up."""
    UNPAID = "unpaid"
    """The credit is used up."""
    DENIED = "denied"
    """No call to this model can succeed: wrong key, no permission, no such model."""
    REFUSED = "refused"
    """Moderation or a filter refused this input."""
    SETTING = "setting"
    """A sampling setting, which the error names, was refused."""
    REJECTED = "rejected"
    """The request was refused for another reason, which may hold for this input or every call."""
    SERVER = "server"
    """The server failed."""
    TRANSPORT = "transport"
    """No answer, or no readable answer."""
    UNTOLD = "untold"
    """Replies arrived without the requested probabilities."""
    GIVEN_UP = "given up"
    """The call was never made, or its match exceeded its time limit."""
    LATE = "late"
    """A person exceeded the time limit of a decision."""
    GONE = "gone"
    """A person left, or was away for too long."""


GIVEN_UP = 499
"""Status of a call that was never made; not retried."""

_CODES = {
    Kind.REFUSED: """
        content_filter content_filtered content_policy_violation responsibleaipolicyviolation
        moderation_blocked moderation_error invalid_prompt data_inspection_failed
        datainspectionfailed prohibited_content guardrail_intervened flagged_input
        content_filter_result content_filter_results blockreason 1301
    """,
    Kind.UNPAID: """
        insufficient_quota billing_hard_limit_reached billing_not_active billing_disabled
        billing_error insufficient_balance insufficient_credits insufficient_funds payment_required
        exceeded_current_quota_error arrearage spend_limit_reached 1113
    """,
    Kind.BUSY: """
        rate_limit_exceeded rate_limit_error rate_limited throttlingexception throttling
        too_many_requests toomanyrequests toomanyrequestsexception resource_exhausted slow_down
        overloaded_error engine_overloaded engine_overloaded_error modelnotreadyexception 1302 1305
    """,
    Kind.DENIED: """
        invalid_api_key api_key_invalid authentication_error permission_error permission_denied
        account_deactivated model_not_found model_decommissioned model_not_available invalid_model
        deploymentnotfound accessdeniedexception unrecognizedclientexception expiredtokenexception
        invalid_authentication_error resourcenotfoundexception
    """,
    Kind.SETTING: """
        decimal_above_max_value decimal_below_min_value integer_above_max_value
        integer_below_min_value
    """,
}
"""Kind of each code, type and reason in lower case, for every status; earlier kinds win."""

_ORDER = [(kind, frozenset(codes.split())) for kind, codes in _CODES.items()]

_CLIENT, _LARGE, _SERVER = 400, 413, 500
_STATUSES = {
    402: Kind.UNPAID,
    **dict.fromkeys((401, 403, 404, 405, 410), Kind.DENIED),
    **dict.fromkeys((425, 429, 529), Kind.BUSY),
    **dict.fromkeys((409, 424), Kind.SERVER),
    408: Kind.TRANSPORT,
    GIVEN_UP: Kind.GIVEN_UP,
}
"""Kinds of statuses if codes and phrases are silent; other 4xx are rejections."""

_NEVER_FILTERED = {401, 402, 429}
_LIMITED = {402, 403, 429, 503}

_ACCOUNT = re.compile(
    r"(?:account|organi[sz]ation|project|key)\b.{0,40} (?:disabled|deactivated|banned|suspended)"
)
_FILTERED = re.compile(
    r"content management policy|violat\w+ (?:our |the )?(?:usage|content) (?:polic|guideline)"
    r"|safety system|content filter|content exists risk|inappropriate content|prohibited content"
    r"|(?:was|been|is) flagged|flagged (?:by|as)|requires moderation|blocked by .{0,40}safety"
)
_CREDIT = re.compile(
    r"insufficient_quota|credit balance|insufficient (?:credit|balance|fund|account balance)"
    r"|(?:used all available|any|no|out of|prepayment) credits|spend(?:ing)? limit"
)
_PLAN = re.compile(r"exceeded your current quota")
"""OpenAI's phrase for used-up credit. Google uses the phrase for every limit, and names the limit.
"""
_LONG = re.compile(
    r"per[ _-]?(?:day|week|month)|\b(?:daily|weekly|monthly)\b|/ ?(?:day|week|month)\b"
    r"|\((?:tpd|rpd)\)"
)
_SHORT = re.compile(
    r"per[ _-]?(?:second|minute|hour|min\b)|/ ?min|(?:try again|retry) (?:in|after) |for metric"
)
_ABSENT = re.compile(
    r"api key (?:not valid|invalid|expired)|invalid api key|not a valid model|model not exist"
    r"|model\b.{0,80} (?:does not exist|not found)|decommissioned|location is not supported"
)
_BUSY = re.compile(r"rate.?limit|too many requests|throttl")
_FULL = re.compile(
    r"overload|capacity|high demand|loading model|(?:is|currently|still) loading|queue is full"
)
_ROUTE = re.compile(r"no endpoints? .{0,40}(?:support|parameters)")
_LENGTH = re.compile(
    r"context.?(?:length|size|window|limit)|too long|reduce the length|exceeds the maximum number"
)
_SETTING = re.compile(
    r"(?<![a-z_])(?:temperature|top_?p|max_?(?:completion_?|output_?|new_?)?tokens|seed"
    r"|reasoning[._ ]?effort|thinking[._ ]?(?:budget|level))(?![a-z_])"
)


def classify(status: int | None, body: ErrorBody) -> Kind:
    """The kind of an error.

    Args:
        status: HTTP status; None where no answer came.
        body: body of the answer.
    """
    code = next((kind for kind, known in _ORDER if known & body.codes), None)
    if status is None or status < _CLIENT:
        return code or Kind.TRANSPORT
    words = body.message.lower()
    if _is_filtered(status, code, words):
        return Kind.REFUSED
    if kind := _limit(status, code, words, body):
        return kind
    if status >= _SERVER:
        return Kind.SERVER
    return _client_error(status, code, words, body)


def _is_filtered(status: int, code: Kind | None, words: str) -> bool:
    """Whether moderation or a filter refused the input."""
    if code is not None or status in _NEVER_FILTERED or status >= _SERVER:
        return code is Kind.REFUSED
    return bool(_FILTERED.search(words)) and not _ACCOUNT.search(words)


def _limit(status: int, code: Kind | None, words: str, body: ErrorBody) -> Kind | None:
    """The limit that is reached: credit, allowance, or rate per minute; None for no limit."""
    about = " ".join((words, *body.codes))
    long = bool(_LONG.search(about))
    named = long or body.delays or _SHORT.search(about)
    if code is Kind.UNPAID or (status < _SERVER and _CREDIT.search(words)):
        return Kind.UNPAID
    if _PLAN.search(words) and not named:
        return Kind.UNPAID
    if long and (code is Kind.BUSY or status in _LIMITED):
        return Kind.ALLOWANCE
    if status == _LARGE:
        return None  # some count it against the minute, but it fits into none
    full = status >= _SERVER and _FULL.search(words)
    busy = status in {403, *range(_SERVER, 600)} and _BUSY.search(words)
    return Kind.BUSY if code is Kind.BUSY or full or busy else None


def _client_error(status: int, code: Kind | None, words: str, body: ErrorBody) -> Kind:
    """Kind of an error in a request, or of a missing permission."""
    usual = _STATUSES.get(status, Kind.REJECTED)
    if usual is Kind.DENIED and _ROUTE.search(words):
        usual = Kind.REJECTED  # a router has no server for what is asked beside the question
    if usual is not Kind.REJECTED:
        return usual
    if code is Kind.DENIED or _ABSENT.search(words) or _ACCOUNT.search(words):
        return Kind.DENIED
    if _LENGTH.search(words):
        return Kind.REJECTED
    named = code is Kind.SETTING or any(map(_SETTING.search, (*body.parameters, words)))
    return Kind.SETTING if named else Kind.REJECTED
