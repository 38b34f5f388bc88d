"""Settings from the environment, checked once at start. `.env.example` lists them for people."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]


class WrongSetting(SystemExit):
    """A setting that the program cannot start with; the message is one sentence for the person at the keyboard."""


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
    lang_default: Literal["zh", "en"] = "zh"
    api_token: str | None = None
    ingest_name: str = Field("ingest", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    async_mode: Literal["gevent", "threading"] = "gevent"
    postgres_version: Literal["16", "18"] = "18"
    sunshine_demo: bool = False  # set by `make demo`: the demo city feeds the product, and screens say so

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("allowed: postgresql://user:password@host:port/name")
        return value or None

    @field_validator("mqtt_url")
    @classmethod
    def _broker(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("allowed: mqtt://host:port or mqtts://user:password@host:port")
        return value

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
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.city_timezone)


def load(**overrides: Any) -> Settings:
    """The settings in force. A wrong one ends the program with a sentence that names it."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise WrongSetting(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]).upper()
    said = first["msg"].removeprefix("Value error, ")
    return f"sunshine cannot start: {name}={first['input']!r} is not usable: {said}."
