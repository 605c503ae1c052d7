"""Writes to the primary at a steady rate."""

import contextlib
import subprocess
import threading
import time

from local_platform import ProofError


class Writer:
    """Writes at a steady rate, in transactions of twenty rows over five tables, by two programs `mysql`."""

    ROWS = 20
    # A machine that was busy for long does not get all that it missed in one burst.
    DEBT_MAX = 5.0

    def __init__(self, platform, tables, rate):
        self.platform, self.rate = platform, rate
        half = (len(tables) + 1) // 2
        self.groups = [tables[:half], tables[half:]]
        self.next_table = [0, 0]
        self.programs, self.thread, self.ends, self.sent, self.failure = [], None, threading.Event(), 0, None

    def transaction(self, group):
        tables = self.groups[group]
        statements = ["BEGIN"]
        for _ in range(self.ROWS // 4):
            statements.append(tables[self.next_table[group] % len(tables)].statement())
            self.next_table[group] += 1
        # With this delimiter the program sends all of it as one query.
        return ("; ".join(statements) + "; COMMIT//\n").encode()

    def start(self):
        self.ends.clear()
        self.programs = [
            subprocess.Popen(
                [*self.platform.mysql_words(), "--batch", "--silent", "--disable-auto-rehash"], stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=open(self.platform.home / "soak-writer.log", "ab"), start_new_session=True,
            )
            for _ in self.groups
        ]  # fmt: skip
        for program in self.programs:
            program.stdin.write(b"DELIMITER //\n")
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        pause, group, due = self.ROWS / self.rate, 0, time.monotonic()
        try:
            while not self.ends.is_set():
                self.programs[group].stdin.write(self.transaction(group))
                self.programs[group].stdin.flush()
                self.sent += self.ROWS
                group = 1 - group
                due = max(due + pause, time.monotonic() - self.DEBT_MAX)
                if (ahead := due - time.monotonic()) > 0:
                    self.ends.wait(ahead)
        except OSError as error:
            self.failure = f"{error}"

    def check(self):
        if self.thread and not self.ends.is_set() and (self.failure or any(p.poll() is not None for p in self.programs)):
            log = (self.platform.home / "soak-writer.log").read_text()[-1000:]
            raise ProofError(f"the writer has ended ({self.failure}): {log}")

    def stop(self):
        """Ends between two transactions, and waits until all that was sent is written."""
        self.ends.set()
        if self.thread:
            self.thread.join(30)
        for program in self.programs:
            with contextlib.suppress(OSError):
                program.stdin.close()
            try:
                program.wait(60)
            except subprocess.TimeoutExpired:
                program.kill()
        self.programs, self.thread = [], None
