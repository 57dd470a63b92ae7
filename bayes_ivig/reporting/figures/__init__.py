"""The kit of figures for papers: what they are drawn on, in which style, how wide a text is, which ticks."""
