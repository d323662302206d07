"""The error tree.  Each error carries one sentence for the user.

FimError
├── SettingsError            a setting cannot be used
├── InputError               a file or place that the user named cannot be used
├── KeyMissing               a provider needs a key and none was found
├── OverBudget               today's budget is used up
└── ApiError                 an endpoint did not do what was asked
    ├── HostNotTrusted         the host was not named by the user's own settings
    ├── RequestRefused         400, 404, 422: the request itself is wrong
    │   ├── ModelUnknown         400 that names the valid models
    │   └── SuffixUnsupported    the endpoint cannot fill in the middle
    ├── AuthenticationFailed   401, 403
    ├── BalanceInsufficient    402
    ├── RateLimited            429, with `retry_after` in seconds if it was given
    ├── ServerFailed           5xx
    ├── Redirected             3xx: never followed
    ├── Unreachable            no connection: name, refused, proxy, network
    │   └── CertificateRefused   TLS: unknown issuer, wrong name, expired
    ├── TimedOut               no first token, no further token, or no end in time
    │   └── ConnectTimedOut      no connection in time
    ├── AnswerWithheld         the endpoint's content filter took the answer back
    └── StreamBroken           the answer ended early, or is not in the promised format
"""

from __future__ import annotations


class FimError(Exception):
    """The root of the tree.  `sentence` tells the user what happened and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SettingsError(FimError):
    """A setting cannot be used."""


class InputError(FimError):
    """A file or place that the user named cannot be used."""


class KeyMissing(FimError):
    """A provider needs a key and none was found."""


class OverBudget(FimError):
    """Today's budget is used up; nothing was sent."""


class ApiError(FimError):
    """An endpoint did not do what was asked.

    status: the HTTP status; None without a response.
    detail: the endpoint's own words, shortened to one line, without secrets and
        without invisible characters.  Sentences about a refusal quote them.
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
    """401, 403: the key is wrong, or does not allow the request."""


class BalanceInsufficient(ApiError):
    """402: the account has no money left."""


class RateLimited(ApiError):
    """429: too many requests.  `retry_after`: seconds to wait, if the endpoint said."""

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
    """5xx: the endpoint has a problem of its own."""


class Redirected(ApiError):
    """3xx: redirects are never followed."""


class Unreachable(ApiError):
    """No connection: unknown name, refused, proxy or network trouble."""


class CertificateRefused(Unreachable):
    """TLS: the certificate has an unknown issuer or a wrong name, or has expired."""


class TimedOut(ApiError):
    """No connection, no first token, no further token, or no end of answer in time."""


class ConnectTimedOut(TimedOut):
    """No connection in time."""


class AnswerWithheld(ApiError):
    """The endpoint's content filter took this answer back; other requests may work."""


class StreamBroken(ApiError):
    """The answer ended early, or is not in the promised format."""
