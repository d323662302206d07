"""The error tree.  Each error carries one sentence for the user.

FimError
├── SettingsError            a setting cannot be used
├── InputError               what the user named cannot be worked on (file, place …)
├── KeyMissing               a provider needs a key and none was found
├── OverBudget               today's budget is used up
└── ApiError                 an endpoint did not do what was asked
    ├── HostNotTrusted         the host was not named by the user's own settings
    ├── RequestRefused         400, 404, 422: the request itself is wrong
    │   ├── ModelUnknown         400 that names the valid models
    │   └── SuffixUnsupported    the endpoint cannot fill in the middle
    ├── AuthenticationFailed   401, 403
    ├── BalanceInsufficient    402
    ├── RateLimited            429, with `retry_after` in seconds where it was said
    ├── ServerFailed           5xx
    ├── Redirected             3xx: never followed
    ├── Unreachable            no connection: name, refused, proxy, network
    │   └── CertificateRefused   TLS: unknown issuer, wrong name, expired
    ├── TimedOut               first token, silence, or the whole
    │   └── ConnectTimedOut      connecting
    ├── AnswerWithheld         the endpoint's content filter took the answer back
    └── StreamBroken           the answer ended early or is not what it says
"""

from __future__ import annotations


class FimError(Exception):
    """The root.  `sentence` says what happened and what to do, in one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SettingsError(FimError):
    """A setting cannot be used."""


class InputError(FimError):
    """What the user named cannot be worked on."""


class KeyMissing(FimError):
    """A provider needs a key and none was found."""


class OverBudget(FimError):
    """Today's budget is used up; nothing was sent."""


class ApiError(FimError):
    """An endpoint did not do what was asked.

    `detail` holds the endpoint's own words on one line, cut, without secrets and
    without characters that cannot be seen.  Sentences about a refusal quote them.
    """

    def __init__(
        self, sentence: str, *, status: int | None = None, detail: str = ""
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.detail = detail


class HostNotTrusted(ApiError):
    """The host was not named by the user's own settings."""


class RequestRefused(ApiError):
    """400, 404, 422: the request itself is wrong."""


class ModelUnknown(RequestRefused):
    """The endpoint does not know the model."""


class SuffixUnsupported(RequestRefused):
    """The endpoint cannot fill in the middle."""


class AuthenticationFailed(ApiError):
    """401, 403."""


class BalanceInsufficient(ApiError):
    """402."""


class RateLimited(ApiError):
    """429.  `retry_after` in seconds where the endpoint said it."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence, status=status, detail=detail)
        self.retry_after = retry_after


class ServerFailed(ApiError):
    """5xx."""


class Redirected(ApiError):
    """3xx: never followed."""


class Unreachable(ApiError):
    """No connection: name, refused, proxy, network."""


class CertificateRefused(Unreachable):
    """TLS: unknown issuer, wrong name, expired."""


class TimedOut(ApiError):
    """Connecting, first token, silence between tokens, or the whole."""


class ConnectTimedOut(TimedOut):
    """No connection in time."""


class AnswerWithheld(ApiError):
    """The endpoint's content filter took the answer back; asking is allowed."""


class StreamBroken(ApiError):
    """The answer ended early or is not what it says."""
