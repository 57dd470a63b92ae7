"""Sample with every study's own effect integrated out: few parameters, no funnels, short runs."""
