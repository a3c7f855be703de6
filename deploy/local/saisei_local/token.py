"""`saisei token`: a development token, signed by the instance's own key."""

import re
import time

from saisei_local.settings import AUDIENCE, ISSUER
from saisei_local.state import Secrets

ROLES = ("viewer", "editor", "admin")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def issue_token(secrets: Secrets, *, team: str, user: str, role: str, ttl_seconds: int) -> str:
    """An ES256 JWT with `sub`, `team`, `role`, `iss`, `aud`, `iat` and `exp`. Raises ValueError for an unknown role."""
    from joserfc import jwt
    from joserfc.jwk import ECKey

    if role not in ROLES:
        raise ValueError(f"role {role!r} is none of {', '.join(ROLES)}")
    now = int(time.time())
    identity = {"sub": user, "team": team, "role": role}
    claims = identity | {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + ttl_seconds}
    header = {"alg": "ES256", "kid": secrets.signing_key["kid"]}
    return jwt.encode(header, claims, ECKey.import_key(secrets.signing_key))


def parse_ttl(text: str) -> int:
    """Seconds in `90s`, `30m`, `1h` or `7d`. Raises ValueError."""
    match = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text)
    if match is None:
        raise ValueError(f"{text!r} is not a time such as 30m, 1h or 7d")
    return int(match[1]) * UNITS[match[2]]
