"""PyTorch's whole job: train_torch.py eager|compile FILE.csv EPOCHS"""

import sys

import torch
from digits import read_digits
from torch import nn

variant, path, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
BATCH = 32
(x, labels), validation, test = [(torch.from_numpy(a), torch.from_numpy(b)) for a, b in read_digits(path)]
model = nn.Sequential(
    nn.Linear(64, 128), nn.ReLU(), nn.BatchNorm1d(128, eps=1e-3, momentum=0.01), nn.Dropout(0.5), nn.Linear(128, 10)
)
has_fused = tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, **({"fused": True} if has_fused else {}))
forward = torch.compile(model) if variant == "compile" else model
loss_of = nn.CrossEntropyLoss()


def measure(x: torch.Tensor, labels: torch.Tensor) -> tuple[float, float]:
    """Loss and accuracy in inference mode."""
    model.eval()
    with torch.inference_mode():
        logits = model(x)
        return loss_of(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()


def train_epoch() -> tuple[float, float]:
    """The loss and the accuracy of the batches as they were trained."""
    model.train()
    loss_sum = correct = torch.zeros(())
    for rows in torch.randperm(len(x)).split(BATCH):
        logits = forward(x[rows])
        loss = loss_of(logits, labels[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss_sum = loss_sum + loss.detach() * len(rows)
        correct = correct + (logits.argmax(1) == labels[rows]).sum()
    return loss_sum.item() / len(x), correct.item() / len(x)


for epoch in range(epochs):
    loss, accuracy = train_epoch()
    val_loss, val_accuracy = measure(*validation)
    print(
        f"Epoch {epoch + 1}/{epochs} - loss: {loss:.4f} - accuracy: {accuracy:.4f} - "
        f"val_loss: {val_loss:.4f} - val_accuracy: {val_accuracy:.4f}",
        flush=True,
    )
print("Test - loss: {:.4f} - accuracy: {:.4f}".format(*measure(*test)))
