"""Several districts that trade with each other and share caps: planned apart, agreed by prices, proven as one."""
