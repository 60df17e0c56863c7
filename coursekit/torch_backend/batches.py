"""The batches of an epoch, from data that stay on the device: their order is the one thing sent there."""

import numpy as np
import torch

from coursekit.torch_backend.workspace import cut
from coursekit.training.arguments import epoch_orders

COPIED = 3e7  # bytes; data up to here are put in order once an epoch, larger ones are gathered batch by batch


class Batches:
    """`shuffle` draws the order of an epoch; `of` gives its batches to the members of a box."""

    def __init__(self, arguments):
        self.a, self.counted = arguments, {}
        starts = range(0, arguments.longest, arguments.batch_size)
        self.slices = [slice(start, min(start + arguments.batch_size, arguments.longest)) for start in starts]

    def shuffle(self):
        """Draw the next order and put the examples in it."""
        a, X = self.a, self.a.X
        order, self.counts = epoch_orders(a)
        self.order = None if order is None else torch.as_tensor(order, device=X.device)
        self.X, self.y = (self._in_order(x) for x in (X, a.y))

    def real(self, rows):
        """How many of these rows are examples: a number, or one for each fold, (k, …)."""
        if self.counts is None:
            return rows.stop - rows.start
        return np.clip(self.counts - rows.start, 0, rows.stop - rows.start)

    def of(self, box):
        """(rows, x, y, counted) for each batch; `counted` (…, B, 1) marks examples and padding, None: no padding."""
        order = None if self.order is None else cut(self.order, box, 1)
        columns = [self._split(x, own, box, order) for x, own in ((self.X, self.a.X), (self.y, self.a.y))]
        for rows, x, y in zip(self.slices, *columns, strict=True):
            yield rows, x, y, self._counted(rows, box)

    def _in_order(self, x):
        """All examples in the order of the epoch, or None where the copy would be too large."""
        if self.order is None:
            return x
        copied = x.numel() * x.element_size() * (self.order.numel() // self.order.shape[-1])
        return _rows(x, self.order) if copied <= COPIED else None

    def _split(self, in_order, x, box, order):
        if in_order is not None:
            return cut(in_order, box, 2).split(self.a.batch_size, dim=-2)
        x = cut(x, box, 2)
        return (_rows(x, order[..., rows]) for rows in self.slices)

    def _counted(self, rows, box):
        if self.counts is None or rows.stop <= self.counts.min():
            return None
        if rows.start not in self.counted:  # the folds' lengths are the same in every epoch
            counted = self.a.rows_that_count(self.counts, rows)
            self.counted[rows.start] = torch.as_tensor(counted, dtype=self.a.X.dtype, device=self.a.X.device)
        return cut(self.counted[rows.start], box, 2)


def _rows(x, order):
    """The examples of x (..., N, m) in the given order: (n,) for all, or (k, …, n) with a row for each fold."""
    return x.index_select(-2, order) if order.ndim == 1 else x[order]
