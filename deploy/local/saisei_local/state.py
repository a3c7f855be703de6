"""The state directory: secrets, remembered ports, and the lock that keeps a second instance out."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

PASSWORD_BYTES = 24


class StateError(RuntimeError):
    """The state directory cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Secrets:
    """Generated once a state directory. Passwords go by service, `<service>_owner`, `admin` and `observer`."""

    database: dict[str, str]
    broker: dict[str, str]
    erlang_cookie: str
    signing_key: dict[str, Any]


@dataclass
class Instance:
    """What a running instance tells others; its ports outlive it, so that a restart keeps them."""

    ports: dict[str, int] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    probes: dict[str, str] = field(default_factory=dict)
    """By process, the URL that says whether it is ready."""
    gateway_url: str = ""
    """Where the gateway answers, from when everything is ready until the instance ends."""


class StateDir:
    """One instance's folder, readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.logs = self.root / "logs"
        self.blobs = self.root / "blobs"
        self.jwks = self.root / "jwks.json"

    def prepare(self) -> None:
        """Create the folders. Raises StateError when that is impossible."""
        try:
            for folder in (self.root, self.logs, self.blobs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(
                f"cannot create {self.root}: {error.strerror}. Set SAISEI_STATE_DIR to another folder"
            ) from error

    def secrets(self, services: Iterable[str]) -> Secrets:
        """The instance's secrets, made on first use and completed for services that came later."""
        self.prepare()
        with self._locked("secrets.lock", wait=True):
            path = self.root / "secrets.json"
            known = json.loads(path.read_text()) if path.exists() else {}
            complete = _completed(known, tuple(services))
            if complete != known:
                write_private(path, complete)
                write_private(self.jwks, {"keys": [_public(complete["signing_key"])]})
        return Secrets(**complete)

    def instance(self) -> Instance:
        """What is remembered about the instance, running or not."""
        path = self.root / "instance.json"
        return Instance(**json.loads(path.read_text())) if path.exists() else Instance()

    def remember(self, instance: Instance) -> None:
        """Store ports and process ids."""
        write_private(self.root / "instance.json", asdict(instance))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the directory for this process. Raises StateError that names the process that has it."""
        self.prepare()
        with self._locked("lock", wait=False):
            self._forget_gateway()
            try:
                yield
            finally:
                self._forget_gateway()

    def _forget_gateway(self) -> None:
        if self.instance().gateway_url:
            self.remember(replace(self.instance(), gateway_url=""))

    def is_locked(self) -> bool:
        """Whether an instance runs on this directory now."""
        if not (self.root / "lock").exists():
            return False
        try:
            with self._locked("lock", wait=False, sign=False):
                return False
        except StateError:
            return True

    @contextmanager
    def _locked(self, name: str, *, wait: bool, sign: bool = True) -> Iterator[None]:
        descriptor = os.open(self.root / name, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = file.read().strip() or "unknown"
                raise StateError(
                    f"{self.root} is in use by another saisei (process {holder}). "
                    "Stop it first, or set SAISEI_STATE_DIR and SAISEI_PORT to run a second instance"
                ) from None
            if sign:
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
            yield


def write_private(path: Path, content: object) -> None:
    """Replace a JSON file at once, readable by its owner only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _completed(known: dict[str, Any], services: tuple[str, ...]) -> dict[str, Any]:
    owners = tuple(f"{service}_owner" for service in services)
    return {
        "database": _passwords(("admin", *services, *owners), known.get("database", {})),
        "broker": _passwords(("admin", "observer", *services), known.get("broker", {})),
        "erlang_cookie": known.get("erlang_cookie") or secrets.token_hex(20),
        "signing_key": known.get("signing_key") or _new_signing_key(),
    }


def _passwords(names: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    return known | {name: secrets.token_urlsafe(PASSWORD_BYTES) for name in names if name not in known}


def _new_signing_key() -> dict[str, Any]:
    from joserfc.jwk import ECKey

    key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, private=True, auto_kid=True)
    return dict(key.as_dict(private=True))


def _public(signing_key: dict[str, Any]) -> dict[str, Any]:
    from joserfc.jwk import ECKey

    return dict(ECKey.import_key(signing_key).as_dict(private=False))
