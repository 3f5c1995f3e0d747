"""PyTorch on the CPU, as its fast idiom is: the rows in one tensor, batches by index_select (no DataLoader), the fused
Adam where there is one. VARIANT "eager"; "compile": the network and the loss under torch.compile."""

import torch
from protocol import batches_forever, make_data, read_work, serve, timed
from torch import nn

work = read_work()
# Without MKL it multiplies with OpenBLAS, whose threads (OPENBLAS_NUM_THREADS) and its own get into each other's way:
# one of its own is faster.
torch.set_num_threads(work.threads if torch.backends.mkl.is_available() else 1)
torch.set_flush_denormal(True)
has_fused = tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 4)

layers: list[nn.Module] = []
for h in range(work.hidden):
    layers += [nn.Linear(work.units if h else work.features, work.units), nn.ReLU()]
    if work.full:
        layers += [nn.BatchNorm1d(work.units, eps=1e-3, momentum=0.01), nn.Dropout(0.5)]
model = nn.Sequential(*layers, nn.Linear(work.units, work.classes))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, **({"fused": True} if has_fused else {}))
loss_of = nn.CrossEntropyLoss()
x, labels = map(torch.from_numpy, make_data(work))


def forward(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return loss_of(model(x), labels)


if work.variant == "compile":
    forward = torch.compile(forward)


def run(count: int) -> None:
    for rows in batches_forever(work, count, torch.randperm):
        loss = forward(x.index_select(0, rows), labels.index_select(0, rows))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


serve(torch.__version__.split("+")[0], timed(run))
