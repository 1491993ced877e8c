"""The ``lucai`` command; each subcommand's module is loaded only when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module

import click

_COMMANDS = {
    "demo": ("cli.demo", "Load synthetic demo data, print the ratio per division, serve."),
    "serve": ("cli.serve", "Serve the site and the API."),
    "account": ("cli.account", "Make, reset, close and list accounts."),
    "organisation": ("cli.organisation", "Make organisations, and judge who registered."),
    "migrate": ("cli.migrate", "Bring the database to this program's version."),
    "import": ("cli.importing", "Bring a file in, or try it first."),
    "backup": ("cli.backup", "Write a backup, list backups, or check one."),
    "restore": ("cli.restore", "Put a backup back where nothing is yet."),
    "imports": ("cli.imports", "List what was imported."),
    "undo": ("cli.undoing", "Take an import back."),
    "cases": ("cli.cases", "List cases of adoption, show one, or those that are overdue."),
    "conflicts": ("cli.conflicts", "List where sources disagree, and decide."),
    "search": ("cli.search", "Search products."),
    "export": ("cli.exporting", "Write what a search finds to a file; or EPDs as openEPD or ILCD."),
    "ratio": ("cli.ratio", "Calculate application ratios and print them per division."),
    "form": ("cli.form", "Write the official form of a result as PDF or XLSX, to be signed."),
    "reach": ("cli.reach", "Say what hangs on a certificate: lines, figures, people to tell."),
    "verify": ("cli.verify", "Verify certificate numbers, or a signed record offline."),
    "keys": ("cli.keys", "List, make or withdraw the keys that sign records."),
    "findings": ("cli.findings", "Look for what does not fit together, list it, judge it."),
    "swaps": ("cli.swaps", "Say what gets a building to a target."),
    "audit": ("cli.audit", "Read the record of changes, or prove that nobody altered it."),
    "score": ("cli.score", "Explain a product's score, or rank products by it."),
    "rules": ("cli.rules", "List the rule packs, print one, or choose one for a project."),
    "measures": ("cli.measures", "Print a building's procurement measure and local materials."),
    "watch": ("cli.watch", "List what runs out or waits: certificates, reports, cases."),
    "notify": ("cli.notify", "Make the day's notices; send letters and webhook messages."),
    "evidence": ("cli.evidence", "Compare every file of evidence with its hash."),
    "draw": ("cli.draw", "List draws of experts, or repeat one from what was published."),
    "edition": ("cli.edition", "List, publish, write, check and compare editions of the lists."),
    "report": ("cli.report", "List annual reports, write one to a file, check one; filings."),
    "reindex": ("cli.reindex", "Build the search index anew beside the one in use."),
    "dump": ("cli.dump", "Write everything public as files: tables, openEPD, ILCD."),
    "snapshot": ("cli.snapshot", "Write the deliveries as Parquet by division and year."),
    "shares": ("cli.shares", "Add up a snapshot, here or on a cluster."),
}


class _LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which data flows."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lucai")
def group() -> None:
    """Lücai 绿采: green building materials, from certificate to application ratio.

    Exit codes: 0 done, 1 refused (the reason is printed), 2 wrong usage,
    3 done, but some rows stayed out.
    """


def main() -> None:
    """Run the command; say errors that are meant for people in one line."""
    try:
        group(standalone_mode=True)
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        click.echo(reason, err=True)
        sys.exit(1)


def _reason(error: Exception) -> str | None:
    """Return the sentence for a person, or None if nobody foresaw the error."""
    # Imported here, where whatever failed has them loaded already: --help needs none of them.
    from sqlalchemy.exc import (  # noqa: PLC0415
        ArgumentError,
        DBAPIError,
        InterfaceError,
        OperationalError,
    )

    from catalog.errors import CatalogError  # noqa: PLC0415
    from cli.output import language  # noqa: PLC0415

    if isinstance(error, CatalogError):
        return error.text(language())
    if isinstance(error, ArgumentError | DBAPIError):
        # The first line says what is wrong; the rest is for those who know the driver.
        said = str(getattr(error, "orig", error)).splitlines()[0]
        is_not_reached = isinstance(error, ArgumentError | InterfaceError | OperationalError)
        return f"{'LUCAI_DATABASE_URL' if is_not_reached else 'database'}: {said}"
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror or error}"
    return None


if __name__ == "__main__":
    main()
