"""What keeps the house clean, checked by machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command, get_commands, load_command_class
from django.db import models

import registry.models
from scripts.run_tests import ON_POSTGRESQL

ROOT = Path(settings.BASE_DIR)
FLOORS = ("config", "syncers", "curation", "registry")
WRITES = frozenset(
    {
        "create",
        "get_or_create",
        "update_or_create",
        "bulk_create",
        "bulk_update",
        "update",
        "delete",
        "save",
        "raw",
        "acreate",
        "aupdate",
        "adelete",
        "asave",
        "select_for_update",
    }
)
PUBLISHED = frozenset(registry.models.__all__)
#: Besides the one writer: finished documents, names of providers, and what is kept beside the catalogue.
MAY_ALSO_WRITE = {
    "ApiToken": {"registry/api/tokens.py"},
    "Document": {"registry/exports/rendering.py"},
    "DocumentBlock": {"registry/exports/rendering.py"},
    "ExchangeRate": {"registry/cost/exchange.py"},
    "FallbackUse": {"registry/cost/fallback_log.py"},
    "Lease": {"registry/exports/lease.py"},
    "OfferingContent": {"registry/catalogue/versions.py", "registry/catalogue/backfill.py"},
    "OfferingVersion": {"registry/catalogue/versions.py", "registry/catalogue/backfill.py"},
    "Provider": {"registry/reference/providers.py"},
    "UnknownId": {"registry/reference/unresolved_ids.py"},
}
ONE_WRITER = "registry/catalogue/publish/"


@cache
def modules(*folders: str) -> tuple[tuple[str, ast.Module], ...]:
    """Path and syntax tree of all our code, migrations aside."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    names = {path.relative_to(ROOT).as_posix(): path for path in paths if "migrations" not in path.parts}
    return tuple((where, ast.parse(path.read_text(), where)) for where, path in names.items())


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def root_names(node: ast.expr) -> Iterator[str]:
    """The names in a chain of attributes and calls: `Offering` among them, for `Offering.objects.filter(…).update`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            yield node.attr
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


# -- one writer ------------------------------------------------------------------------------------


def test_it_publishes_from_one_place_only():
    violations = [
        f"{where}:{call.lineno} writes {table}"
        for where, tree in modules(*FLOORS)
        if not where.startswith(ONE_WRITER)
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
        for table in PUBLISHED & set(root_names(call.func.value))
        if where not in MAY_ALSO_WRITE.get(table, ())
    ]
    assert violations == []


def test_its_own_check_would_notice():
    tree = ast.parse("registry.models.Offering.objects.filter(key='x').update(name='y')")

    assert PUBLISHED & set(root_names(next(calls(tree)).func)) == {"Offering"}


PAGES = [model for model in admin.site._registry if model.__name__ in PUBLISHED - {"ApiToken", "Document"}]


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model.__name__)
def test_the_admin_cannot_write_what_is_published(model, admin_user, rf):
    request = rf.get("/admin/")
    request.user = admin_user

    page = admin.site.get_model_admin(model)
    assert not page.has_delete_permission(request)
    if model is not registry.models.Provider:
        assert not page.has_add_permission(request)


# -- one direction ---------------------------------------------------------------------------------


def test_imports_point_down_only_and_the_core_is_pure():
    """In a process of its own: in this one the linter would switch every logger off."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module",
    [
        "registry.domain.fields", "registry.domain.rates",
        *(f"curation.core.{path.stem}" for path in sorted((ROOT / "curation/core").glob("[a-z]*.py"))),
    ],
)  # fmt: skip
def test_the_core_has_no_clock_of_its_own(module):
    tree = ast.parse(Path(import_module(module).__file__ or "").read_text())

    clocks = {"now", "today", "utcnow", "time", "monotonic"}
    assert [c.lineno for c in calls(tree) if isinstance(c.func, ast.Attribute) and c.func.attr in clocks] == []


# -- two databases ---------------------------------------------------------------------------------


def test_what_runs_on_postgresql_is_there_and_holds_all_that_needs_it():
    needing = [
        path.relative_to(ROOT)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "mark." + "postgres" in path.read_text()
    ]

    assert [path for path in ON_POSTGRESQL if not (ROOT / path).exists()] == []
    assert needing
    assert [path for path in needing if not any(path.is_relative_to(place) for place in ON_POSTGRESQL)] == []


# -- money -----------------------------------------------------------------------------------------


def test_no_source_computes_with_floats():
    violations = [
        f"{where}:{call.lineno}"
        for where, tree in modules("syncers/sources")
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id in ("float", "round")
    ]
    assert violations == []


@pytest.mark.parametrize("folder", ["registry", "curation", "syncers"])
def test_no_table_keeps_a_float(folder):
    from django.apps import apps

    violations = [
        f"{model.__name__}.{column.name}"
        for model in apps.get_app_config(folder).get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, models.FloatField)
    ]
    assert violations == []


# -- the database ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_migrations_say_what_the_models_say(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=3)


@pytest.mark.parametrize("folder", ["registry", "curation", "syncers"])
def test_tables_and_columns_have_names_for_people(folder):
    from django.apps import apps

    nameless = [
        model.__name__
        for model in apps.get_app_config(folder).get_models()
        if str(model._meta.verbose_name).replace(" ", "") == model.__name__ or not model.__doc__
    ]
    assert nameless == []


# -- what people read ------------------------------------------------------------------------------


def our_commands() -> list[tuple[str, str]]:
    return sorted((app, name) for name, app in get_commands().items() if str(app) in FLOORS)


@pytest.mark.parametrize(("app", "name"), our_commands())
def test_every_command_and_every_option_has_help(app, name):
    command = load_command_class(app, name)
    parser = command.create_parser("manage.py", name)

    own = [action for action in parser._actions if action.dest not in command.base_stealth_options]
    assert len(command.help) > 20
    assert [action.dest for action in own if not action.help] == []


def variables() -> set[str]:
    """Environment variables that our code reads by name, said directly or by a constant of the module."""
    names: set[str] = set()
    for _, tree in modules(*FLOORS):
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            argument: Any = None
            if (
                isinstance(node, ast.Call)
                and node.args
                and re.fullmatch(r"env\.\w+|os\.environ\.get|os\.getenv", ast.unparse(node.func))
            ):
                argument = node.args[0]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                argument = node.slice
            name = (
                argument.value
                if isinstance(argument, ast.Constant)
                else constants.get(argument.id)
                if isinstance(argument, ast.Name)
                else None
            )
            if isinstance(name, str) and re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
                names.add(name)
    return names


def test_every_setting_is_in_the_documentation():
    text = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in sorted(variables() - {"DJANGO_SETTINGS_MODULE"}) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("folder", ["registry", "curation", "syncers", "config", "tests"])
def test_nothing_names_a_place_on_somebodys_machine(folder):
    # Put together here, so that this file does not contain what it looks for.
    places = re.compile("|".join(["/" + "home/", "/" + "Users/", "/" + "root/", "/" + "work/", "C:" + r"\\\\"]))
    violations = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".html", ".md", ".css", ".js") and places.search(path.read_text())
    ]
    assert violations == []
