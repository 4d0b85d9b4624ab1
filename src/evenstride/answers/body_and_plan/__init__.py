"""The use cases of body and plan: diary, screening, what the body says, why, and the plan."""
