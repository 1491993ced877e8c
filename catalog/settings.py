"""Everything that an operator can set, read from the environment once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.mailer import Mailer, MailSecurity, MailServer
from catalog.passwords import Passwords
from catalog.rules.credentials import PasswordPolicy
from catalog.rules.guessing import GuessLimits
from catalog.sealing import Sealer, secret_key_in
from catalog.services.delivering import Ways
from catalog.services.gate import Gate
from catalog.webhook_sender import WebhookSender


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
        description="Token (16 characters or more) that is the operator's for the writing half of "
        "the API; people and other programs use accounts and their tokens.",
        min_length=16,
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Key (32 characters or more) under which secrets in the database are sealed; "
        "by default a file in the data folder, made at the first start. All servers need the "
        "same.",
        min_length=32,
    )
    session_idle_minutes: int = Field(
        30, ge=1, description="After how many idle minutes a browser is signed out."
    )
    session_hours: int = Field(
        12, ge=1, description="After how many hours a browser is signed out in any case."
    )
    guess_minutes: int = Field(
        15, ge=1, description="For how many minutes a wrong password counts."
    )
    guesses_per_login: int = Field(
        10,
        ge=1,
        description="How many wrong passwords strangers may try at one login in that time; "
        "browsers that were signed in before are not held up by them.",
    )
    guesses_per_address: int = Field(
        30,
        ge=1,
        description="How many wrong passwords may come from one address, or one known browser, in "
        "that time.",
    )
    password_memory_mib: int = Field(
        19, ge=1, description="Memory that hashing a password takes (Argon2id), in MiB."
    )
    password_passes: int = Field(
        2, ge=1, description="Passes over that memory that hashing a password takes."
    )
    proxies: int = Field(
        0,
        ge=0,
        le=9,
        description="How many reverse proxies stand before the server and each add the address of "
        "its caller to X-Forwarded-For; with 0 the header is not believed.",
    )
    upload_limit_mb: int = Field(200, ge=1, description="Largest file that an import takes, in MB.")
    evidence_limit_mb: int = Field(
        30, ge=1, description="Largest file of evidence that is kept, in MB."
    )
    keep_imports_days: int = Field(
        90,
        ge=1,
        description="How many days an ended job of the import desk is kept, and a file that was "
        "handed in; a file whose import stands is kept in any case.",
    )
    keep_dumps: int = Field(
        7, ge=1, description="How many dumps of the open data are kept in the data folder."
    )
    backup_dir: Path | None = Field(
        None,
        description="Folder that `lucai backup` writes to; by default backups in the data "
        "folder. Better on another disk.",
    )
    backup_hours: int = Field(
        26, ge=1, description="After how many hours without a new backup operators are warned."
    )
    disk_free_percent: int = Field(
        10, ge=0, le=100, description="Below how much free disk, in per cent, operators are warned."
    )
    saved_search_limit: int = Field(
        100, ge=1, description="How many searches one browser may keep."
    )

    site_url: str | None = Field(
        None,
        description="Address of the pages as people reach them, such as https://lucai.example.org: "
        "letters, feeds, QR codes, files and examples link to it. Without it they link to the Host "
        "that was asked for, and letters to nothing.",
        pattern=r"^https?://[^\s/?#]+/?$",
    )
    mail_host: str | None = Field(
        None, description="Mail server for notices; without it no e-mail is sent."
    )
    mail_port: int = Field(25, ge=1, le=65535, description="Port of the mail server.")
    mail_security: MailSecurity = Field(
        MailSecurity.STARTTLS,
        description="How the way to the mail server is encrypted: starttls, tls, or none.",
    )
    mail_sender: str = Field(
        "lucai@localhost",
        description="Address that letters come from.",
        pattern=r"^[^\s@]+@[^\s@]+$",
    )
    mail_user: str | None = Field(None, description="User at the mail server, if it asks for one.")
    mail_password: SecretStr | None = Field(None, description="Password of that user.")
    webhooks_may_be_private: bool = Field(
        False,
        description="Whether webhooks may have addresses of this machine and network, and plain "
        "http; leave it off where others than the operator set them.",
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

    def ways(self, sealer: Sealer) -> Ways:
        """Return how people are told of what they should know."""
        password = self.mail_password
        server = self.mail_host and MailServer(
            host=self.mail_host,
            port=self.mail_port,
            security=self.mail_security,
            sender=self.mail_sender,
            user=self.mail_user,
            password=password.get_secret_value() if password else None,
        )
        return Ways(
            sender=WebhookSender(allows_private=self.webhooks_may_be_private),
            sealer=sealer,
            mailer=Mailer(server) if server else None,
            site=self.site_url,
        )

    def gate(self, policy: PasswordPolicy) -> Gate:
        """Return what people are let in by; the data folder keeps the secret key if none is set."""
        given = self.secret_key
        secret_key = given.get_secret_value() if given else secret_key_in(self.data_dir)
        return Gate(
            passwords=Passwords(
                memory_kib=self.password_memory_mib * 1024, passes=self.password_passes
            ),
            policy=policy,
            limits=GuessLimits(
                window=dt.timedelta(minutes=self.guess_minutes),
                per_login=self.guesses_per_login,
                per_whence=self.guesses_per_address,
            ),
            sealer=Sealer(secret_key),
            idle=dt.timedelta(minutes=self.session_idle_minutes),
            lasting=dt.timedelta(hours=self.session_hours),
        )

    @property
    def backups(self) -> Path:
        """Where backups are kept."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def index_dir(self) -> Path:
        """Where search indexes live."""
        return self.data_dir / "index"
