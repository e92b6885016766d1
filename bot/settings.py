"""The settings: one frozen class, the only reader of the environment."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.read import PACKAGED_POLICIES
from tools.kernel.errors import OperatorError


class LogForm(StrEnum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """What an operator can set, by environment or a `.env` file; every default works offline."""

    model_config = SettingsConfigDict(
        env_prefix="GUANGHE_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(
        default=Path(".guanghe"), description="Folder of everything that the embedded default writes"
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in GUANGHE_HOME")
    chroma_url: str = Field(default="", description="Chroma server; empty: embedded in GUANGHE_HOME")
    policies: Path = Field(
        default=PACKAGED_POLICIES, description="Folder of the policy documents that `init` ingests"
    )
    model: str = Field(default="local", description="`local`, or `provider:model` as LangChain knows it")
    model_url: str = Field(default="", description="Address of an OpenAI-compatible server")
    model_key: SecretStr | None = Field(
        default=None, description="Key for the provider; empty: the provider's own variable"
    )
    model_creator_tokens: int = Field(
        default=200_000,
        ge=0,
        description="Tokens of the provider's model that one creator may use a day; then the local model answers",
    )
    model_daily_yuan: Decimal = Field(
        default=Decimal(0), ge=0, description="What the provider's model may cost a day in yuan; 0: no limit"
    )
    model_input_price: Decimal = Field(
        default=Decimal(0), ge=0, description="Yuan for a million tokens that the provider's model reads"
    )
    model_output_price: Decimal = Field(
        default=Decimal(0), ge=0, description="Yuan for a million tokens that the provider's model writes"
    )
    embedding: str = Field(
        default="", description="sentence-transformers folder or name; empty: the shipped model"
    )
    telegram_token: SecretStr | None = Field(default=None, description="Token of the Telegram bot")
    telegram_api: str = Field(
        default="", description="Address of a local Bot API server; empty: Telegram's own"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, description="Secret that webhook calls must carry"
    )
    telegram_desk: int | None = Field(
        default=None, description="Chat id of a supergroup with topics that mirrors the cases; empty: none"
    )
    telegram_per_second: int = Field(
        default=25,
        ge=1,
        le=1_000,
        description="Messages a second in all; Telegram allows about 30, and more to who pays for it",
    )
    upload_limit_mb: int = Field(
        default=200, ge=1, le=10_000, description="Largest file that a creator may send, in MB"
    )
    upload_days: int = Field(
        default=30, ge=1, description="Days until a file that no report or check refers to is deleted"
    )
    log: LogForm = Field(
        default=LogForm.TEXT, description="`text`, or `json`: objects that hold no personal data"
    )
    otlp: str = Field(
        default="",
        description="OpenTelemetry collector for traces, such as http://127.0.0.1:4317; empty: none",
    )
    today: date | None = Field(
        default=None, description="The business day to answer for; empty: the real day"
    )

    @property
    def upload_limit_bytes(self) -> int:
        """The largest file that a creator may send."""
        return self.upload_limit_mb * 1_000_000

    @property
    def resolved_database_url(self) -> str:
        """The database's URL, the embedded default resolved."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'guanghe.sqlite'}"


def load_settings() -> Settings:
    """Return the settings of this process.

    Raises OperatorError that names the variable for a value that does not fit.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"GUANGHE_{str(first['loc'][0]).upper()}"
        raise OperatorError(f"{name}: {first['msg']} (got {first['input']!r})") from error
