#!/usr/bin/python3
"""The daemon is killed with -9 at random moments while eight analyzers stream; they resend as the standard says.

After each round, when everything has drained: each acknowledged message's results are in the store exactly once, no
result is there that nobody sent, and both databases are sound. LIMS_FAULT_ROUNDS rounds (3).
"""
import collections
import os
import sys
import time

from bench_of_analyzers import Analyzer, PtyWire, TcpWire, make_simulators
from laboratory import BUILD, Failure, first_codes, note, run_test

ROUNDS = int(os.environ.get("LIMS_FAULT_ROUNDS", "3"))


def furnish(laboratory):
    wires = [TcpWire(True), TcpWire(True), TcpWire(False), TcpWire(False), PtyWire(), PtyWire()]
    codes = first_codes()
    laboratory.analyzers = [Analyzer(f"ms{i}", wire, codes, laboratory.rng.random()) for i, wire in enumerate(wires)]
    laboratory.simulators = make_simulators(BUILD, laboratory.directory)


def stream_and_kill(laboratory):
    for simulator in laboratory.simulators:
        simulator.start(laboratory.rng.randrange(1 << 30))
    for analyzer in laboratory.analyzers:
        analyzer.go.set()
    time.sleep(laboratory.rng.uniform(0.1, 1.5))
    laboratory.kill_and_start()
    while laboratory.rng.random() < 0.4:  # once more, while it starts or has just started
        time.sleep(laboratory.rng.uniform(0, 0.4))
        laboratory.kill_and_start()
    time.sleep(laboratory.rng.uniform(0.1, 0.5))


def describe(laboratory, results):
    states = collections.Counter(dict(laboratory.rows("lims.db", "SELECT state, count(*) FROM transmission GROUP BY 1")))
    return (f"{laboratory.kills} kills, {results} results, {sum(a.resent for a in laboratory.analyzers)} messages sent again; "
            + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))


def run_round(laboratory):
    stream_and_kill(laboratory)
    laboratory.drain()
    note(describe(laboratory, laboratory.check()))


def run_end(laboratory):
    """Ended in order, the daemon leaves a store that its own check finds sound."""
    status = laboratory.stop()
    if status != 0:
        raise Failure(f"the daemon, asked to end, ended with {status}")
    laboratory.limsctl("check")
    laboratory.check()


if __name__ == "__main__":
    sys.exit(run_test(furnish, [(f"round {n + 1}", run_round) for n in range(ROUNDS)] + [("the end", run_end)]))
