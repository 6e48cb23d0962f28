"""What a person must look at, because no interface can be asked."""
