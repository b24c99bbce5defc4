"""Analyzers on a daemon that dies or runs out of disk: what the tests of this directory play with.

Analyzer is the tests' own E1381 sender, over terminals and in both TCP roles; it knows each result that it sent and each message
that was acknowledged. Simulator is limssim, which must do the same by itself. Printer is never answered: what the daemon
does not keep is gone.
"""
import os
import pathlib
import pty
import random
import socket
import subprocess
import sys
import threading
import time
import tty

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "instruments"))
from sender_e1381 import Link, LinkLost, Options, Sender, open_link  # noqa: E402

SAMPLES = 20  # registered for each station
RESULTS = 10  # in a message
DRIVER = "gcmsms-astm"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class TcpWire:
    """The daemon listens (`calls` TRUE: we call it) or calls us."""

    def __init__(self, calls):
        port = free_port()
        self.ours = f"tcp:127.0.0.1:{port}" if calls else f"tcp-listen:127.0.0.1:{port}"
        self.device = f"tcp-listen:127.0.0.1:{port}" if calls else f"tcp:127.0.0.1:{port}"

    def open(self):
        return open_link(self.ours, patience=60)

    def close(self):
        pass


class PtyLink(Link):
    """The near end outlives the daemon: closing is the wire's."""

    def close(self):
        pass


class PtyWire:
    """A pseudo-terminal whose far end only the daemon holds, so that its death is seen as a line that drops."""

    def __init__(self):
        self.fd, far = pty.openpty()
        self.device = "tty:" + os.ttyname(far)
        tty.setraw(far)
        os.close(far)

    def open(self):
        link = PtyLink(self.fd)
        until = time.monotonic() + 60
        while True:
            try:
                link.discard_input()
                time.sleep(0.05)  # whoever opens a terminal empties it first
                return link
            except LinkLost:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def close(self):
        os.close(self.fd)


class Analyzer(threading.Thread):
    """Streams messages, each with results of its own, as long as it may; repeats one whole until it is acknowledged."""

    def __init__(self, name, wire, codes, seed, time_scale=3.0):
        super().__init__(daemon=True)
        self.station, self.wire, self.codes, self.device, self.driver = name, wire, codes, wire.device, DRIVER
        self.random = random.Random(seed)
        self.options = Options(time_scale=time_scale, max_sessions=1000, record_per_frame=True)
        self.go, self.idle, self.over = threading.Event(), threading.Event(), False
        self.acknowledged = self.resent = 0
        self.problem = None

    def aliases(self):
        return [f"{self.station.upper()}-{n:02d}" for n in range(SAMPLES)]

    def alias(self, n):
        return self.aliases()[n % SAMPLES]

    def results(self, n):
        """(specimen, code, value as printed) of message n; no value comes twice from a station."""
        return [(self.alias(n), code, f"0.{n:06d}{i:02d}") for i, code in enumerate(self.codes)]

    def records(self, n):
        moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(1795000000 + n))
        lines = [rf"H|\^&|||{self.station}|||||LIMS||P|1|{moment}", "P|1",
                 f"O|1|{self.alias(n)}||^^^ALL|R||||||N"]
        lines += [f"R|{i}|^^^{code}|{value}|mg/kg||||F||operator|{moment}|{moment}"
                  for i, (_, code, value) in enumerate(self.results(n), 1)]
        return [line.encode() for line in lines + ["L|1|N"]]

    def pace(self, link):
        """A line has a speed: so that messages are cut, not only missed."""
        write = link.write

        def slow_write(data):
            time.sleep(self.random.uniform(0, 0.006))
            write(data)

        link.write = slow_write
        return link

    def send(self, link, n):
        """The link on which message n was acknowledged at last."""
        while True:
            try:
                link = link or self.pace(self.wire.open())
                if Sender(link, self.options).send_message(self.records(n)):
                    return link
            except LinkLost:
                link.close()
                link = None
                self.resent += 1

    def run(self):
        link = None
        try:
            while not self.over:
                if not self.go.wait(0.05):
                    self.idle.set()
                    continue
                self.idle.clear()
                link = self.send(link, self.acknowledged)
                self.acknowledged += 1
        except Exception as problem:  # told by the main thread: an exception here would only end the stream
            self.problem = f"{self.station}: {problem!r}"
            self.idle.set()
        if link:
            link.close()

    def expected(self):
        """Every result that was acknowledged: when idle, every result that was begun."""
        return {row for n in range(self.acknowledged) for row in self.results(n)}


class Printer(threading.Thread):
    """A furnace that prints two replicates a specimen and a blank line, and hears nothing."""

    def __init__(self, name):
        super().__init__(daemon=True)
        self.wire = TcpWire(True)
        self.station, self.device, self.driver = name, self.wire.device, "gfaas-lines"
        self.go, self.idle, self.over = threading.Event(), threading.Event(), False
        self.printed, self.problem = 0, None

    def results(self, n):
        return [(f"{self.station.upper()}-{n:05d}", "Pb", f"{n}.{replicate:02d}") for replicate in (1, 2)]

    def lines(self, n):
        day = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1795000000 + n))
        rows = [f"{n % 10000:04d} {specimen:17} {code:3} {replicate:<5} {'0.1000':>8}{value:>10} ug/L   {day} LW"
                for replicate, (specimen, code, value) in enumerate(self.results(n), 1)]
        return "".join(row + "\r\n" for row in rows + [""]).encode()

    def run(self):
        try:
            while not self.over:
                if self.go.wait(0.05):
                    self.idle.clear()
                    self.print_while_it_may()
                self.idle.set()
        except (LinkLost, OSError) as problem:
            self.problem = f"{self.station}: {problem!r}"
            self.idle.set()

    def print_while_it_may(self):
        link = self.wire.open()
        while self.go.is_set():
            link.write(self.lines(self.printed))
            self.printed += 1
            time.sleep(0.05)
        link.close()

    def expected(self):
        return {row for n in range(self.printed) for row in self.results(n)}


class Cable(threading.Thread):
    """Two terminals joined: a serial line, on which neither side sees the other end. Both near ends are ours as long as we live,
    so that no other program is given their names."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ends = (PtyWire(), PtyWire())
        for end in self.ends:
            os.set_blocking(end.fd, False)
        self.start()

    def carry(self, source, target):
        """TRUE if bytes went over; what nobody listens to is lost, as on a wire."""
        try:
            return os.write(target.fd, os.read(source.fd, 256)) > 0
        except OSError:
            return False

    def run(self):
        here, there = self.ends
        while True:
            if not self.carry(here, there) | self.carry(there, here):
                time.sleep(0.002)


class Simulator:
    """limssim, a few messages a round: it must bring all of them through and exit 0."""

    COUNT = 12

    def __init__(self, build, name, directory, device, ours):
        self.program, self.station = str(build / "limssim"), name
        self.device, self.ours, self.driver = device, ours, DRIVER
        self.process, self.finished = None, 0
        self.log = directory / f"{name}.log"
        self.specimens = directory / f"{name}.specimens"
        self.specimens.write_text("\n".join(self.aliases()) + "\n")

    def aliases(self):
        return [f"{self.station.upper()}-{n:02d}" for n in range(SAMPLES)]

    def start(self, seed):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "--driver", DRIVER, "--device", self.ours, "--count", str(self.COUNT), "--rate", "600",
                 "--seed", str(seed), "--time-scale", "10", "--specimens", self.specimens],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait(self, seconds):
        status = self.process.wait(seconds)
        self.process = None
        self.finished += self.COUNT
        return status

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


def make_simulators(build, directory):
    """One over TCP, one over a serial cable."""
    port, (far, near) = free_port(), Cable().ends
    return [Simulator(build, "sim0", directory, f"tcp-listen:127.0.0.1:{port}", f"tcp:127.0.0.1:{port}"),
            Simulator(build, "sim1", directory, far.device, near.device)]
