"""The network of the context vector in training: token vectors of its own, layers of attention, a mean.

    h = W_in e + p;  h = h + Attention(norm(h));  h = h + W_2 relu(W_1 norm(h))   (each layer)
    v = W_static mean(e) + W_out mean(norm(h)), divided by its length

`norm` divides by the root mean square and scales. `embeddings.contextual` computes the same in NumPy.
Sources: A. Vaswani et al., Attention Is All You Need, 2017; B. Zhang, R. Sennrich, Root Mean Square Layer Normalization,
2019.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """Hold the sizes: of a token vector and of the result, inside the layers, and how long a text may be in tokens."""

    token_dimensions: int = 128
    dimensions: int = 128
    width: int = 128
    inner: int = 256
    heads: int = 2
    layers: int = 2
    longest: int = 160


class Norm(nn.Module):  # type: ignore[misc]  # torch is not read by the type checker
    """Divide by the root mean square."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, h: "Tensor") -> "Tensor":
        return h * torch.rsqrt(h.square().mean(-1, keepdim=True) + 1e-6) * self.scale


class Layer(nn.Module):  # type: ignore[misc]  # torch is not read by the type checker
    """Attention between the tokens, then a step on each."""

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        self.heads = options.heads
        self.attention_norm, self.inner_norm = Norm(options.width), Norm(options.width)
        self.queries_keys_values = nn.Linear(options.width, 3 * options.width)
        self.joined = nn.Linear(options.width, options.width)
        self.inner = nn.Linear(options.width, options.inner)
        self.outer = nn.Linear(options.inner, options.width)

    def forward(self, h: "Tensor", mask: "Tensor") -> "Tensor":
        texts, length, width = h.shape
        parts = self.queries_keys_values(self.attention_norm(h))
        q, k, v = parts.view(texts, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        h = h + self.joined(mixed.transpose(1, 2).reshape(texts, length, width))
        return h + self.outer(functional.relu(self.inner(self.inner_norm(h))))


class Network(nn.Module):  # type: ignore[misc]  # torch is not read by the type checker
    """Give every text of a batch its unit vector."""

    def __init__(self, tokens: "Tensor", options: NetworkOptions) -> None:
        """Begin from (vocabulary, token_dimensions) token vectors."""
        super().__init__()
        self.options = options
        self.tokens = nn.Embedding.from_pretrained(tokens, freeze=False, sparse=True)
        self.static = nn.Linear(options.token_dimensions, options.dimensions, bias=False)
        nn.init.eye_(self.static.weight)
        self.entry = nn.Linear(options.token_dimensions, options.width)
        self.places = nn.Parameter(0.02 * torch.randn(options.longest, options.width))
        self.layers = nn.ModuleList(Layer(options) for _ in range(options.layers))
        self.last_norm = Norm(options.width)
        # The layers begin by adding nothing: the mean of the token vectors is a fair start.
        self.out = nn.Linear(options.width, options.dimensions)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, ids: "Tensor", mask: "Tensor") -> "Tensor":
        """Return (texts, dimensions) for (texts, length) token ids; `mask` is False where a text has ended."""
        kept = mask[:, :, None].float()
        embedded = self.tokens(ids) * kept
        count = kept.sum(1)
        h = self.entry(embedded) + self.places[: ids.shape[1]]
        for layer in self.layers:
            h = layer(h, mask)
        mean = (self.last_norm(h) * kept).sum(1) / count
        return functional.normalize(self.static(embedded.sum(1) / count) + self.out(mean), dim=1)
