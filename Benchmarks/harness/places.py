"""Where the programs are, which ports are free, and the folder that everything happens in."""

import os
import shutil
import socket
import tempfile

from .errors import BenchmarkError

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def find_program(name):
    """What scripts/bootstrap has fetched, then PATH: the order in which `leat up` looks."""
    cache = os.environ.get("LEAT_CACHE") or os.path.join(os.path.expanduser("~"), ".cache", "leat")
    fetched = os.path.join(cache, "bin", name)
    if os.access(fetched, os.X_OK):
        return fetched
    found = shutil.which(name)
    if found is None:
        raise BenchmarkError(f"{name} is missing", "scripts/bootstrap   (or have it on PATH)")
    return found


def find_leat():
    path = os.environ.get("LEAT_BINARY") or os.path.join(REPOSITORY, ".build", "release", "leat")
    if not os.access(path, os.X_OK):
        raise BenchmarkError(f"{path} is missing", "make build   (or name another with LEAT_BINARY)")
    return os.path.abspath(path)


def free_ports(count):
    """Ports of the loopback interface that nothing listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Home:
    """The folder of one run. A temporary one goes when the run ends; one that was named stays, for its logs and data."""

    # Table, redo log, binlog, raw binlog, dump, and the warehouse's copies.
    BYTES_PER_ROW = 1_500
    BYTES_AT_LEAST = 1 << 30

    def __init__(self, path, rows):
        self.is_temporary = path is None
        if path is None:
            self.path = tempfile.mkdtemp(prefix="leat-bench-")
        else:
            self.path = os.path.abspath(path)
            os.makedirs(self.path, mode=0o700, exist_ok=True)
            if os.listdir(self.path):
                raise BenchmarkError(f"{self.path} is not empty", "name a new folder with --home, or empty it")
        try:
            # The limit of a Unix socket's path is 107 bytes.
            if len(os.fsencode(self.path)) > 90:
                raise BenchmarkError(f"the path {self.path} is too long for MySQL's socket", "name a shorter --home")
            needed = self.BYTES_AT_LEAST + rows * self.BYTES_PER_ROW
            free = shutil.disk_usage(self.path).free
            if free < needed:
                raise BenchmarkError(
                    f"{self.path} has {free >> 20} MB free, and {rows} rows need {needed >> 20} MB",
                    "name a folder on another disk with --home, or fewer --rows",
                )
        except BaseException:
            self.remove()
            raise

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    def folder(self, name):
        path = self / name
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def log(self, name):
        return os.path.join(self.folder("logs"), name + ".log")

    def write_secret(self, name, text):
        path = self / name
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def remove(self):
        if self.is_temporary:
            shutil.rmtree(self.path, ignore_errors=True)
