"""What an admin reads in the terminal, line by line."""

import os

import typer


def tell(*lines: str) -> None:
    """Lines for the admin, on standard output."""
    for line in lines:
        typer.echo(line)


def complain(*lines: str, colour: str | None = "red") -> None:
    """Lines for the admin, on standard error; in a colour where there is one, unless NO_COLOR is set."""
    for line in lines:
        typer.secho(line, fg=colour, err=True, color=False if os.environ.get("NO_COLOR") else None)
