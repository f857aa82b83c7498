"""Migrations only add, so that nodes of the release before go on; one that takes away says that it contracts."""

import ast

import pytest

from storage.schema import MIGRATIONS

TAKING = ("drop_", "rename_", "alter_column", "batch_alter_table")
CONTRACTS = "Contracts:"
"""With this word a migration's docstring says which release made the taking safe."""


def taken(source: str) -> list[str]:
    """What a migration takes away on its way forward, unless its docstring says that it contracts."""
    tree = ast.parse(source)
    if CONTRACTS in (ast.get_docstring(tree) or ""):
        return []
    (forward,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")
    called = [node.func for node in ast.walk(forward) if isinstance(node, ast.Call)]
    calls = [one.attr for one in called if isinstance(one, ast.Attribute)]
    words = [
        node.value.upper()
        for node in ast.walk(forward)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [name for name in calls if name.startswith(TAKING)] + [one for one in words if one.startswith("DROP ")]


def test_every_migration_only_adds_or_says_that_it_contracts() -> None:
    steps = sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert steps
    assert {path.name: taken(path.read_text(encoding="utf-8")) for path in steps} == {path.name: [] for path in steps}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('op.add_column("cases", sa.Column("colour", sa.Text()))', []),
        ('op.create_index("ix", "cases", ["colour"])', []),
        ('op.drop_column("cases", "light")', ["drop_column"]),
        ('op.rename_table("cases", "matters")', ["rename_table"]),
        ('op.alter_column("cases", "light", nullable=False)', ["alter_column"]),
        ('op.execute("drop table cases")', ["DROP TABLE CASES"]),
    ],
)
def test_what_is_taken_away_is_seen(lines: str, found: list[str]) -> None:
    assert taken(f'"""A step."""\ndef upgrade():\n    {lines}\n') == found
    assert taken(f'"""A step. Contracts: 0.3 reads it no more."""\ndef upgrade():\n    {lines}\n') == []
