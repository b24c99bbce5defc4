#!/usr/bin/python3
"""The disk fills while analyzers stream: what was acknowledged is kept, what is refused is sent again, and a printer that
hears nothing loses nothing, because its lines go to the reserve; also when the daemon is killed just then.

The full disk is a limit on the size of the daemon's files, which every write beyond it meets.
"""
import sys
import time

from bench_of_analyzers import Analyzer, Printer, PtyWire, TcpWire
from laboratory import first_codes, note, run_test, wait_until

LIMIT = 128 * 1024  # behind what the logs hold by then, before the end of the reserve
STILL = 1.5  # seconds without an acknowledgement: the journal has refused all of them


def furnish(laboratory):
    codes = first_codes()
    laboratory.analyzers = [Analyzer(f"ms{i}", wire, codes, laboratory.rng.random(), time_scale=10.0)
                            for i, wire in enumerate((TcpWire(True), TcpWire(False), PtyWire()))]
    laboratory.printers = [Printer("aas0")]


def go(laboratory):
    for sender in laboratory.analyzers + laboratory.printers:
        sender.go.set()


def acknowledged(laboratory):
    return sum(analyzer.acknowledged for analyzer in laboratory.analyzers)


def fill_disk(laboratory):
    """Streams, then limits the files until no analyzer gets a message through; the printer goes on."""
    start = acknowledged(laboratory)
    go(laboratory)
    wait_until("messages to get through", lambda: acknowledged(laboratory) > start + 10)
    laboratory.limit_files(LIMIT)
    last, since = acknowledged(laboratory), time.monotonic()
    while time.monotonic() < since + STILL:
        time.sleep(0.05)
        if acknowledged(laboratory) != last:
            last, since = acknowledged(laboratory), time.monotonic()
    note(f"full after {last} messages; printed {laboratory.printers[0].printed}")


def check_drained(laboratory):
    laboratory.drain()
    note(f"{laboratory.check()} results of {acknowledged(laboratory)} messages, {laboratory.printers[0].printed} printed")


def run_full(laboratory):
    fill_disk(laboratory)
    laboratory.limit_files(None)
    check_drained(laboratory)


def run_full_and_killed(laboratory):
    fill_disk(laboratory)
    printer = laboratory.printers[0]
    printer.idle.clear()
    printer.go.clear()
    wait_until("the printer to end its line", printer.idle.is_set)
    time.sleep(STILL)  # what it printed last is with the daemon by now
    laboratory.kill_and_start()
    check_drained(laboratory)


if __name__ == "__main__":
    sys.exit(run_test(furnish, [("full, then room again", run_full), ("full and killed", run_full_and_killed),
                                ("once more", run_full)]))
