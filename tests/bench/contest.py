"""Who is measured, and how: processes that wait for their turn. nnlab, the bare matrix products and each peer is
started once for a work and a number of threads, warms up, and trains for a moment whenever it is asked to
(peers/protocol.py), so that all of them meet the same state of the machine, round by round.

On one thread a process is bound to one CPU, helpers of its library included: any one while it starts, so that it sees
no other, and the same one as all others from then on. On all cores it is not bound.
"""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / "peers"
ROUND_SECONDS = 0.2
REST_SECONDS = 0.03  # between two turns: threads that wait for more work by spinning give up


@dataclass(frozen=True)
class Work:
    """The shape of what is trained: FEATURES - HIDDEN layers of UNITS - CLASSES."""

    name: str
    features: int
    hidden: int
    units: int
    classes: int
    batch: int
    rows: int

    @property
    def words(self) -> list[str]:
        return [str(n) for n in (self.features, self.hidden, self.units, self.classes, self.batch, self.rows)]

    @property
    def text(self) -> str:
        depth = f"x{self.hidden}" if self.hidden > 1 else ""
        return f"{self.name} {self.features}-{self.units}{depth}-{self.classes} b{self.batch}"


@dataclass(frozen=True)
class Peer:
    """A way to train that is not nnlab: peers/peer_LIBRARY.py steps, peers/train_LIBRARY.py a whole job. `least` is the
    version (major, minor) that the first of the packages must have."""

    key: str
    name: str
    packages: tuple[str, ...]
    library: str
    variant: str
    by_default: bool = True
    layers: str = "full"
    least: tuple[int, int] = (0, 0)


ON_JAX = ("keras", "jax")
ON_TF = ("keras", "tensorflow-cpu")
JAX = "Keras on JAX"
TF = "Keras on TensorFlow"
ALL_PEERS = [
    Peer("torch", "PyTorch, eager", ("torch",), "torch", "eager"),
    Peer("torch-compile", "PyTorch, torch.compile", ("torch",), "torch", "compile", least=(2, 0)),
    Peer("keras-jax-jit", f"{JAX}, jit_compile", ON_JAX, "keras", "jax:on:1"),
    Peer("keras-jax-jit-16", f"{JAX}, jit_compile, 16 steps_per_execution", ON_JAX, "keras", "jax:on:16", False),
    Peer("keras-jax", f"{JAX}, jit_compile=False", ON_JAX, "keras", "jax:off:1", False),
    Peer("keras-tf-jit", f"{TF}, jit_compile", ON_TF, "keras", "tensorflow:on:1", False),
    Peer("keras-tf", f"{TF}, jit_compile=False", ON_TF, "keras", "tensorflow:off:1"),
    Peer("keras-tf-16", f"{TF}, 16 steps_per_execution", ON_TF, "keras", "tensorflow:off:16", False),
    Peer("sklearn", "scikit-learn MLPClassifier, no BN or dropout", ("scikit-learn",), "sklearn", "-", layers="plain"),
]


@dataclass(frozen=True)
class Found:
    """A peer and an interpreter that has it."""

    peer: Peer
    python: str
    versions: tuple[str, ...]  # of the peer's packages

    @property
    def name(self) -> str:
        return f"{self.peer.name} ({', '.join(self.versions)})"

    @property
    def packages(self) -> list[str]:
        return [f"{name} {version}" for name, version in zip(self.peer.packages, self.versions)]

    def command(self, kind: str, *arguments: str) -> list[str]:
        """Of a step ("peer") or of a whole job ("train")."""
        return [self.python, str(PEERS / f"{kind}_{self.peer.library}.py"), self.peer.variant, *arguments]


def probe(python: str, package: str) -> str | None:
    """The version of a package, without loading it."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip().split("+")[0] if done.returncode == 0 else None


def find_peers(pythons: list[str], keys: list[str]) -> tuple[list[Found], list[Peer]]:
    """The wanted peers with every interpreter that has them in a version of its own, and those that nobody has."""
    versions = {
        (python, package): probe(python, package)
        for python in pythons
        for package in {name for peer in ALL_PEERS for name in peer.packages}
    }
    found: dict[tuple[str, str], Found] = {}
    wanted = [peer for peer in ALL_PEERS if "all" in keys or peer.key in keys or (not keys and peer.by_default)]
    for peer in wanted:
        for python in pythons:
            have = [versions[python, package] for package in peer.packages]
            if all(have) and tuple(map(int, have[0].split(".")[:2])) >= peer.least:
                found.setdefault((peer.key, have[0]), Found(peer, python, tuple(have)))
    missing = [peer for peer in wanted if not any(key == peer.key for key, _ in found)]
    return list(found.values()), missing


def pins() -> dict[str, str]:
    """package -> package==version, from requirements.txt."""
    lines = [line for line in (PEERS / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    return {line.split("==")[0]: line for line in lines}


def environment(threads: int) -> dict[str, str]:
    """Without what would choose other kernels than a user gets."""
    kept = {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    counts = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
    return {**kept, **counts, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def bind_to_any_cpu() -> None:
    """The calling process, to one of its CPUs; several that start at once spread."""
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})


def bind_to_last_cpu(pid: int) -> None:
    """Every thread of a process."""
    if hasattr(os, "sched_setaffinity"):
        last = max(os.sched_getaffinity(0))
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(thread), {last})


def peak_bytes(pid: int) -> int:
    """The most resident memory that a process has had; 0 where the system does not tell (only Linux does)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


class Server:
    """A process that trains one work and is asked for rounds. `error` says why it cannot, once it cannot."""

    def __init__(self, name: str, command: list[str], threads: int):
        self.name = name
        self.threads = threads
        self.label = name
        self.error = ""
        self.times: list[float] = []
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(threads),
            preexec_fn=bind_to_any_cpu if threads == 1 else None,
        )
        self.ready = False
        if threads > 1:
            self.wait_ready()  # alone: who measures how many threads pay must not do it while the next one starts

    def read(self) -> str:
        line = self.process.stdout.readline().strip()
        if not line and not self.error:
            self.log.seek(0)
            self.error = ([text.strip() for text in self.log if text.strip()] or ["ended without a word"])[-1]
        return line

    def wait_ready(self) -> None:
        """Until it is warm; it then tells what it runs on, which belongs to its name."""
        if self.ready:
            return
        self.ready = True
        line = self.read()
        self.label = f"{self.name} ({line.removeprefix('ready ')})" if line else self.name
        if self.threads == 1 and line:
            bind_to_last_cpu(self.process.pid)

    def take_turn(self) -> None:
        """Trains for a round and keeps the seconds a step."""
        if not self.error:
            self.process.stdin.write(f"{ROUND_SECONDS}\n")
            self.process.stdin.flush()
            self.times += [float(line) for line in [self.read()] if line]
            time.sleep(REST_SECONDS)

    def close(self) -> int:
        """Ends the process; returns the bytes of memory that it had at its peak."""
        peak = peak_bytes(self.process.pid)
        self.process.stdin.close()
        self.process.wait()
        self.log.close()
        return peak


def wait_for_all(servers: list[Server]) -> None:
    for server in servers:
        server.wait_ready()


def alternate(servers: list[Server], rounds: int) -> None:
    """Gives everyone a turn in every round, each round from the next one on."""
    for r in range(rounds):
        first = r % len(servers)
        for server in servers[first:] + servers[:first]:
            server.take_turn()
