"""WeChat and WeCom on your own machine: callbacks, API and phones in a browser."""
