"""The programs as a person runs them: a directory of files, a config, limsctl, a daemon. And how such a test tells TAP.

Shared by the tests of this directory.
"""
import csv
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("LIMS_BUILD", ROOT / "build"))
DATA = pathlib.Path(os.environ.get("LIMS_DATA", ROOT / "config"))
os.environ.setdefault("LIMS_DATA", str(DATA))  # the programs look there too
PATIENCE = 120  # seconds; nothing here takes long unless something is wrong
STORE = "[store]\nurl=sqlite:lims.db\n[journal]\npath=journal.db\n"


class Failure(Exception):
    """What was found wrong, in one line."""


class Skip(Exception):
    """Why a test was not made, in one line."""


def note(text):
    print("# " + text, flush=True)


def check(condition, text):
    if not condition:
        raise Failure(text)


def check_equal(found, expected, what):
    check(found == expected, f"{what}: {found!r} and not {expected!r}")


def check_has(text, *words):
    for word in words:
        check(word in text, f"{word!r} is not in {text!r}")


def wait_until(what, done, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not done():
        check(time.monotonic() < until, f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def station_config(name, port, driver="gcmsms-astm", laboratory="C01"):
    return (f"[line {name}]\ndevice=tcp-listen:127.0.0.1:{port}\n"
            f"[station {name}]\nline={name}\ndriver={driver}\nlaboratory={laboratory}\n")


class Done:
    """What a program answered."""

    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"status {self.status}, {self.out.strip()!r}, {self.err.strip()!r}"


class Place:
    """A directory with a config; ends what was started there."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="lims-program-"))
        self.daemons = []
        self.config = self.write("limsd.conf", STORE)

    def write(self, name, content):
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def names(self):
        return sorted(path.name for path in self.directory.iterdir())

    def run(self, program, *arguments):
        done = subprocess.run([BUILD / program, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                              check=False, cwd=self.directory, stdin=subprocess.DEVNULL)
        check(done.returncode >= 0, f"{program} {' '.join(map(str, arguments))} died of signal {-done.returncode}: {done.stderr}")
        return Done(done)

    def limsctl(self, *arguments):
        return self.run("limsctl", "--config", self.config, *arguments)

    def must(self, *arguments):
        """Its output; must be done."""
        done = self.limsctl(*arguments)
        check(done.status == 0, f"limsctl {' '.join(map(str, arguments))}: {done}")
        return done.out.rstrip("\n")

    def refuse(self, status, *arguments):
        """Its one line on stderr; must not be done."""
        done = self.limsctl(*arguments)
        check(done.status == status, f"limsctl {' '.join(map(str, arguments))}: not status {status}: {done}")
        check(done.err.startswith("limsctl: ") and done.err.count("\n") == 1 and done.out == "", f"not one line: {done}")
        return done.err

    def json(self, *arguments):
        return json.loads(self.must("--format", "json", *arguments))

    def csv(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.must("--format", "csv", *arguments))))

    def make(self):
        """A laboratory C01 with a site M1."""
        self.must("init")
        self.must("lab", "add", "--code", "C01", "--name", "第一县检测中心", "--kind", "county")
        self.must("site", "add", "--code", "M1", "--name", "东门市场", "--kind", "market")

    def add_sample(self, *more):
        return self.must("sample", "add", "--site", "M1", "--commodity", "菠菜", "--sampled-at", "2026-11-24", *more)

    # ---- the daemon ----

    def start(self, config=None):
        """A daemon that answers."""
        config = config or self.config
        log = self.directory / (config.name + ".log")
        before = log.stat().st_size if log.exists() else 0
        with open(log, "ab") as file:
            process = subprocess.Popen([BUILD / "limsd", "--config", config], stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                       cwd=self.directory)
        self.daemons.append(process)
        wait_until("the daemon to be ready",
                   lambda: process.poll() is not None or b" ready: " in log.read_bytes()[before:])
        check(process.poll() is None, f"limsd ended with {process.poll()}: {log.read_text()}")
        return process

    def stop(self, process, how=signal.SIGTERM):
        process.send_signal(how)
        status = process.wait(PATIENCE)
        self.daemons.remove(process)
        return status

    def close(self):
        for process in self.daemons:
            process.kill()
            process.wait()
        shutil.rmtree(self.directory)

    # ---- the files ----

    def rows(self, file, sql, *values):
        connection = sqlite3.connect(f"file:{self.directory}/{file}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def wait_delivered(self, count):
        """Until the store has that many transmissions."""
        wait_until(f"{count} transmissions in the store",
                   lambda: self.rows("lims.db", "SELECT count(*) FROM transmission")[0][0] >= count)
        wait_until("the journal to know", lambda: not self.rows(
            "journal.db", "SELECT 1 FROM message WHERE delivered_us IS NULL"))


def message(specimen, *results, moment="20261124093000"):
    """Record text of one specimen: (code, value, unit) each."""
    lines = [rf"H|\^&|||MS^1|||||||P|1|{moment}", "P|1", f"O|1|{specimen}||^^^ALL|R"]
    lines += [f"R|{i}|^^^{code}|{value}|{unit}||||F||wang|{moment}|{moment}" for i, (code, value, unit) in enumerate(results, 1)]
    return "\r".join(lines + ["L|1|N", ""])


def run_tests(tests):
    """Runs functions of a Place, each in a place of its own, as TAP; the exit status."""
    missing = [name for name in ("limsd", "limsctl", "limssim") if not (BUILD / name).exists()]
    if missing:
        print(f"1..0 # SKIP {BUILD} has no {', '.join(missing)}")
        return 0
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        place = Place()
        try:
            test(place)
            print(f"ok {number} - {test.__name__}: {test.__doc__ or ''}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {test.__name__} # SKIP {reason}", flush=True)
        except Exception as problem:  # whatever it is, it is told, and the next test runs
            failed += 1
            print(f"not ok {number} - {test.__name__}: {problem if isinstance(problem, Failure) else repr(problem)}", flush=True)
            for line in traceback.format_exc().splitlines()[-12:]:
                note(line)
            for log in place.directory.glob("*.log"):
                for line in log.read_text(errors="replace").splitlines()[-10:]:
                    note(f"{log.name}: {line}")
        finally:
            place.close()
    return 1 if failed else 0


def main(namespace):
    """Runs every function named test_… of the module, in its order."""
    sys.exit(run_tests([value for name, value in namespace.items() if name.startswith("test_")]))
