#!/usr/bin/python3
"""A second reader of the captures, written from LIS01-A2, LIS02-A2 and the captures' descriptions.

It shares nothing with the program: a mistake would have to be made twice, in two languages, to pass. It compares its own
rows with every .expected file, and, where limsctl is built, limsctl's output with the file byte by byte.
"""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, "..", "captures")
SHARED = os.path.join(os.environ.get("LIMS_SHARED", os.path.join(HERE, "..", "..", "..", "shared")), "captures", "astm")
BUILD = os.environ.get("LIMS_BUILD", os.path.join(HERE, "..", "..", "build"))
DATA = os.environ.get("LIMS_DATA", os.path.join(HERE, "..", "..", "config"))

# ---- ASTM ----

FRAME = re.compile(rb"\x02([0-7])([^\x02\x03\x17]*)([\x03\x17])([0-9A-Fa-f]{2})")


def astm_texts(data):
    """The text of each session: whole frames with a right checksum, repeats once; or the bare records."""
    if b"\x02" not in data:
        yield data.replace(b"\r\n", b"\r").replace(b"\n", b"\r")
        return
    for session in re.split(rb"[\x05\x04]+", data):
        text, last, ended = b"", None, False
        for number, part, end, digits in FRAME.findall(session):
            if (sum(number + part + end) & 255) == int(digits, 16) and (number, part) != last:
                if text and not text.endswith(b"\r") and ended and re.match(rb"[A-Za-z]\|", part):
                    text += b"\r"
                text += part
                last, ended = (number, part), end == b"\x03"
        if text:
            yield text


class Message:
    """One message's delimiters."""

    def __init__(self, header):
        self.field, self.repeat, self.component, self.escape = header[1:5]

    def unescape(self, text):
        names = {"F": self.field, "S": self.component, "R": self.repeat, "E": self.escape}
        e = re.escape(self.escape)
        return re.sub(f"{e}([FSRE]){e}", lambda m: names[m.group(1)], text)

    def fields(self, record):
        return [""] + record.split(self.field) + [""] * 32

    def whole(self, text):
        """Without the empty components around it, ^ between components, a backslash between repeats."""
        repeats = []
        for repeat in text.split(self.repeat):
            parts = repeat.split(self.component)
            while parts and not parts[-1]:
                parts.pop()
            while parts and not parts[0]:
                parts.pop(0)
            repeats.append("^".join(self.unescape(part) for part in parts))
        return "\\".join(repeats)

    def first(self, text):
        for part in text.split(self.repeat)[0].split(self.component):
            if part.strip():
                return self.unescape(part).strip()
        return ""


def astm_rows(data, encoding):
    for text in astm_texts(data):
        message = order = None
        for raw in text.split(b"\r"):
            record = raw.decode(encoding)
            kind = record[:1].upper()
            if kind == "H":
                message, order = Message(record), None
            elif kind == "O":
                order = message.fields(record)
            elif kind == "P":
                order = None
            elif kind == "R":
                fields = message.fields(record)
                specimen = (message.first(order[3]) or message.first(order[4])) if order else ""
                yield (specimen, message.whole(fields[3]).strip(), message.whole(fields[4]),
                       message.whole(fields[5]).strip(), message.whole(fields[7]).strip(), fields[9].strip())


# ---- text lines ----

def fixed_rows(data, encoding):
    for raw in re.split(rb"\r\n|\r|\n", data):
        raw = raw.lstrip(b"\0\f")
        if re.match(rb"[0-9]{4} .{40,}[0-9]{4}-[0-9]{2}-[0-9]{2} ", raw) and b" RSD " not in raw:
            cell = lambda a, b: raw[a - 1:b].decode(encoding).strip()
            yield (cell(6, 22), cell(24, 26), cell(42, 51), cell(53, 58), cell(86, 89), "")


def tester_rows(data, encoding):
    for line in data.decode(encoding).replace("FINISH", "\r\n").split("\r\n"):
        cells = line.split(",")
        if cells[0] == "R" and len(cells) == 10:
            yield (cells[1].strip(), cells[3], cells[5], cells[6], cells[7], "")


READERS = {
    "gcmsms-astm": (astm_rows, "gb18030"),
    "icpms-astm": (astm_rows, "utf-8"),
    "astm-generic": (astm_rows, "utf-8"),
    "gfaas-lines": (fixed_rows, "gb18030"),
    "rapid-dy723pc": (tester_rows, "gb18030"),
}
NOT_ASTM = {"mini_vidas.txt", "spotchem_el.txt"}

# ---- comparison ----


def read_expected(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def compare_rows(driver, data, expected):
    reader, encoding = READERS[driver]
    keys = ("specimen", "code", "value", "unit", "flags", "status")
    theirs = [tuple(row[key] for key in keys) for row in expected if "specimen" in row]
    ours = list(reader(data, encoding))
    for mine, other in zip(ours, theirs):
        # Where the analyzer sends no unit, the driver's table gives one.
        if not mine[3]:
            other = other[:3] + ("",) + other[4:]
        if mine != other:
            return f"this reader has {mine}, the file {other}"
    return None if len(ours) == len(theirs) else f"this reader has {len(ours)} rows, the file {len(theirs)}"


def states_agree(expected):
    """What can be said of any value without its driver."""
    for row in expected:
        value, state = row.get("value", "").strip(), row.get("state")
        if state == "number" and not re.fullmatch(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?", value):
            return f"{value!r} is no number"
        if state == "not-run" and re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
            return f"{value!r} was measured"
        if row.get("status") == "X" and state != "failed":
            return f"{value!r} has status X and is {state}"
    return None


def run_limsctl(driver, path, expected_path):
    limsctl = os.path.join(BUILD, "limsctl")
    done = subprocess.run([limsctl, "decode", "--driver", driver, path], capture_output=True,
                          env=dict(os.environ, LIMS_DATA=DATA), check=False)
    with open(expected_path, "rb") as file:
        wanted = file.read()
    if done.returncode != 0:
        return done.stderr.decode(errors="replace").strip()
    return None if done.stdout == wanted else "limsctl decode prints something else"


def find_cases():
    for name in sorted(os.listdir(CAPTURES)):
        if not name.endswith(".expected"):
            continue
        base = name[:-len(".expected")]
        if base.startswith("shared-astm-"):
            yield "astm-generic", os.path.join(SHARED, base[len("shared-astm-"):]), os.path.join(CAPTURES, name)
            continue
        driver = next(d for d in READERS if base.startswith(d))
        file = next(f for f in os.listdir(CAPTURES)
                    if os.path.splitext(f)[0] == base and not f.endswith((".expected", ".md")))
        yield driver, os.path.join(CAPTURES, file), os.path.join(CAPTURES, name)


def check(driver, path, expected_path):
    with open(path, "rb") as file:
        data = file.read()
    expected = read_expected(expected_path)
    if os.path.basename(path) in NOT_ASTM:
        fault = None if not any("specimen" in row for row in expected) else "rows from another protocol"
    else:
        fault = compare_rows(driver, data, expected)
    return fault or states_agree(expected)


def check_can_fail():
    """One wrong digit must be reported."""
    path = os.path.join(CAPTURES, "icpms-astm-run.bin")
    expected = read_expected(os.path.join(CAPTURES, "icpms-astm-run.expected"))
    expected[3]["value"] += "1"
    with open(path, "rb") as file:
        return None if compare_rows("icpms-astm", file.read(), expected) else "a wrong digit passed"


def main():
    count = failed = 0

    def report(name, fault, skip=None):
        nonlocal count, failed
        count += 1
        failed += fault is not None
        print(f"{'not ok' if fault else 'ok'} {count} {name}" + (f" # SKIP {skip}" if skip else ""))
        if fault:
            print(f"# {fault}")

    report("a wrong digit is reported", check_can_fail())
    built = os.access(os.path.join(BUILD, "limsctl"), os.X_OK)
    for driver, path, expected_path in find_cases():
        name = os.path.basename(path)
        if not os.path.exists(path):
            report(name, None, "published captures are absent ($LIMS_SHARED)")
            continue
        report(name, check(driver, path, expected_path))
        if built:
            report(f"limsctl decode {name}", run_limsctl(driver, path, expected_path))
    if not built:
        report("limsctl decode", None, "limsctl is not built")
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
