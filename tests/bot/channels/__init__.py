"""Both channels, held to one contract by a platform's side that is built on wechatpy."""
