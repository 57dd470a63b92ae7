"""The colours of every chart, and the CSS variables that replace them inside a page (so
that dark mode reaches them).
"""

INK = "#1b1f24"
MUTED = "#59636e"
LINE = "#c4cad2"
ACCENT = "#1f5fa8"
SOFT = "#a6c1e1"
PAPER = "#ffffff"

VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    SOFT: "var(--soft)",
    PAPER: "var(--paper)",
}
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
