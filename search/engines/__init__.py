"""The search engines; which one answers is said here and nowhere else."""

from __future__ import annotations

from pathlib import Path

from search.engine import SearchEngine


def open_engine(
    index_dir: Path,
    meilisearch_url: str | None = None,
    meilisearch_key: str | None = None,
    *,
    timeout_s: float = 2.0,
) -> SearchEngine:
    """Return the engine at the URL or, without one, the engine of this process in its folder.

    Raises:
        SearchUnavailableError: The folder cannot be read. A server that is away raises later.
    """
    # Each brings its own libraries, so only the one that is asked for is imported.
    if meilisearch_url is not None:
        from search.engines.meilisearch import MeilisearchEngine  # noqa: PLC0415
        from search.engines.meilisearch_index import index_name  # noqa: PLC0415
        from search.engines.meilisearch_server import Server  # noqa: PLC0415

        server = Server(meilisearch_url, meilisearch_key or "", timeout=timeout_s)
        return MeilisearchEngine(server, index_name("products"))
    from search.engines.tantivy import TantivyEngine  # noqa: PLC0415

    index_dir.mkdir(parents=True, exist_ok=True)
    return TantivyEngine(index_dir)
