"""The body: screening rules, red flags, the catalogue of exercises, the rules of plans."""
