"""The search engines, each behind the contract of ``search.engine``."""
