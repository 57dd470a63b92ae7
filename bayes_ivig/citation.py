"""How the package is cited: as text, or for BibTeX; CITATION.cff says the same."""

from typing import Literal

from bayes_ivig.kinds.checked import checked
from bayes_ivig.version import __version__

type Form = Literal["text", "bibtex"]

AUTHORS = "The bayes_ivig authors"
TITLE = "bayes_ivig: Bayesian reanalysis of published two-arm meta-analyses"
LICENCE = "MIT"


@checked
def cite(form: Form = "text") -> str:
    """Return how to cite this version of the package; ``form`` is ``"text"`` or ``"bibtex"``.

    Cite the meta-analysis that was analysed again as well, with the program that it used. No year stands
    here: a release has one, a copy of the sources has not. Raises ``ArgumentError`` for another form.

    >>> import bayes_ivig as bi
    >>> print(bi.cite())  # doctest: +ELLIPSIS
    The bayes_ivig authors. bayes_ivig: Bayesian reanalysis of published two-arm meta-analyses. Version ...
    """
    if form == "text":
        return f"{AUTHORS}. {TITLE}. Version {__version__} [computer program, {LICENCE} licence]."
    fields = {
        "author": f"{{{AUTHORS}}}",
        "title": f"{{{TITLE}}}",
        "version": __version__,
        "note": f"Computer program, {LICENCE} licence",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return "\n".join(["@software{bayes_ivig,", ",\n".join(lines), "}"])
