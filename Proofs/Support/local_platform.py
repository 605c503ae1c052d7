"""A platform of its own for the proofs that are programs (Proofs/Drill, Proofs/Soak): `leat up` in an empty home, on ports
that nobody else has, and what can be asked of it and done to it."""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CACHE = pathlib.Path(os.environ.get("LEAT_CACHE") or pathlib.Path.home() / ".cache/leat")


class ProofError(Exception):
    """Something that is needed for the proof itself does not work."""


def find_leat():
    """The leat that is to be proven; ends the program where there is none."""
    leat = pathlib.Path(os.environ.get("LEAT_BINARY", ROOT / ".build/release/leat")).resolve()
    if not leat.exists():
        print(f"error: {leat} is missing\n  fix: make build   (or set LEAT_BINARY)", file=sys.stderr)
        sys.exit(3)
    return leat


def wait_for(within, condition, pause=0.25):
    """The seconds that it took, or None if it took longer."""
    began = time.monotonic()
    while True:
        if condition():
            return time.monotonic() - began
        if time.monotonic() - began > within:
            return None
        time.sleep(pause)


def request(url, headers=None, body=None, timeout=600):
    call = urllib.request.Request(url, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(call, timeout=timeout) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise ProofError(f"{url.split('?')[0]}: {error.read().decode()[-500:]}") from error
    except OSError as error:
        raise ProofError(f"{url.split('?')[0]}: {error}") from error


class LocalPlatform:
    """One `leat up`. `ready` is what it has printed: addresses and accounts."""

    def __init__(self, leat, home):
        self.leat, self.home = leat, pathlib.Path(home)
        # Below the ports that systems give to connections from 32768 on.
        self.offset = random.randrange(5000, 13000)
        self.output = self.home.with_suffix(".out")
        self.process, self.ready = None, {}

    def start(self, *arguments, within=300):
        self.ready = {}
        with open(self.output, "wb") as file:
            self.process = subprocess.Popen(
                [self.leat, "up", "--json", "--home", self.home, f"--port-offset={self.offset}", *arguments],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip

        def is_ready():
            self.check()
            with contextlib.suppress(ValueError):
                self.ready = json.loads(self.output.read_text())
            return bool(self.ready)

        if wait_for(within, is_ready) is None:
            raise ProofError(f"leat up is not ready after {within} s: {self.output.read_text()[-2000:]}")

    def check(self):
        if self.process and self.process.poll() is not None:
            raise ProofError(f"leat up ended with exit code {self.process.returncode}: {self.output.read_text()[-2000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def log_end(self):
        """The last lines of leat's log."""
        log = self.home / "logs/leat.log"
        return "\n".join(log.read_text().splitlines()[-15:]) if log.exists() else ""

    def run(self, *arguments, codes=(0,), timeout=600):
        """The exit code, one of `codes`, and what the command has printed."""
        words = [self.leat, *arguments, "--home", self.home]
        result = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        if result.returncode not in codes:
            raise ProofError(f"leat {' '.join(map(str, arguments))}: {(result.stderr or result.stdout).decode()[-1000:]}")
        return result.returncode, result.stdout.decode()

    # The servers' processes.

    def process_id(self, server):
        return int((self.home / "run" / f"{server}.pid").read_text().split()[0])

    def signal(self, server, number):
        os.kill(self.process_id(server), number)

    def resume_all(self):
        """Resumes everything that was stopped by SIGSTOP: it could not end otherwise."""
        for file in (self.home / "run").glob("*.pid"):
            with contextlib.suppress(ProcessLookupError, ValueError, IndexError):
                self.signal(file.stem, signal.SIGCONT)
        if self.process:
            self.process.send_signal(signal.SIGCONT)

    def processor_seconds(self, server):
        """What a server's process has had of the processors so far. Linux only."""
        fields = pathlib.Path(f"/proc/{self.process_id(server)}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Asking the servers.

    def mysql_words(self, server="primary"):
        program = shutil.which("mysql") or CACHE / "bin/mysql"
        option = f"--defaults-extra-file={self.ready['mysql'][server]['optionFile']}"
        return [program, option, "--default-character-set=utf8mb4"]

    def mysql(self, statement, server="primary", timeout=600):
        result = subprocess.run([*self.mysql_words(server), "-BNe", statement], capture_output=True, timeout=timeout)
        if result.returncode != 0:
            raise ProofError(f"{statement[:200]}: {result.stderr.decode()[-500:]}")
        return result.stdout.decode().strip()

    def clickhouse(self, statement):
        access = self.ready["clickhouse"]
        headers = {"X-ClickHouse-User": access["user"], "X-ClickHouse-Key": access["password"]}
        return request(access["url"], headers, statement.encode())

    def rows(self, query):
        """What ClickHouse answers, row by row."""
        return json.loads(self.clickhouse(query + " FORMAT JSONCompact"))["data"]

    def metrics(self):
        return request(self.ready["console"]["url"] + "/metrics")
