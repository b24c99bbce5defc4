#!/usr/bin/python3
"""The serial: path on the kernel's own drivers, in a small virtual machine; nothing is installed or booted on the host.

Pseudo-terminals cannot show what a laboratory's ports do: libserialport refuses them, they know no modem lines, no
hang-up of a driver, and nobody pulls them out. Here the guest is a Debian kernel with busybox and the probe
(uart-probe.c: the daemon's ports and line); the analyzer at the far end is this program, over the sockets that QEMU puts
behind its UARTs, with the tests' own sender.

  16550 ports   linux-image-cloud-amd64: settings, RTS/CTS, exclusivity, hang-up; 64 kB both ways; ASTM messages
  USB adapter   linux-image-amd64 with the FTDI driver: pulled out while it receives and put back, twice

Kernels are fetched by apt-get download, once, into $LIMS_BUILD/uart-cache. Prints TAP; skips where QEMU or a kernel
cannot be had.
"""
import collections
import contextlib
import fcntl
import glob
import gzip
import hashlib
import lzma
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tests", "instruments"))
import sender_e1381  # noqa: E402

BUILD = os.environ.get("LIMS_BUILD", os.path.join(ROOT, "build"))
DATA = os.environ.get("LIMS_DATA", os.path.join(ROOT, "config"))
PROBE = os.path.join(BUILD, "tests", "uart", "uart-probe")
CACHE = os.path.join(BUILD.removesuffix("-sanitize"), "uart-cache")
LIMIT_S = 85  # for one machine, from its start to its end
STREAM_BYTES = 96 * 1024
AHEAD_BYTES = 16384
MESSAGES, RESULTS = 16, 22  # about 70 kB
USB_MESSAGES = 12
TOOL_S = 60
TIME_SCALE = 5  # of the sender's timers
USB_MODULES = ["usb-common", "usbcore", "xhci-hcd", "xhci-pci", "usbserial", "ftdi_sio"]  # in the order of insmod


class Skip(Exception):
    """What is missing on this machine."""


# ---- kernels

def run_tool(*command, at=None):
    try:
        done = subprocess.run(command, cwd=at, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=TOOL_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise Skip(f"{command[0]} took longer than {TOOL_S} s") from late
    if done.returncode:
        raise Skip(f"{command[0]}: {(done.stdout.strip().splitlines() or ['failed'])[-1]}")
    return done.stdout


def apt_options(private):
    """With lists of our own where the machine has none, or an ordinary user may not renew them."""
    patience = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10"]
    if not private:
        return patience
    state = os.path.join(CACHE, "apt")
    os.makedirs(os.path.join(state, "lists", "partial"), exist_ok=True)
    os.makedirs(os.path.join(state, "cache", "archives", "partial"), exist_ok=True)
    return patience + ["-o", f"Dir::State::Lists={state}/lists", "-o", f"Dir::Cache={state}/cache"]


def find_package(meta, options):
    """The versioned package behind a meta-package."""
    found = re.search(r"Depends: (linux-image-\S+)", run_tool("apt-cache", *options, "depends", meta))
    if not found:
        raise Skip(f"apt knows no {meta}")
    return found[1]


def download_package(meta, directory):
    last = None
    for private in (False, True):
        options = apt_options(private)
        try:
            if private:
                run_tool("apt-get", *options, "-q", "update")
            run_tool("apt-get", *options, "-q", "download", find_package(meta, options), at=directory)
            return glob.glob(os.path.join(directory, "*.deb"))[0]
        except Skip as error:
            last = error
    raise Skip(f"{meta} cannot be downloaded ({last})")


def unpack_kernel(package, modules, target):
    """Only the kernel and the modules asked for, of the hundreds of megabytes."""
    with tempfile.TemporaryDirectory(dir=CACHE) as directory:
        reader = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        wanted = ["./boot/vmlinuz-*"] + [f"*/{name}.ko*" for name in modules]
        taken = subprocess.run(["tar", "-x", "-C", directory, "--wildcards", *wanted], stdin=reader.stdout,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        reader.stdout.close()
        if reader.wait() or taken.returncode:
            raise Skip(f"{os.path.basename(package)} cannot be unpacked: {taken.stderr.strip()}")
        made = os.path.join(directory, "made")
        os.mkdir(made)
        shutil.move(glob.glob(directory + "/boot/vmlinuz-*")[0], made + "/vmlinuz")
        for name in modules:
            [path] = glob.glob(f"{directory}/lib/modules/**/{name}.ko*", recursive=True)
            with (lzma.open if path.endswith(".xz") else open)(path, "rb") as source:
                with open(f"{made}/{name}.ko", "wb") as copy:
                    shutil.copyfileobj(source, copy)
        os.rename(made, target)


def find_kernel(meta, modules=()):
    """The directory with vmlinuz and the modules; fetched once, whatever runs beside us."""
    target = os.path.join(CACHE, meta)
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(target):
            with tempfile.TemporaryDirectory(dir=CACHE) as directory:
                unpack_kernel(download_package(meta, directory), modules, target)
    return target


# ---- the guest

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec >/dev/ttyS0 2>&1
%s
echo "guest ends"
poweroff -f
"""

UART_SCRIPT = f"""
uart-probe checks /dev/ttyS1 &
uart-probe stream /dev/ttyS2 {STREAM_BYTES} &
uart-probe line /dev/ttyS3 /drivers {MESSAGES} &
wait
"""

# udev's part, the link by-id, in three lines.
USB_SCRIPT = f"""
for module in {' '.join(USB_MODULES)}; do insmod /modules/$module.ko; done
mkdir -p /dev/serial/by-id
link() {{ for tty in /dev/ttyUSB*; do [ -c $tty ] && ln -sfn $tty /dev/serial/by-id/analyzer; done; }}
while :; do link; sleep 0.1; done &
until [ -e /dev/serial/by-id/analyzer ]; do sleep 0.1; done
uart-probe line /dev/serial/by-id/analyzer /drivers {USB_MESSAGES}
"""


def libraries_of(program):
    text = run_tool("ldd", program)
    return [path for path in re.findall(r"(/\S+) \(0x", text) if os.path.exists(path)]


def copy_into(root, path, name):
    target = os.path.join(root, name.lstrip("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(path, target)


def make_initramfs(directory, script, kernel):
    root = os.path.join(directory, "root")
    for name in ("proc", "sys", "dev", "bin", "tmp", "drivers"):
        os.makedirs(os.path.join(root, name))
    copy_into(root, shutil.which("busybox"), "bin/busybox")
    copy_into(root, PROBE, "bin/uart-probe")
    for path in libraries_of(PROBE):
        copy_into(root, path, path)
    for path in glob.glob(os.path.join(DATA, "drivers", "astm-generic.*")):
        copy_into(root, path, "drivers/" + os.path.basename(path))
    for path in glob.glob(os.path.join(kernel, "*.ko")):
        copy_into(root, path, "modules/" + os.path.basename(path))
    with open(os.path.join(root, "init"), "w", encoding="ascii") as init:
        init.write(INIT % script)
    os.chmod(os.path.join(root, "init"), 0o755)
    names = "".join(sorted(os.path.relpath(os.path.join(at, name), root) + "\n"
                           for at, directories, files in os.walk(root) for name in directories + files))
    archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, input=names.encode(),
                             stdout=subprocess.PIPE, check=True).stdout
    image = os.path.join(directory, "initramfs.gz")
    with gzip.open(image, "wb", compresslevel=1) as out:
        out.write(archive)
    return image


class Machine:
    """QEMU, its console read by a thread, and the far ends of its ports."""

    def __init__(self, directory, kernel, image, arguments):
        self.lines, self.news = [], threading.Condition()
        self.until = time.monotonic() + LIMIT_S
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-m", "512", "-display", "none", "-serial", "stdio", "-no-reboot", "-nic", "none",
             "-kernel", os.path.join(kernel, "vmlinuz"), "-initrd", image,
             "-append", "console=ttyS0 quiet panic=-1 8250.nr_uarts=12",
             "-monitor", f"unix:{directory}/monitor,server,nowait", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self._read_console, daemon=True)
        self.reader.start()

    def _read_console(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.decode("utf-8", "replace").strip())
                self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def wait_for(self, text, count=1):
        """Until the console has said so `count` times."""
        with self.news:
            while sum(text in line for line in self.lines) < count:
                left = self.until - time.monotonic()
                if left <= 0 or not self.reader.is_alive():
                    raise TimeoutError(f"the guest never said \"{text}\" ({count} times)")
                self.news.wait(min(left, 1))

    def end(self):
        """Waits for the guest's own end; True if it came in time."""
        try:
            self.process.wait(max(1, self.until - time.monotonic()))
            self.reader.join(5)
            return True
        except subprocess.TimeoutExpired:
            return False

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(1)
    return server


# ---- the analyzer

class Analyzer(sender_e1381.Sender):
    """Remembers every frame that was acknowledged; may be told to do something in the middle of a frame."""

    def __init__(self, sock):
        super().__init__(sender_e1381.SocketLink(sock), sender_e1381.Options(time_scale=TIME_SCALE))
        self.acknowledged, self.written = [], 0
        self.pulls = {}  # count of frames written → (bytes of it that still arrive, what to do)

    def _send_frame(self, frame):
        outcome = super()._send_frame(frame)
        if outcome == "accepted":
            self.acknowledged.append(hashlib.sha256(frame).hexdigest())
        return outcome

    def _write_frame(self, frame):
        self.written += 1
        arrives, action = self.pulls.get(self.written, (len(frame), None))
        self.link.write(frame[:arrives])
        if action:
            action()
        self.link.write(frame[arrives:])


def make_message(number, results):
    records = [rb"H|\^&|||probe", b"P|1", b"O|1|S-%04d||^^^Pb" % number]
    for i in range(results):
        code = b"^^^%s" % (b"element-%d" % i).ljust(150, b"x")
        records.append(b"R|%d|%s|0.%04d%02d|mg/kg||N||F||lw||20261124093105" % (i + 1, code, number, i))
    return records + [b"L|1|N"]


def pattern(size):
    return bytes((at * 7 + at // 251) % 256 for at in range(size))


class Far(threading.Thread):
    """A far end at work; what it raised is told by join()."""

    def __init__(self, work, *arguments):
        super().__init__(daemon=True)
        self.work, self.arguments, self.error, self.result = work, arguments, None, None

    def run(self):
        try:
            self.result = self.work(*self.arguments)
        except Exception as error:  # any failure is the test's result
            self.error = error


def stream_both_ways(machine, server):
    """Sends the pattern while it receives the same, never far ahead of what came back.

    A 16550 in QEMU does not heed RTS: what a starved guest does not read in time is dropped by its kernel, so a far
    end that sends without looking would test the load of this machine.
    """
    sock, _ = server.accept()
    sock.settimeout(LIMIT_S)
    machine.wait_for("streaming")
    bytes_out, sent, got = pattern(STREAM_BYTES), 0, b""
    while len(got) < STREAM_BYTES:
        due = min(STREAM_BYTES, len(got) + AHEAD_BYTES)
        sock.sendall(bytes_out[sent:due])
        sent = due
        more = sock.recv(65536)
        if not more:
            break
        got += more
    machine.wait_for("every byte arrives")  # QEMU forgets what it has not read of a closed socket
    sock.close()
    return got


def send_messages(machine, analyzer, opened, count, results):
    machine.wait_for(opened)
    return all([analyzer.send_message(make_message(number, results)) for number in range(count)])


# ---- results

class Results:
    def __init__(self):
        self.count, self.failed = 0, 0

    def tell(self, good, name, detail=""):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)
        if not good and detail:
            print("# " + str(detail).replace("\n", "\n# "), flush=True)

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}", flush=True)

    def tell_probe(self, lines, least):
        """What the probe said of itself."""
        told = [re.match(r"(not )?ok (.*)", line) for line in lines]
        told = [match for match in told if match]
        for match in told:
            self.tell(not match[1], "guest: " + match[2])
        self.tell(len(told) >= least, f"the probe made its {least} checks", f"only {len(told)}")

    def tell_line(self, machine, analyzer, sent, messages, reopened):
        lines = machine.lines
        committed = collections.Counter(line.split()[1] for line in lines if line.startswith("commit "))
        lost = list((collections.Counter(analyzer.acknowledged) - committed).elements())
        self.tell(sent, "every message was acknowledged")
        self.tell(not lost and analyzer.acknowledged, "every acknowledged frame was committed",
                  f"{len(lost)} of {len(analyzer.acknowledged)} were not")
        found = re.search(r"line messages (\d+) frames (\d+) reopened (\d+)", "\n".join(lines))
        self.tell(found and int(found[1]) == messages, f"{messages} messages are complete", found and found[0])
        self.tell(found and int(found[3]) == reopened, f"the line was opened again {reopened} times",
                  found and found[0])


def tell_console(machine):
    for line in machine.lines[-60:]:
        print("# | " + line)


@contextlib.contextmanager
def running(results, name, directory, kernel, script, arguments):
    image = make_initramfs(directory, script, kernel)
    machine = Machine(directory, kernel, image, arguments)
    failed_before = results.failed
    try:
        yield machine
    except (OSError, sender_e1381.LinkLost) as error:
        results.tell(False, f"{name}: the far end", error)
    finally:
        machine.kill()
        if results.failed > failed_before:
            tell_console(machine)


def finish(results, machine, threads, name):
    for thread in threads:
        thread.join(max(1, machine.until - time.monotonic()))
        results.tell(not thread.is_alive() and not thread.error, f"{name}: the far end ends its work",
                     thread.error or "too late")
    results.tell(machine.end() and "guest ends" in machine.lines, f"{name}: the guest ends by itself",
                 "killed after its time")


def test_16550(results, kernel):
    with tempfile.TemporaryDirectory(prefix="lims-uart-") as directory:
        servers = [listen(f"{directory}/port{i}") for i in (1, 2, 3)]
        arguments = ["-M", "pc"]
        for i in (1, 2, 3):
            arguments += ["-chardev", f"socket,path={directory}/port{i},id=c{i}", "-device", f"isa-serial,chardev=c{i}"]
        with running(results, "16550", directory, kernel, UART_SCRIPT, arguments) as machine:
            analyzer = Analyzer(servers[2].accept()[0])
            stream = Far(stream_both_ways, machine, servers[1])
            sender = Far(send_messages, machine, analyzer, "line probe: /dev/ttyS3 is open", MESSAGES, RESULTS)
            stream.start()
            sender.start()
            finish(results, machine, [stream, sender], "16550")
            results.tell_probe(machine.lines, 19)
            results.tell(stream.result == pattern(STREAM_BYTES), f"{STREAM_BYTES} bytes arrive from the guest",
                         f"{len(stream.result or b'')} bytes")
            sent = sum(len(b"".join(sender_e1381.make_frames(make_message(i, RESULTS)))) for i in range(MESSAGES))
            results.tell(sent >= 64 * 1024, f"{sent} bytes of ASTM were sent")
            results.tell_line(machine, analyzer, sender.result, MESSAGES, 0)
        for server in servers:
            server.close()


def command(monitor, text):
    monitor.sendall(text.encode() + b"\n")
    answer = b""
    while not answer.endswith(b"(qemu) "):
        answer += monitor.recv(4096)
    return answer.decode("utf-8", "replace")


def test_usb(results, kernel):
    with tempfile.TemporaryDirectory(prefix="lims-uart-") as directory:
        server = listen(f"{directory}/port1")
        adapter = "usb-serial,chardev=c1,id=us,bus=x.0"
        arguments = ["-M", "q35", "-device", "qemu-xhci,id=x", "-chardev", f"socket,path={directory}/port1,id=c1",
                     "-device", adapter]
        with running(results, "USB", directory, kernel, USB_SCRIPT, arguments) as machine:
            analyzer = Analyzer(server.accept()[0])
            monitor = socket.socket(socket.AF_UNIX)
            monitor.settimeout(10)
            monitor.connect(f"{directory}/monitor")
            command(monitor, "")
            opened = "line probe: /dev/ttyUSB"

            def pull(times):
                answer = command(monitor, "device_del us")
                machine.wait_for("line probe: /dev/ttyUSB", 2 * times)  # opened and lost, each time
                time.sleep(0.7)
                answer += command(monitor, "device_add " + adapter)
                machine.wait_for("is open", times + 1)
                if "Error" in answer:
                    raise OSError(answer)

            analyzer.pulls = {9: (20, lambda: pull(1)), 32: (10 ** 6, lambda: pull(2))}
            sender = Far(send_messages, machine, analyzer, opened, USB_MESSAGES, 2)
            sender.start()
            finish(results, machine, [sender], "USB")
            names = re.findall(r"line probe: (/dev/ttyUSB\d) is open", "\n".join(machine.lines))
            results.tell(len(set(names)) == 2, "the adapter came back under another name and was found", names)
            results.tell_line(machine, analyzer, sender.result, USB_MESSAGES, 2)
            monitor.close()
        server.close()


def check_tools():
    if platform.machine() != "x86_64":
        raise Skip(f"this machine is a {platform.machine()}; the guest's kernel is x86_64")
    for tool in ("qemu-system-x86_64", "busybox", "cpio", "apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Skip(f"{tool} is not installed")


VARIANTS = [
    ("16550", test_16550, "linux-image-cloud-amd64", []),
    ("USB", test_usb, "linux-image-amd64", USB_MODULES),
]


def find_kernels():
    """For each variant the directory of its kernel, or why there is none."""
    check_tools()
    found = []
    for _, _, meta, modules in VARIANTS:
        try:
            found.append((find_kernel(meta, modules), None))
        except Skip as why:
            found.append((None, why))
    if not any(kernel for kernel, _ in found):
        raise Skip(found[0][1])
    return found


def main():
    try:
        kernels = find_kernels()
    except Skip as why:
        print(f"1..0 # SKIP {why}")
        return 0
    results = Results()
    for (name, test, _, _), (kernel, why) in zip(VARIANTS, kernels):
        if kernel:
            test(results, kernel)
        else:
            results.skip(name, why)
    print(f"1..{results.count}")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
