"""TODO: what a blank answer returns. Blank is not wrong, so it must be distinguished from every value."""


class NotAnswered(NotImplementedError):
    """TODO was used as if it were a value."""


class _Todo:
    """The one blank. Anything that needs a value from it raises NotAnswered, which says how to fix it."""

    def __repr__(self):
        return "TODO (not answered yet: replace it with your own code)"

    def __reduce__(self):
        return "TODO"  # copies and pickles are the same object

    def _refuse(self, *_, **__):
        raise NotAnswered("TODO is not a value yet: replace it with your own code, then run the cell again.")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = (
        _refuse
    )
    __neg__ = __pos__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = _refuse
    __getitem__ = __call__ = __float__ = __int__ = __index__ = __array__ = _refuse

    def __getattr__(self, name):
        if name.startswith("_"):  # notebooks and copy probe for such names and expect AttributeError
            raise AttributeError(name)
        self._refuse()


TODO = _Todo()


def is_blank(value):
    """Whether value says nothing: TODO, ..., None, or a tuple, list or dict of nothing else."""
    if value is TODO or value is None or value is Ellipsis or value is NotImplemented:
        return True
    if isinstance(value, dict):
        value = tuple(value.values())
    return isinstance(value, tuple | list) and len(value) > 0 and all(is_blank(part) for part in value)
