"""The shipped nginx configuration, run on ports of this machine before nodes of the test's own."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.kit.servers import LOCAL, START_SECONDS, NoServer, free_port, spawn, stop, waited

SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx" / "nginx.conf"
NODES = ("gridbell-1:8080", "gridbell-2:8080")


def nginx() -> str | None:
    """The program, which Debian keeps where only root looks; None where there is none."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def certificate(folder: Path) -> None:
    """A certificate of our own for an hour, under the names that the configuration reads."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gridbell")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(minutes=1)).not_valid_after(now + timedelta(hours=1))
    signed = built.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)


class Door:
    """One nginx with the shipped configuration: only addresses, ports and paths are this machine's."""

    def __init__(self, program: str, nodes: Sequence[int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gridbell-door-"))
        self.port = free_port()
        self.access_log = self.folder / "access.log"
        certificate(self.folder)
        config = self.folder / "nginx.conf"
        config.write_text(self._config(nodes), encoding="utf-8")
        command: list[str | Path] = [program, "-p", self.folder, "-c", config, "-e", "stderr", "-g", "daemon off;"]
        self.process = spawn(command, self.folder / "log", {})
        self._wait()

    def _config(self, nodes: Sequence[int]) -> str:
        """The shipped file; each place that is changed must be there."""
        text = SHIPPED.read_text(encoding="utf-8")
        here = {
            "listen 443 ssl;": f"listen {LOCAL}:{self.port} ssl;",
            "/etc/nginx/tls/": f"{self.folder}/",
            "/run/nginx.pid": f"{self.folder}/nginx.pid",
            "/dev/stdout": str(self.access_log),
            "worker_processes auto;": "worker_processes 1;",
            **{name: f"{LOCAL}:{port}" for name, port in zip(NODES, nodes, strict=True)},
        }
        for shipped, ours in here.items():
            if shipped not in text:
                raise NoServer(f"the shipped configuration has no {shipped}")
            text = text.replace(shipped, ours)
        return text

    def _wait(self) -> None:
        for _ in range(START_SECONDS * 50):
            if waited(self.process, 0.02):
                raise NoServer((self.folder / "log").read_text(encoding="utf-8"))
            try:
                socket.create_connection((LOCAL, self.port), timeout=5).close()
            except ConnectionError:
                continue
            return
        self.close()
        raise NoServer("nginx did not get ready")

    def close(self) -> None:
        """Stop it and remove its folder."""
        if self.process.poll() is None:
            stop(self.process, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)
