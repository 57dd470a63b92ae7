"""Texts that would run, load, link or restyle if any medium took them for more than text, in every place
of a report that a user's files fill. A payload that runs sets ``document.title`` to ``RAN``; one that loads
or links names ``evil.example``.
"""

from itertools import cycle
from pathlib import Path

RUN = "document.title='RAN'"
PAYLOADS = (
    f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'"><svg onload={RUN}>',
    f"' onmouseover='{RUN}' autofocus onfocus='{RUN}",
    f"</title></style></textarea></svg><script>{RUN}</script>",
    f"[click](javascript:{RUN})",
    "![see](https://evil.example/a.png)",
    f"<a href=javascript:{RUN}>x</a>",
    "<javascript:alert(1)> <https://evil.example>",
    "[ref]: javascript:alert(1)",
    f"]]><script>{RUN}</script><![CDATA[",
    "--><base href=//evil.example/><!--",
    f"</template><iframe srcdoc='<script>parent.{RUN}</script>'>",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    f"&lt;script&gt;{RUN}&lt;/script&gt; &#x3c;img&#x3e;",
    "url(https://evil.example/a.css); @import '//evil.example'",
    "\u2028\u2029\u202eabc\u202c",
    "# Heading `code` **bold** ~~gone~~ $x$ | cell",
    "<style>*{background:url(//evil.example)}</style>",
    f"<math><mtext><script>{RUN}</script>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    f'\\"; {RUN}; //',
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    "data:text/html,<script>1</script> file:///etc/passwd //evil.example",
)


def quoted(text: str) -> str:
    """Return a TOML string."""
    escaped = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text
    )
    return f'"{escaped}"'


def case(folder: Path) -> tuple[Path, Path, Path, list[str]]:
    """Write a table, its sidecar with evidence, options and a model, hostile throughout; returns the paths of
    the table, the options and the model, and every text, each with a number that makes it one of its own.
    """
    texts: list[str] = []
    supplies = {True: cycle(PAYLOADS), False: cycle(PAYLOADS)}

    def hostile(shown: bool = True) -> str:
        """Return a text; those that a report does not show have a turn of their own."""
        texts.append(f"{next(supplies[shown])} t{len(texts)}t")
        return texts[-1]

    def table(name: str, header: str, rows: list[list[object]]) -> None:
        cells = [",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows]
        (folder / name).write_text("\n".join([header, *cells]) + "\n", encoding="utf-8")

    names = [hostile() for _ in range(8)]
    sorts = [hostile(), hostile()]
    table(
        "mine.csv",
        "study,treatment_events,treatment_total,control_events,control_total,kind,source,basis",
        [
            [name, 5 + i, 40 + i, 9 + i, 41 + i, sorts[i % 2], hostile(False), hostile(False)]
            for i, name in enumerate(names)
        ],
    )
    table(
        "prisma.csv",
        "step,kind,count",
        [[hostile(), "kept", 90], [hostile(), "removed", ""], [hostile(), "kept", 8]],
    )
    table(
        "risk_of_bias.csv",
        f'study,"{hostile().replace(chr(34), chr(34) * 2)}"',
        [[name, "+"] for name in names],
    )
    table("guidelines.csv", "organisation,statement", [[hostile(), hostile()]])
    table(
        "characteristics.csv",
        "study,population,country",
        [[name, hostile(), hostile()] for name in names[:2]],
    )
    table(
        "external_evidence.csv", "label,outcome,measure,estimate,ci_lower,ci_upper",
        [[hostile(), hostile(), "RR", "0.90", "0.80", "1.01"]],
    )  # fmt: skip
    evidence = ("prisma", "risk_of_bias", "guidelines", "characteristics", "external_evidence")
    keys = ("outcome_title", "treatment", "control", "note")
    silent = ("title", "citation", "licence", "source", "doi")  # the title is that of the options
    sidecar = [
        *(f"{key} = {quoted(hostile())}" for key in keys),
        *(f"{key} = {quoted(hostile(False))}" for key in silent),
        'event = "bad"', 'classes = ["kind"]', 'stated_before = ["kind"]', "[evidence]",
        *(f'{name} = "{name}.csv"' for name in evidence),
        "[columns]", f"kind = {quoted(hostile(False))}",
        "[words]", f"people = {quoted(hostile())}", "[words.columns]", f"kind = {quoted(hostile())}",
        "[words.classes]", f"kind = {{ {quoted(sorts[0])} = {quoted(hostile())} }}",
        "[words.glossary]", f"{quoted(hostile(False))} = {quoted(hostile(False))}",
        "[trial_sets]", f"{quoted(hostile())} = [{quoted(names[0])}, {quoted(names[1])}, {quoted(names[2])}]",
        f"named = {{ title = {quoted(hostile())}, trials = [{quoted(names[1])}, {quoted(names[3])}] }}",
    ]  # fmt: skip
    (folder / "mine.toml").write_text("\n".join(sidecar) + "\n", encoding="utf-8")
    (folder / "options.toml").write_text(
        f"title = {quoted(hostile())}\nsubtitle = {quoted(hostile())}\n", encoding="utf-8"
    )
    priors = {"mu": "normal(0, 2.82)", "tau": "half_normal(0.5)", "alpha": "normal(0, 10)"}
    model = [
        f"title = {quoted(hostile())}",
        'likelihood = "binomial"',
        'effects = "random"',
        'baseline = "midpoint"',
    ]
    for name, prior in priors.items():
        reason = f"rationale = {quoted(hostile())}\nsource = {quoted(hostile())}"
        model.append(f'[priors.{name}]\nprior = "{prior}"\n{reason}')
    (folder / "model.toml").write_text("\n".join(model) + "\n", encoding="utf-8")
    return folder / "mine.csv", folder / "options.toml", folder / "model.toml", texts
