"""The compose file, the container file and the settings speak of the same services, variables, ports and paths."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.environment import read_environment
from config.problems import Problem
from config.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
DOOR = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
EXAMPLE = dict(
    line.split("=", 1)
    for line in (DEPLOY / "gridbell.env.example").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
NODES = ("gridbell-1", "gridbell-2")
EXPOSED = re.findall(r"^EXPOSE (\d+)$", CONTAINER, re.MULTILINE)[0]
WORTH = {
    "storage_url": "postgresql+asyncpg://gridbell:made-up@postgres/gridbell",
    "wechat_aes_key": "0" * 43,
    "wecom_aes_key": "0" * 43,
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder with a made-up secret in each file that the compose file names."""
    for name in COMPOSE["secrets"]:
        (tmp_path / name).write_text(WORTH.get(name, "made-up") + "\n", encoding="utf-8")
    return tmp_path


def environment(service: str, secrets: Path) -> dict[str, str]:
    """What that service's process would find in its environment."""
    given = {**EXAMPLE, **SERVICES[service]["environment"]}
    return {name: str(value).replace("/run/secrets", str(secrets)) for name, value in given.items()}


@pytest.mark.parametrize("service", [*NODES, "migrate"])
def test_the_environment_of_each_node_is_a_whole_configuration(service: str, secrets: Path) -> None:
    problems: list[Problem] = []
    found = environment(service, secrets)
    values, _ = read_environment(found, Settings, problems)
    assert problems == []
    settings = Settings.load(None, found)
    assert set(values) <= set(Settings.model_fields)
    assert settings.storage.url == WORTH["storage_url"]
    assert settings.http.host == "0.0.0.0"  # noqa: S104 - inside of a container
    assert settings.storage.media == Path(SERVICES[service]["volumes"][0].partition(":")[2])
    assert list(settings.wechat) == ["main"]
    assert list(settings.wecom) == ["staff"]


def test_both_nodes_are_the_same_and_have_time_to_stop() -> None:
    one, two = (SERVICES[name] for name in NODES)
    assert one == two
    assert int(one["stop_grace_period"].removesuffix("s")) > 20 + 10
    assert one["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_every_secret_is_used_from_a_file_that_is_not_in_the_repository() -> None:
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"secrets/{name}"}
        assert any(name in service.get("secrets", ()) for service in SERVICES.values())
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/deploy/secrets/", "/deploy/gridbell.env", "/deploy/tls/"} <= set(ignored)
    for service in SERVICES.values():
        for variable, value in (service.get("environment") or {}).items():
            kept_apart = re.search(r"SECRET|TOKEN|KEY|PASSWORD|STORAGE__URL", variable)
            assert not kept_apart or str(value).startswith("/run/secrets/"), variable
        for path in (value for value in (service.get("environment") or {}).values() if "/run/secrets/" in str(value)):
            assert str(path).removeprefix("/run/secrets/") in service["secrets"]


def test_every_file_that_is_mounted_is_shipped_and_every_volume_is_named() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert source == "./tls" or (DEPLOY / source).exists(), source
            else:
                assert source in COMPOSE["volumes"]


def test_only_the_door_is_open_to_the_street() -> None:
    open_to_all = {
        name
        for name, one in SERVICES.items()
        if any(not port.startswith("127.0.0.1:") for port in one.get("ports", ()))
    }
    assert open_to_all == {"nginx"}
    assert "postgres" not in str(SERVICES["nginx"])
    assert SERVICES["postgres"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_door_and_watchman_name_the_nodes_and_their_port() -> None:
    named = re.findall(r"server (\S+):(\d+) ", DOOR)
    assert named == [(node, EXPOSED) for node in NODES]
    scraping = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    assert scraping["scrape_configs"][0]["static_configs"][0]["targets"] == [f"{node}:{EXPOSED}" for node in NODES]
    assert {SERVICES[node]["environment"]["GRIDBELL_HTTP__PORT"] for node in NODES} == {EXPOSED}


def test_the_container_has_every_room_and_runs_as_nobody_special() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", CONTAINER, re.MULTILINE))
    packages = re.findall(r'"(\w+)\*"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert copied == set(packages)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{room}" for room in packages} <= set(ignored)
    assert re.search(r"^USER gridbell$", CONTAINER, re.MULTILINE)
    assert "python:3.11-slim" in CONTAINER
    variables = dict(re.findall(r"(GRIDBELL_\w+)=(\S+)", CONTAINER))
    problems: list[Problem] = []
    read_environment(variables, Settings, problems)
    assert problems == []


def test_the_container_asks_whether_its_node_is_alive() -> None:
    command = json.loads(re.findall(r"^    CMD (\[.*\])$", CONTAINER, re.MULTILINE)[0])
    assert command[:2] == ["python", "-c"]
    assert f"http://127.0.0.1:{EXPOSED}/healthz" in command[2]
    compile(command[2], "healthcheck", "exec")
