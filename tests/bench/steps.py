"""The parts "steps", "memory" and "growth": seconds a training step, peak memory, how the cost of a sample grows."""

import statistics
import sys
from dataclasses import dataclass, replace

from contest import Found, Server, Work, alternate, wait_for_all
from report import MEGA, MICRO, number, print_table, ratios, spread

NNLAB = "nnlab"
NNLAB_PLAIN = "nnlab, no BN or dropout"
PRODUCTS = "cblas_sgemm alone"


@dataclass(frozen=True)
class Result:
    """Of one contestant on one work: seconds a step of each round, the same over nnlab's, peak memory in bytes."""

    name: str
    times: list[float]
    ratios: list[float]
    peak: int


def make_servers(program: str, found: list[Found], work: Work, threads: int) -> list[Server]:
    def nnlab(name: str, kind: str, layers: str) -> Server:
        return Server(name, [program, kind, *work.words, layers, str(threads)], threads)

    servers = [nnlab(NNLAB, "step", "full"), nnlab(PRODUCTS, "products", "full")]
    if any(f.peer.layers == "plain" for f in found):
        servers.append(nnlab(NNLAB_PLAIN, "step", "plain"))
    for f in found:
        command = f.command("peer", *work.words, f.peer.layers, str(threads))
        servers.append(Server(f.peer.name, command, threads))
    return servers


def measure(program: str, found: list[Found], work: Work, threads: int, rounds: int) -> list[Result]:
    servers = make_servers(program, found, work, threads)
    wait_for_all(servers)
    alternate(servers, rounds)
    plain = {f.peer.name for f in found if f.peer.layers == "plain"}
    times = {server.name: server.times for server in servers}
    results = []
    for server in servers:
        base = times[NNLAB_PLAIN if server.name in plain else NNLAB]
        if server.error:
            print(f"{server.name}: {work.name}: {server.error}", file=sys.stderr)
        results.append(Result(server.label, server.times, ratios(server.times, base), server.close()))
    return results


def print_steps(works: list[Work], threads: int, results: list[list[Result]]) -> None:
    """One row for each contestant, one column for each work."""
    head = [work.text for work in works]
    rows = list(zip(*results))
    count = f"{threads} thread" + ("s" if threads > 1 else "")
    print(f"### A step, {count}: times nnlab's\n")
    print_table(["", *head], [[row[0].name, *(spread(r.ratios) for r in row)] for row in rows[1:]])
    print(f"### A step, {count}: microseconds\n")
    print_table(["", *head], [[row[0].name, *(spread([t * MICRO for t in r.times]) for r in row)] for row in rows])


def memory(result: Result, base: Result) -> str:
    return f"{number(result.peak * MEGA)} ({number(result.peak / base.peak)})" if result.times and result.peak else "-"


def print_memory(works: list[Work], results: list[list[Result]]) -> None:
    print("### Peak memory of the process, MB (times nnlab's)\n")
    rows = [[row[0].name, *(memory(r, work[0]) for r, work in zip(row, results))] for row in zip(*results)]
    print_table(["", *(work.text for work in works)], rows)


def part_steps(
    program: str, found: list[Found], works: list[Work], counts: list[int], rounds: int, parts: list[str]
) -> None:
    """Steps on each number of threads; memory from the processes on one."""
    for threads in counts if "steps" in parts else [1]:
        results = []
        for work in works:
            print(f"steps: {work.name}, {threads} thread(s)", file=sys.stderr)
            results.append(measure(program, found, work, threads, rounds if "steps" in parts else 1))
        if "steps" in parts:
            print_steps(works, threads, results)
        if "memory" in parts and threads == 1:
            print_memory(works, results)


# --- growth ---

BASE = Work("", 64, 2, 128, 10, 64, 4096)
SWEEPS = {
    "width (units)": ("units", [32, 64, 128, 256, 512, 1024]),
    "depth (hidden layers)": ("hidden", [1, 2, 4, 8, 16, 32]),
    "batch": ("batch", [8, 16, 32, 64, 128, 256, 512]),
    "rows": ("rows", [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072]),
}


def products_of_sample(work: Work) -> int:
    """Multiplications and additions of a sample's share in the products of a step."""
    first, middle, last = work.features * work.units, work.units**2 * (work.hidden - 1), work.units * work.classes
    return 2 * (2 * first + 3 * (middle + last))


def growth_rows(program: str, field: str, values: list[int], rounds: int) -> list[list[str]]:
    works = [replace(BASE, **{field: value}) for value in values]
    servers = [Server(str(v), [program, "step", *work.words, "full", "1"], 1) for v, work in zip(values, works)]
    wait_for_all(servers)
    alternate(servers, rounds)
    rows = []
    before: list[float] = []
    for work, server in zip(works, servers):
        server.close()
        cost = [t / work.batch for t in server.times]
        rate = products_of_sample(work) / statistics.median(cost) * 1e-9
        rows.append(
            [
                server.name,
                spread([c * MICRO for c in cost]),
                spread(ratios(cost, before)) if before else "",
                number(rate),
            ]
        )
        before = cost
    return rows


def part_growth(program: str, rounds: int) -> None:
    print(f"### Growth: a sample's cost as one size doubles, from {BASE.text.strip()}, {BASE.rows} rows, one thread\n")
    for name, (field, values) in SWEEPS.items():
        print(f"growth: {name}", file=sys.stderr)
        rows = growth_rows(program, field, values, rounds)
        print_table([name, "us a sample", "times the one before", "GFLOP/s of its products"], rows)
