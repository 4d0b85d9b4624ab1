"""Did it work? Experiments on the runner's own runs: designed, recorded, judged."""
