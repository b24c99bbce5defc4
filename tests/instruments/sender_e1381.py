#!/usr/bin/python3
"""A strict E1381 sender, the tests' own: written from the standard and sharing nothing with the C code, so that a
mistake mirrored in our sender and our receiver cannot pass.

    sender_e1381.py --connect tcp:HOST:PORT|tcp-listen:PORT|tty:PATH FILE|-

sends the record text in FILE (CR or line ends after each record, H..L a message) and obeys the receiver: establishment,
stop-and-wait, six tries, EOT and the whole message again in a new session after an abort. Exit 0 if every message was
acknowledged, 1 if not. With --damage, --drop, --cut, --duplicate, --lose-reply (each a probability a frame) and --seed it
is the analyzer at the end of a bad line. Clauses are those of ASTM E1381-95, the same in CLSI LIS01-A2.

As a module: Sender(link, Options()).send_message([b"H|\\\\^&", ...]) is True once acknowledged.
"""
import argparse
import os
import random
import select
import socket
import sys
import termios
import time
import tty

STX, ETX, EOT, ENQ, ACK, NAK, ETB = b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x15", b"\x17"
CR, LF = b"\r", b"\n"


class LinkLost(Exception):
    """The other side closed, or the device went."""


class Link:
    """Bytes over a file descriptor; reads one byte at a time, never more than is needed."""

    def __init__(self, fd):
        self.fd = fd

    def write(self, data):
        while data:
            try:
                data = data[os.write(self.fd, data):]
            except BlockingIOError:
                select.select([], [self.fd], [])
            except OSError as error:
                raise LinkLost(str(error)) from error

    def read(self, seconds):
        """One byte, or None when the time is over."""
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return None
        try:
            data = os.read(self.fd, 1)
        except OSError as error:
            raise LinkLost(str(error)) from error
        if not data:
            raise LinkLost("the other side closed the line")
        return data

    def discard_input(self):
        """What is here already was sent before what we send next: it cannot be its reply."""
        while self.read(0) is not None:
            pass

    def close(self):
        os.close(self.fd)


class SocketLink(Link):
    def __init__(self, sock):
        super().__init__(sock.fileno())
        self.sock = sock

    def close(self):
        self.sock.close()


def open_link(device, patience=10.0):
    """A link by device string; waits up to `patience` seconds for the other side to be there."""
    kind, _, rest = device.partition(":")
    until = time.monotonic() + patience
    while True:
        try:
            return _open_once(kind, rest, max(0.1, until - time.monotonic()))
        except OSError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)


def _open_once(kind, rest, patience):
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        return SocketLink(socket.create_connection((host.strip("[]"), int(port)), timeout=None))
    if kind == "tcp-listen":
        host, _, port = rest.rpartition(":")
        with socket.create_server((host or "127.0.0.1", int(port))) as server:
            server.settimeout(patience)
            sock, _ = server.accept()
            sock.settimeout(None)
            return SocketLink(sock)
    if kind == "tty":
        fd = os.open(rest, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        tty.setraw(fd, termios.TCSANOW)
        return Link(fd)
    raise SystemExit(f"sender_e1381: {kind}:{rest} is no tcp:HOST:PORT, tcp-listen:PORT or tty:PATH")


def checksum(data):
    """6.3.3: from the frame number to ETB or ETX inclusive, modulo 256, two hex digits."""
    return b"%02X" % (sum(data) % 256)


def make_frame(number, text, end, lower_case=False):
    body = b"%d" % (number % 8) + text + end
    digits = checksum(body)
    return STX + body + (digits.lower() if lower_case else digits) + CR + LF


def make_frames(records, max_text=240, record_per_frame=True, lower_case=False):
    """6.3.1: at most 240 bytes of text; a longer record goes in ETB frames and a last one with ETX. Numbers from 1."""
    units = [record + CR for record in records]
    if not record_per_frame:
        units = [b"".join(units)]
    frames = []
    for unit in units:
        pieces = [unit[i:i + max_text] for i in range(0, len(unit), max_text)]
        for i, piece in enumerate(pieces):
            end = ETX if i == len(pieces) - 1 else ETB
            frames.append(make_frame(len(frames) + 1, piece, end, lower_case))
    return frames


class Options:
    """Timers in the standard's seconds (6.5.2), divided by time_scale; probabilities a frame."""

    def __init__(self, **given):
        self.time_scale = 1.0
        self.max_text = 240
        self.record_per_frame = True
        self.lower_case = False
        self.max_sessions = 20
        self.damage = self.drop = self.cut = self.duplicate = self.lose_reply = 0.0
        self.noise = 0.0
        self.seed = 1
        for name, value in given.items():
            if not hasattr(self, name):
                raise TypeError(f"unknown option {name}")
            setattr(self, name, value)


class Sender:
    REPLY = 15.0  # 6.5.2.1, 6.5.2.3: to ENQ, to a frame
    BUSY = 10.0  # 6.2.6
    CONTENTION = 1.0  # 6.2.7.1: the instrument tries again
    INTERRUPT = 15.0  # 6.3.5.3
    TRIES = 6  # 6.5.1.2

    def __init__(self, link, options=None):
        self.link = link
        self.options = options or Options()
        self.random = random.Random(self.options.seed)
        self.sessions = self.frames_sent = self.naks = 0

    def _seconds(self, seconds):
        return seconds / self.options.time_scale

    def send_message(self, records):
        """The whole message, again and again in new sessions until one is acknowledged to its end."""
        options = self.options
        frames = make_frames(records, options.max_text, options.record_per_frame, options.lower_case)
        for _ in range(options.max_sessions):
            if self.send_session(frames):
                return True
            time.sleep(self._seconds(1.0))  # a reply that is under way must not be taken for the next ENQ's
        return False

    def send_session(self, frames):
        self.sessions += 1
        if not self._establish():
            return False
        for i, frame in enumerate(frames):
            outcome = self._send_frame(frame)
            if outcome == "interrupt":
                self.link.write(EOT)
                time.sleep(self._seconds(self.INTERRUPT))
                return i == len(frames) - 1
            if outcome != "accepted":
                self.link.write(EOT)
                return False
        self.link.write(EOT)
        return True

    def _establish(self):
        """6.2: ENQ until ACK; other replies than ACK, NAK, ENQ are ignored."""
        while True:
            self.link.discard_input()
            if self.random.random() < self.options.noise:
                self.link.write(bytes(self.random.choice(b"\x00\x7fxyz~") for _ in range(9)))
                time.sleep(self._seconds(2.0))
            self.link.write(ENQ)
            until = time.monotonic() + self._seconds(self.REPLY)
            reply = None
            while reply not in (ACK, NAK, ENQ):
                reply = self.link.read(until - time.monotonic())
                if reply is None:
                    self.link.write(EOT)
                    return False
            if reply == ACK:
                return True
            time.sleep(self._seconds(self.BUSY if reply == NAK else self.CONTENTION))

    def _send_frame(self, frame):
        for _ in range(self.TRIES):
            self.link.discard_input()
            self._write_frame(frame)
            reply = self.link.read(self._seconds(self.REPLY))
            if reply is not None and self.random.random() < self.options.lose_reply:
                reply = None
                time.sleep(self._seconds(self.REPLY))
            if reply is None:
                return "silent"
            if reply == ACK:
                return "accepted"
            if reply == EOT:
                return "interrupt"
            self.naks += 1  # NAK, or any other character
            if reply != NAK:
                time.sleep(self._seconds(1.0))
        return "refused"

    def _write_frame(self, frame):
        options, chance = self.options, self.random.random
        self.frames_sent += 1
        if chance() < options.drop:
            return
        data = frame
        if chance() < options.damage:
            at = self.random.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ self.random.randrange(1, 256)]) + data[at + 1:]
        if chance() < options.cut:
            data = data[:self.random.randrange(len(data))]
        if chance() < options.duplicate:
            data = data + data
        self.link.write(data)


def split_messages(text):
    """Record text to messages: lists of records. A header begins one, a terminator ends it."""
    messages = []
    open_message = False
    for record in text.replace(CR + LF, CR).replace(LF, CR).split(CR):
        if not record:
            continue
        if not open_message or record[:1] in b"Hh":
            messages.append([])
        messages[-1].append(record)
        open_message = record[:1] not in b"Ll"
    return messages


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="a strict E1381 sender")
    parser.add_argument("--connect", required=True, metavar="DEVICE")
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--max-text", type=int, default=240)
    parser.add_argument("--whole-text", action="store_true", help="all records in one run of frames")
    parser.add_argument("--lower-case", action="store_true", help="checksums as mini VIDAS writes them")
    parser.add_argument("--max-sessions", type=int, default=20)
    parser.add_argument("--reconnect", type=float, default=0.0, metavar="SECONDS",
                        help="after a lost line, try that long to open it again and repeat the message")
    parser.add_argument("--seed", type=int, default=1)
    for fault in ("damage", "drop", "cut", "duplicate", "lose-reply", "noise"):
        parser.add_argument("--" + fault, type=float, default=0.0, metavar="P")
    parser.add_argument("file")
    return parser.parse_args(arguments)


def make_options(given):
    return Options(time_scale=given.time_scale, max_text=given.max_text, record_per_frame=not given.whole_text,
                   lower_case=given.lower_case, max_sessions=given.max_sessions, seed=given.seed, damage=given.damage,
                   drop=given.drop, cut=given.cut, duplicate=given.duplicate, lose_reply=given.lose_reply,
                   noise=given.noise)


def send_all(messages, given):
    """True for each message acknowledged; a lost line counts as an abort: the message is sent again whole."""
    sender = Sender(open_link(given.connect), make_options(given))
    outcomes = []
    for message in messages:
        while True:
            try:
                outcomes.append(sender.send_message(message))
                break
            except LinkLost as lost:
                if given.reconnect <= 0:
                    raise SystemExit(f"sender_e1381: {given.connect}: {lost}") from lost
                sender.link.close()
                sender.link = open_link(given.connect, given.reconnect)
    sender.link.close()
    return outcomes, sender


def main(arguments):
    given = parse_arguments(arguments)
    with (sys.stdin.buffer if given.file == "-" else open(given.file, "rb")) as source:
        messages = split_messages(source.read())
    outcomes, sender = send_all(messages, given)
    print(f"acknowledged {sum(outcomes)} of {len(messages)} messages, {sender.sessions} sessions, "
          f"{sender.frames_sent} frames, {sender.naks} NAKs")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
