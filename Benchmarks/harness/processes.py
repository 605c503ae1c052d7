"""Child processes that end with the benchmark, and what they use."""

import ctypes
import os
import signal
import subprocess
import sys
import time

from .errors import BenchmarkError

PR_SET_PDEATHSIG = 1
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent():
    # In the child, before exec: even a benchmark that is killed with SIGKILL leaves nothing behind.
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A process of ours, its output in a log file."""

    def __init__(self, name, command, log, environment=None):
        self.name = name
        self.log = log
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                # Ctrl-C in the terminal is for the benchmark, which then stops its children in order.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.pid = self._process.pid

    @property
    def has_ended(self):
        return self._process.poll() is not None

    def require_running(self):
        if self.has_ended:
            raise BenchmarkError(
                f"{self.name} ended with exit code {self._process.returncode}; the end of its log:\n{self.tail()}",
                f"see {self.log} (keep it with --home)",
            )

    def tail(self, lines=15):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return "".join("    " + line[:400].rstrip() + "\n" for line in file.readlines()[-lines:]).rstrip()
        except OSError as error:
            return f"    {error}"

    def stop(self, within=30):
        """SIGTERM, and SIGKILL to what has not ended in that many seconds. True if it ended by itself."""
        if not self.has_ended:
            self._process.terminate()
            try:
                self._process.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()
                return False
        return self._process.returncode == 0

    def kill(self):
        if not self.has_ended:
            self._process.kill()
            self._process.wait()

    # What it uses, from /proc; None where the system has no such thing.

    @property
    def cpu_seconds(self):
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def _memory(self, key):
        try:
            with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
                for line in file:
                    if line.startswith(key + ":"):
                        return int(line.split()[1]) * 1024
        except OSError:
            pass
        return None

    @property
    def resident_bytes(self):
        return self._memory("VmRSS")

    @property
    def peak_bytes(self):
        return self._memory("VmHWM")


def run(command, *, log, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, name=None):
    """Runs a program to its end and returns (seconds, its own CPU seconds, peak bytes)."""
    with open(log, "ab") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=stdin, stdout=stdout, stderr=errors, start_new_session=True, preexec_fn=_die_with_parent
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        with open(log, encoding="utf-8", errors="replace") as file:
            end = "".join("    " + line for line in file.readlines()[-10:]).rstrip()
        raise BenchmarkError(
            f"{name or os.path.basename(command[0])} failed with exit code {process.returncode}:\n{end}",
            f"see {log} (keep it with --home)",
        )
    scale = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale


def wait_until(condition, *, seconds, what, alive=(), every=0.05):
    """Waits until `condition()` is true; fails after that many seconds, or when one of `alive` ends."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        for child in alive:
            child.require_running()
        if time.monotonic() > deadline:
            logs = "".join(f"\n  {child.name}:\n{child.tail()}" for child in alive)
            raise BenchmarkError(
                f"waited {seconds:.0f} s in vain until {what}{logs}", "try again with --timeout or fewer --rows"
            )
        time.sleep(every)
