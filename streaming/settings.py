"""Settings from the environment, checked once at start. `.env.example` lists them for people."""

import os
import sqlite3
from contextlib import closing
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]


class WrongSetting(SystemExit):
    """A setting that the program cannot start with; the message is one sentence for the person at the keyboard."""


class SamePort(ValueError):
    """Two processes cannot listen on one port."""

    def __init__(self, name: str, port: int, other: str):
        super().__init__(f"{other.upper()} has it already; allowed: a port of its own")
        self.name, self.port = name, port


class Settings(BaseSettings):
    """Everything that differs between one machine and the next."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    sunshine_data: Path = Path("var")
    database_url: str | None = None
    mqtt_url: str | None = None
    kafka_bootstrap: str | None = None
    opcua_urls: str = ""
    opcua_mapping: Path | None = None
    bind: str = "127.0.0.1"
    web_port: Port = 8050
    street_port: Port = 8060
    api_port: Port = 8070
    video_port: Port = 8080
    ingest_port: Port = 8090
    score_port: Port = 8091
    jobs_port: Port = 8092
    city_port: Port = 8093
    city_units: int = Field(11266, ge=1, le=200_000)
    city_seed: int = Field(20241, ge=0)
    city_speed: float = Field(1.0, gt=0, le=3600)
    city_opcua_port: Port = 4840
    city_timezone: str = "Asia/Shanghai"
    tile_url: str | None = None
    tile_attribution: str = ""
    lang_default: Literal["zh", "en"] = "zh"
    api_token: str | None = None
    local_programs: Literal["trusted", "refused"] = "trusted"
    proxies: int = Field(0, ge=0, le=5)  # reverse proxies in front of `web`, whose X-Forwarded headers are believed
    audit_months: int | None = Field(None, ge=12)  # unset: the audit log is kept for ever
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name: str = "OpenID Connect"
    oidc_roles_claim: str | None = None
    ingest_name: str = Field("ingest", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    async_mode: Literal["gevent", "threading"] = "gevent"
    postgres_version: Literal["16", "18"] = "18"
    sunshine_demo: bool = False  # set by `make demo`: the demo city feeds the product, and screens say so

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        named = parts.hostname or "host=" in parts.query
        if parts.scheme not in ("postgresql", "postgres") or not named or not _port_of(value):
            raise ValueError("allowed: postgresql://user:password@host:port/name")
        return value

    @field_validator("mqtt_url")
    @classmethod
    def _broker(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or not _port_of(value):
            raise ValueError("allowed: mqtt://host:port or mqtts://user:password@host:port, ports 1 to 65535")
        return value

    @field_validator("opcua_urls")
    @classmethod
    def _controllers(cls, value: str) -> str:
        for url in filter(None, map(str.strip, value.split(","))):
            if urlsplit(url).scheme != "opc.tcp" or not urlsplit(url).hostname or not _port_of(url):
                raise ValueError(f"{url!r} is none; allowed: opc.tcp://host:port, several separated by commas")
        return value

    @field_validator("opcua_mapping")
    @classmethod
    def _mapping(cls, value: Path | None) -> Path | None:
        if value is not None and not value.exists():
            raise ValueError("there is no such file or folder; allowed: a mapping file or a folder of them")
        return value

    @field_validator("tile_url")
    @classmethod
    def _tiles(cls, value: str | None) -> str | None:
        if value and value.endswith(".mbtiles"):
            _read_tiles(Path(value))
        elif value and not all(part in value for part in ("{z}", "{x}", "{y}")):
            raise ValueError("allowed: an address with {z}, {x} and {y}, or a file that ends in .mbtiles")
        return value or None

    @field_validator("bind")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            ip_address("127.0.0.1" if value == "localhost" else value)
        except ValueError:
            raise ValueError("allowed: an address of this machine such as 127.0.0.1 or 0.0.0.0") from None
        return value

    @field_validator("sunshine_data")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        folder = value.resolve()
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK) or str(folder).startswith(("/proc", "/sys")):
            raise ValueError(f"{folder} cannot be written to; allowed: a folder, or a place where one can be made")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if not parts.hostname or not (parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")):
            raise ValueError("allowed: the provider's address, beginning with https://")
        return value

    @model_validator(mode="after")
    def _known_to_the_provider(self) -> "Settings":
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID: what the provider calls this house")
        return self

    @model_validator(mode="after")
    def _ports_differ(self) -> "Settings":
        taken: dict[int, str] = {}
        for name in (name for name in type(self).model_fields if name.endswith("_port")):
            port = getattr(self, name)
            if port in taken:
                raise SamePort(name, port, taken[port])
            taken[port] = name
        return self

    @field_validator("kafka_bootstrap")
    @classmethod
    def _kafka(cls, value: str | None) -> str | None:
        if value:
            raise ValueError("the Kafka road is not built yet: leave it unset, the log lives in PostgreSQL")
        return None

    @field_validator("city_timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception as error:
            raise ValueError("allowed: a name of the tz database such as Asia/Shanghai") from error
        return value

    @cached_property
    def data(self) -> Path:
        return self.sunshine_data.resolve()

    @property
    def tile_file(self) -> Path | None:
        """The file of tiles that we serve ourselves."""
        return Path(self.tile_url) if self.tile_url and self.tile_url.endswith(".mbtiles") else None

    @property
    def tile_address(self) -> str | None:
        """Where a page finds its tiles."""
        return "/tiles/{z}/{x}/{y}" if self.tile_file else self.tile_url

    @property
    def embedded_database(self) -> bool:
        return self.database_url is None

    @cached_property
    def database_socket_dir(self) -> Path:
        """Where the embedded PostgreSQL listens. A Unix socket path may have at most 107 bytes."""
        inside = self.data / "run"
        if len(str(inside)) < 80:
            return inside
        import hashlib

        return Path("/tmp") / f"sunshine-{hashlib.sha256(str(self.data).encode()).hexdigest()[:12]}"

    @property
    def database(self) -> str:
        """The connection string in force."""
        if self.database_url:
            return self.database_url
        return f"postgresql://postgres@/sunshine?host={self.database_socket_dir}"

    @property
    def broker(self) -> str:
        return self.mqtt_url or "mqtt://127.0.0.1:1883"

    @property
    def opcua(self) -> list[str]:
        return [url.strip() for url in self.opcua_urls.split(",") if url.strip()]

    @property
    def trusts_local_programs(self) -> bool:
        """Whether programs on this machine need not say who they are."""
        return self.local_programs == "trusted"

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.city_timezone)


def _read_tiles(file: Path) -> None:
    """Raises when the file is none with tiles of pictures."""
    if not file.is_file():
        raise ValueError(
            f"there is no file {file}; allowed: an .mbtiles file or an address with {{z}}, {{x}} and {{y}}"
        )
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            kind = connection.execute("SELECT value FROM metadata WHERE name = 'format'").fetchone()
            connection.execute("SELECT tile_data FROM tiles LIMIT 1")
    except sqlite3.Error as error:
        raise ValueError(f"{file} is no .mbtiles file: {error}") from None
    if kind and kind[0] not in ("png", "jpg", "jpeg", "webp"):
        raise ValueError(f"{file} holds tiles of format {kind[0]}; allowed: png, jpg or webp")


def load(**overrides: Any) -> Settings:
    """The settings in force. A wrong one ends the program with a sentence that names it."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise WrongSetting(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, SamePort):
        name, value = cause.name, str(cause.port)
    else:
        name, value = str(first["loc"][0]), str(first["input"])
    said = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ").rstrip(".")
    said = said if "llowed" in said else f"allowed: {_allowed(name) or said}"
    return f"sunshine cannot start: {name.upper()}={value!r} is not usable: {said}."


def _allowed(name: str) -> str:
    """The range of a number, in words; empty for what is no number with a range."""
    field = Settings.model_fields[name]
    bounds = {type(bound).__name__.lower(): bound for bound in field.metadata}
    for part in getattr(field.annotation, "__metadata__", ()):
        bounds |= {type(bound).__name__.lower(): bound for bound in getattr(part, "metadata", ())}
    low, high = bounds.get("ge") or bounds.get("gt"), bounds.get("le")
    kind = "a whole number" if field.annotation is int else "a number"
    if low is None:
        return ""
    least = f"from {low.ge:,}" if hasattr(low, "ge") else f"above {low.gt:,}"
    return f"{kind} {least}" + (f" to {high.le:,}" if high else "")


def _port_of(url: str) -> bool:
    """Whether the port of the address is one, or left out."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
