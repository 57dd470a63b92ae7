"""Whether a posterior can be trusted, and how that is known."""

from dataclasses import dataclass

from bayes_ivig.errors import unknown
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.one_line import cut


@checked
@dataclass(frozen=True)
class Diagnostics:
    """Checks of one fit: ``problems`` are sentences with a remedy,
    ``numbers`` the values they were judged by.

    For quadrature, ``error.*`` bound the numerical error of a quantity in units of its posterior SD
    (probabilities and the log marginal likelihood: absolute). For NUTS, the usual sampling diagnostics per
    quantity.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> post.diagnostics.ok, post.diagnostics.problems
    (True, ())
    """

    engine: str
    problems: tuple[str, ...] = ()
    numbers: tuple[tuple[str, float], ...] = ()

    def __repr__(self) -> str:
        found = f"problems={self.problems!r}" if self.problems else "no problems"
        return cut(f"Diagnostics({self.engine}: {found}, {len(self.numbers)} numbers)", "...)")

    @property
    def ok(self) -> bool:
        """Whether no problem was found."""
        return not self.problems

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return [name for name, _ in self.numbers]

    def __getitem__(self, name: str) -> float:
        """Return one of the numbers by name; raises ``UnknownNameError``."""
        numbers = dict(self.numbers)
        if name not in numbers:
            raise unknown("diagnostics: no number", name, numbers)
        return numbers[name]
