"""The use cases, one to a file: plan, collect, reconcile, assess, publish. They meet the world through ports."""
