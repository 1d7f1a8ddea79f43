"""The staff's work in the browser: deliveries, releases with four eyes, definitions, and the jobs behind them."""
