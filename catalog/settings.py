"""Everything that an operator can set, read from the environment once."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The process's settings; each is the environment variable LUCAI_ and its name."""

    model_config = SettingsConfigDict(env_prefix="LUCAI_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path(".lucai"),
        description="Folder of the embedded database, the search index and the imported files.",
    )
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL, such as postgresql://user@host/lucai; "
        "by default a SQLite file in the data folder.",
    )
    api_token: SecretStr | None = Field(
        None,
        description="Token (16 characters or more) of the operator for the writing half of the API "
        "and of the pages; without it both only read.",
        min_length=16,
    )
    upload_limit_mb: int = Field(200, ge=1, description="Largest file that an import takes, in MB.")
    keep_imports_days: int = Field(
        90,
        ge=1,
        description="How many days an ended job of the import desk is kept, and a file that was "
        "handed in; a file whose import stands is kept in any case.",
    )
    saved_search_limit: int = Field(
        100, ge=1, description="How many searches one browser may keep."
    )

    meilisearch_url: str | None = Field(
        None,
        description="URL of a Meilisearch server (1.21), such as http://localhost:7700; "
        "without it search runs embedded, with its index in the data folder.",
    )
    meilisearch_key: SecretStr | None = Field(
        None, description="Key of the Meilisearch server that may search, index and swap."
    )
    meilisearch_timeout_s: float = Field(
        2.0, gt=0, description="How long to wait for the Meilisearch server's answer, in seconds."
    )

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'lucai.db'}"

    @property
    def index_dir(self) -> Path:
        """Where search indexes live."""
        return self.data_dir / "index"
