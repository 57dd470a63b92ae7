"""The studies' own effects by name, each made when first asked for."""

from collections.abc import Callable, Iterator, Mapping

from bayes_ivig.errors import UnknownNameError, suggestion
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.results.marginals.marginal import Marginal


@checked_methods
class ByStudy(Mapping[str, Marginal]):
    """Marginals of the ``studies`` that a likelihood uses;
    ``listed`` are all studies of the table, ``make`` gives one's.
    """

    KIND = "Posterior.theta"  # what it is called in messages

    def __init__(
        self, studies: tuple[str, ...], listed: tuple[str, ...], make: Callable[[str], Marginal]
    ) -> None:
        self._studies, self._listed, self._make = dict.fromkeys(studies), listed, make

    def __getitem__(self, study: str) -> Marginal:
        """Return one study's marginal; raises ``UnknownNameError`` for a study that is not there,
        or not in the likelihood.
        """
        if study not in self._studies:
            listed = study in self._listed
            why = (
                "is listed but carries no information under this likelihood"
                if listed
                else "is not in the dataset"
            )
            raise UnknownNameError(
                f"posterior.theta: {study!r} {why}{suggestion(study, self._studies) if not listed else ''}"
            )
        return self._make(study)

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return list(self)

    def __iter__(self) -> Iterator[str]:
        return iter(self._studies)

    def __len__(self) -> int:
        return len(self._studies)
