"""What a log may say of a fault: where it happened and of what kind, never the words it carried."""

import traceback


def trace(error: BaseException) -> str:
    """The traceback with kinds instead of messages, innermost cause first: messages quote rows, and rows people."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    parts = []
    for one in reversed(chain):
        frames = traceback.extract_tb(one.__traceback__)
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in frames]
        parts.append("".join(lines) + _kind(one))
    return "\n".join(parts)


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
