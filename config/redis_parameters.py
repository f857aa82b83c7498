"""What may stand behind the ? of a Redis address: what its client takes. Loaded by `config.addresses`."""

from redis.asyncio.connection import ConnectionPool
from redis.exceptions import RedisError


def check(address: str) -> None:
    """Raise ValueError where the client could not use it."""
    try:
        pool = ConnectionPool.from_url(address)
        pool.connection_class(**pool.connection_kwargs)
    except (RedisError, ValueError, TypeError, AttributeError):
        raise ValueError("? 后面有不认识的参数或取值，请删去或改正，例如 ?socket_timeout=5。") from None
