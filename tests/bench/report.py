"""Numbers and Markdown tables of the report, and the machine that they belong to."""

import datetime
import os
import platform
import statistics
import subprocess

MICRO = 1e6
MEGA = 1e-6


def number(value: float) -> str:
    """Three digits, as many as a measurement deserves."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: list[float]) -> str:
    """The median, and from the least to the most."""
    if not values:
        return "-"
    return f"{number(statistics.median(values))} ({number(min(values))}..{number(max(values))})"


def ratios(values: list[float], base: list[float]) -> list[float]:
    return [a / b for a, b in zip(values, base)]


def print_table(head: list[str], rows: list[list[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def output_of(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def cpu_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def vector_sets() -> str:
    """The vector instructions that kernels are chosen by."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            flags = next(line.split() for line in lines if line.startswith("flags"))
    except (OSError, StopIteration):
        return platform.machine()
    return " ".join(name for name in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile") if name in flags)


def print_machine(nnlab: str, cpus: int, versions: list[str], command: list[str]) -> None:
    commit = output_of("git", "rev-parse", "--short=12", "HEAD")
    changed = ", with changes" if output_of("git", "status", "--porcelain", "--untracked-files=no") else ""
    print_table(
        ["measured on", ""],
        [
            ["machine", f"{cpu_name()}, {cpus} cores ({vector_sets()}), {platform.system()} {platform.release()}"],
            ["date, commit", f"{datetime.date.today()}, {commit}{changed}"],
            ["nnlab", "; ".join(output_of(nnlab, "--version").splitlines())],
            ["peers", "; ".join(versions) or "none"],
            ["command", " ".join(command)],
            ["load when it began", " ".join(f"{load:.2f}" for load in os.getloadavg())],
        ],
    )
