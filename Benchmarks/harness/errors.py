class BenchmarkError(Exception):
    """Why there is no result: one line for the cause, one for the remedy."""

    def __init__(self, cause, remedy):
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
