"""Several runs that answer one question: compared, swept, sampled, traded off."""
