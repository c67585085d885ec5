"""One table from exception to status, type and title; how it is answered is in `problems`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gridsvc.api.security import CrossSite, NoCsrfToken, NotAllowed, NotSignedIn
from gridsvc.core.action import IllegalStep
from gridsvc.core.dispatch.rule_version import RuleStepRefused
from gridsvc.core.dispatch.rules import InvalidRules
from gridsvc.core.duplicate import CircularJoin
from gridsvc.core.geo.datum import BadCoordinate, UnknownDatum
from gridsvc.core.offer import OfferRefused
from gridsvc.core.roster import RosterRefused
from gridsvc.core.step_reason import UnknownReason
from gridsvc.services.accounts import ActingRefused, SignInLocked, WrongCredentials
from gridsvc.services.action_draft import (
    ActionConflict,
    NobodyAvailable,
    StaleVersion,
    UnknownIncident,
)
from gridsvc.services.demo import NotDemo
from gridsvc.services.erasing import UnknownAccount
from gridsvc.services.gathering import Stopping, TooManyReports
from gridsvc.services.ground import NoGeneration
from gridsvc.services.jurisdiction import OutsideYourArea
from gridsvc.services.offers import UnknownOffer
from gridsvc.services.passwords import TooManySignIns
from gridsvc.services.photos import HashMismatch, NotAPhoto, PhotoTooLarge, UnknownPhoto
from gridsvc.services.places import NoSuchDivision
from gridsvc.services.report_draft import ReportConflict, UnknownMatter, WithdrawnMatter
from gridsvc.services.rule_versions import RulesHaveFindings, StaleRules, UnknownRules
from gridsvc.services.staffing import UnknownOfficer


def _nothing(_: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one class of exception is answered."""

    status: int
    slug: str
    title: str
    #: whether the exception's text is for users
    tells: bool = False
    #: further members of the document
    members: Callable[[Any], Mapping[str, Any]] = _nothing
    headers: Callable[[Any], Mapping[str, str]] = _nothing


def _retry(error: Any) -> Mapping[str, str]:
    return {"Retry-After": str(error.retry_after_s)}


def _soon(_: Any) -> Mapping[str, str]:
    return {"Retry-After": "3"}


def _bearer(_: Any) -> Mapping[str, str]:
    return {"WWW-Authenticate": 'Bearer realm="gridsvc"'}


def fields_of(error: RequestValidationError) -> list[dict[str, Any]]:
    """Return where a request is not as expected and why; what was sent is not repeated."""
    return [
        {"loc": list(found["loc"]), "msg": found["msg"], "type": found["type"]}
        for found in error.errors()
    ]


#: The nearest class in an exception's ancestry decides.
KINDS: dict[type[Exception], Kind] = {
    # Who are you?
    NotSignedIn: Kind(
        status=401, slug="not-signed-in", title="Not signed in", tells=True, headers=_bearer
    ),
    WrongCredentials: Kind(
        status=401, slug="wrong-credentials", title="Wrong login or password", tells=True
    ),
    SignInLocked: Kind(
        status=429,
        slug="sign-in-locked",
        title="Locked after too many wrong passwords",
        tells=True,
        members=lambda error: {"retry_at": error.until.isoformat()},
        headers=_retry,
    ),
    TooManySignIns: Kind(
        status=503, slug="sign-in-busy", title="Too many sign-ins", tells=True, headers=_retry
    ),
    # May you?
    NotAllowed: Kind(
        status=403,
        slug="not-allowed",
        title="Not permitted",
        tells=True,
        members=lambda error: {"needs": sorted(error.needs)},
    ),
    NoCsrfToken: Kind(
        status=403, slug="csrf", title="The X-CSRF-Token header is missing or wrong", tells=True
    ),
    CrossSite: Kind(
        status=403, slug="cross-site", title="Requests from other sites are refused", tells=True
    ),
    ActingRefused: Kind(
        status=403, slug="acting-refused", title="Not permitted to act for this officer", tells=True
    ),
    OutsideYourArea: Kind(
        status=403, slug="outside-your-area", title="Outside of your area", tells=True
    ),
    NotDemo: Kind(status=403, slug="not-demo", title="Not a demo", tells=True),
    # Is it so?
    IllegalStep: Kind(
        status=409,
        slug="illegal-step",
        title="The step is not possible now",
        tells=True,
        members=lambda error: {"code": error.code},
    ),
    BadCoordinate: Kind(
        status=422, slug="bad-coordinate", title="No such place on Earth", tells=True
    ),
    UnknownDatum: Kind(status=422, slug="unknown-datum", title="Unknown datum", tells=True),
    RequestValidationError: Kind(
        status=422,
        slug="invalid-request",
        title="The request does not have the expected form",
        members=lambda error: {"errors": fields_of(error)},
    ),
    UnknownMatter: Kind(
        status=422, slug="unknown-matter", title="No such matter or condition", tells=True
    ),
    WithdrawnMatter: Kind(
        status=422, slug="withdrawn-matter", title="The matter has been withdrawn", tells=True
    ),
    InvalidRules: Kind(
        status=422,
        slug="invalid-rules",
        title="The rules cannot be understood, or contradict themselves",
        tells=True,
        members=lambda error: {"problems": list(error.problems)},
    ),
    UnknownReason: Kind(
        status=422, slug="unknown-reason", title="The step has no such reason", tells=True
    ),
    # Is it still so?
    ReportConflict: Kind(
        status=409, slug="report-conflict", title="The id is known with other content", tells=True
    ),
    ActionConflict: Kind(
        status=409, slug="action-conflict", title="The id is known with other content", tells=True
    ),
    StaleVersion: Kind(
        status=409,
        slug="stale-version",
        title="Somebody else has acted since",
        tells=True,
        members=lambda error: {"current": error.current},
    ),
    NobodyAvailable: Kind(
        status=409,
        slug="nobody-available",
        title="Nobody can take it now",
        tells=True,
        members=lambda error: {"shortfalls": list(error.shortfalls)},
    ),
    CircularJoin: Kind(
        status=409, slug="circular-join", title="They are the same incident already", tells=True
    ),
    TooManyReports: Kind(
        status=429, slug="too-many-reports", title="Too many reports", tells=True, headers=_retry
    ),
    Stopping: Kind(
        status=503, slug="stopping", title="The service is restarting", tells=True, headers=_retry
    ),
    RosterRefused: Kind(
        status=409,
        slug="roster-refused",
        title="The roster does not allow this",
        tells=True,
        members=lambda error: {"code": error.code},
    ),
    OfferRefused: Kind(
        status=409,
        slug="offer-refused",
        title="This cannot be done with the offer now",
        tells=True,
        members=lambda error: {"code": error.code},
    ),
    StaleRules: Kind(
        status=409,
        slug="stale-rules",
        title="Somebody else has changed these rules since",
        tells=True,
        members=lambda error: {"current": error.current},
    ),
    RuleStepRefused: Kind(
        status=409,
        slug="rule-step-refused",
        title="The rules do not allow this now",
        tells=True,
        members=lambda error: {"code": error.code},
    ),
    RulesHaveFindings: Kind(
        status=409,
        slug="rules-have-findings",
        title="Something in these rules keeps them from being opened",
        tells=True,
        members=lambda error: {"findings": [asdict(one) for one in error.findings]},
    ),
    # Is it there?
    UnknownOfficer: Kind(
        status=404, slug="unknown-officer", title="No such officer, post or leave", tells=True
    ),
    UnknownAccount: Kind(
        status=404, slug="unknown-account", title="No such account of a resident", tells=True
    ),
    NoSuchDivision: Kind(status=404, slug="unknown-division", title="No such division", tells=True),
    UnknownRules: Kind(
        status=404, slug="unknown-rules", title="No such version of the rules", tells=True
    ),
    UnknownIncident: Kind(
        status=404, slug="unknown-incident", title="No such incident", tells=True
    ),
    UnknownOffer: Kind(status=404, slug="unknown-offer", title="No such offer", tells=True),
    UnknownPhoto: Kind(status=404, slug="unknown-photo", title="No such photograph", tells=True),
    PhotoTooLarge: Kind(
        status=413, slug="photo-too-large", title="The photograph is too large", tells=True
    ),
    NotAPhoto: Kind(status=415, slug="not-a-photo", title="Not a photograph", tells=True),
    HashMismatch: Kind(
        status=422, slug="hash-mismatch", title="The bytes have another hash", tells=True
    ),
    # Can we?
    NoGeneration: Kind(
        status=503,
        slug="no-grids",
        title="No grids have been loaded yet",
        headers=_soon,
    ),
    PoolTimeout: Kind(status=503, slug="busy", title="The service is busy", headers=_soon),
    OperationalError: Kind(
        status=503, slug="no-database", title="The database cannot be reached", headers=_soon
    ),
    Exception: Kind(
        status=500, slug="unexpected", title="Something went wrong that nobody expected"
    ),
}

#: What the framework itself raises, by status.
HTTP_KINDS: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be understood"),
    401: ("not-signed-in", "Not signed in"),
    403: ("not-allowed", "Not permitted"),
    404: ("not-found", "There is nothing here"),
    405: ("wrong-method", "This method is not possible here"),
    406: ("not-acceptable", "Not available in this form"),
    409: ("conflict", "In conflict with what is stored"),
    410: ("gone", "It was here and is gone"),
    413: ("too-large", "Too large"),
    415: ("wrong-media-type", "Not of a kind that is taken here"),
    416: ("wrong-range", "No such range"),
    422: ("invalid-request", "The request does not have the expected form"),
    429: ("too-many-requests", "Too many requests"),
    503: ("unavailable", "Not available now"),
}
