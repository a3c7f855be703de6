"""Who is asking: a bearer JWT, checked in full, becomes a principal."""

import time
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
    SecurityWarning,
)
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.jwks import KeySource, KeysUnavailable
from gateway.problems import ProblemError
from gateway.schemas.base import Identifier, Label

ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"]
TOKEN_LIMIT = 8192
CLOCK_SKEW = 5
REMEMBERED_TOKENS = 1024
REMEMBER_SECONDS = 60.0
HOW_TO_AUTHENTICATE = "For a local instance, `saisei token` makes one."

# RFC 9864 renames EdDSA to Ed25519; identity providers sign under the old name for years to come. Process-wide, because
# a scoped filter is not safe between threads.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

log = structlog.get_logger()

Role = Literal["viewer", "editor", "admin"]


class Principal(BaseModel):
    """A person of one team, with a role in it, until the token ends."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    sub: Label
    team: Identifier
    role: Role
    exp: float

    @property
    def good_until(self) -> float:
        """When the token ends, in seconds since 1970, with what clocks may differ."""
        return self.exp + CLOCK_SKEW

    @property
    def may_write(self) -> bool:
        """Viewers read only."""
        return self.role != "viewer"


class WrongAlgorithm(ValueError):
    """The token is signed in a way that is not accepted."""


class UnknownExtension(ValueError):
    """The token names extensions that must be understood; none is."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    principal: Principal
    until: float


class Authenticator:
    """Checks signature and claims. A token that passed is remembered for a minute, never beyond its `exp`."""

    def __init__(self, keys: KeySource, issuer: str, audience: str) -> None:
        self._keys = keys
        self._claims = JWTClaimsRegistry(
            leeway=CLOCK_SKEW,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            team={"essential": True},
            role={"essential": True, "values": ["viewer", "editor", "admin"]},
        )
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def authenticate(self, token: str) -> Principal:
        """The principal of a token. Raises ProblemError 401, or 503 while no key set is to be had."""
        known = self._remembered.get(token)
        if known is not None and time.time() < known.until:
            return known.principal
        if len(token) > TOKEN_LIMIT:
            raise unauthenticated("the token is too long")
        try:
            header = jws.extract_compact(token.encode()).headers()
            keys = await self._keys.keys(_kid(header))
            claims = _verified(token, keys)
            self._claims.validate(claims)
            principal = Principal.model_validate(claims)
        except KeysUnavailable as error:
            raise ProblemError(503, "tokens cannot be checked right now", headers={"Retry-After": "5"}) from error
        except (JoseError, ValidationError, ValueError, TypeError, AttributeError) as error:
            log.warning("token_refused", reason=_reason(error))
            raise unauthenticated(_reason(error)) from error
        self._remember(token, principal)
        return principal

    def _remember(self, token: str, principal: Principal) -> None:
        until = min(time.time() + REMEMBER_SECONDS, principal.good_until)
        self._remembered[token] = _Remembered(principal, until)
        while len(self._remembered) > REMEMBERED_TOKENS:
            self._remembered.popitem(last=False)


def unauthenticated(reason: str) -> ProblemError:
    """401 that says what is wrong and how to authenticate."""
    challenge = 'Bearer realm="saisei", error="invalid_token"'
    return ProblemError(401, f"{reason}. {HOW_TO_AUTHENTICATE}", headers={"WWW-Authenticate": challenge})


def _verified(token: str, keys: KeySet) -> dict[str, Any]:
    return jwt.decode(token, keys, algorithms=ALGORITHMS).claims


def _kid(header: dict[str, Any]) -> str | None:
    if header.get("alg") not in ALGORITHMS:
        raise WrongAlgorithm
    if "crit" in header:
        raise UnknownExtension
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def _reason(error: Exception) -> str:
    match error:
        case ExpiredTokenError():
            return "the token has expired"
        case MissingClaimError():
            return f"the token has no `{error.claim}`"
        case ClaimError():
            return f"the token's `{error.claim}` is not accepted here"
        case BadSignatureError() | InvalidKeyIdError():
            return "the token is not signed by a key that is accepted here"
        case WrongAlgorithm():
            return f"the token's algorithm is not accepted; one of {', '.join(ALGORITHMS)} is"
        case UnknownExtension():
            return "the token asks for extensions (`crit`) that are not known here"
        case ValidationError():
            return "the token's `sub`, `team` or `role` is not accepted here"
        case _:
            return "the token is not a signed JWT"


_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="`saisei token` prints one for development.")


async def _reader(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    if len(request.headers.getlist("authorization")) > 1:
        raise unauthenticated("there is more than one Authorization header; send one")
    if credentials is None:
        detail = f"a token is needed, as `Authorization: Bearer …`. {HOW_TO_AUTHENTICATE}"
        raise ProblemError(401, detail, headers={"WWW-Authenticate": 'Bearer realm="saisei"'})
    app = request.app.state.gateway
    principal: Principal = await app.authenticator.authenticate(credentials.credentials)
    app.rates.take(principal.team, write=request.method not in ("GET", "HEAD"))
    return principal


async def _writer(principal: Annotated[Principal, Depends(_reader)]) -> Principal:
    if not principal.may_write:
        raise ProblemError(403, "viewers read only; ask an editor or an admin")
    return principal


async def _admin(principal: Annotated[Principal, Depends(_reader)]) -> Principal:
    if principal.role != "admin":
        log.warning("admin_route_refused", team=principal.team, actor=principal.sub, role=principal.role)
        raise ProblemError(403, "this is for admins only; ask an admin of your team")
    return principal


Reader = Annotated[Principal, Depends(_reader)]
Writer = Annotated[Principal, Depends(_writer)]
Admin = Annotated[Principal, Depends(_admin)]
