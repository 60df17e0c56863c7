"""What can go wrong with the site or with a file of the learner."""


class LiteError(ValueError):
    """The site cannot be built, or a file of the learner cannot be used; the message says why and how to fix it."""
