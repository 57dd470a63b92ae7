"""Publication by p-value: p-values of tables and estimates, chances of intervals, weights; arrays only."""
