"""Programs of one year in which every block opens once or not at all: a bound and a plan by prices on the demand."""
