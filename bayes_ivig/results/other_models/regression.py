"""What a meta-regression answers: its slopes, the effect at stated values of what the trials have, the
heterogeneity that is left, and what each trial does to a slope.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.characteristics.covariates import design_of
from bayes_ivig.inputs.model.covariates import MetaRegression, Value
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.coefficients import slopes_of, slopes_table
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.quantity import Quantity
from bayes_ivig.results.shown import Shown, checked_level, limited

if TYPE_CHECKING:
    import pandas as pd

type Values = Mapping[str, Value]

REFERENCES = "references"


@dataclass(frozen=True, eq=False)
class At:
    """The effect in trials with stated values, and in one new trial of them, on the scale of the model."""

    __repr__ = short_repr

    values: tuple[tuple[str, Value], ...]
    effect: Marginal
    new: Marginal


@dataclass(frozen=True, eq=False)
class Without:
    """The slopes when one trial is left out, in the order of the model's; none where ``note`` says why."""

    __repr__ = short_repr

    study: str
    slopes: tuple[Marginal, ...]
    note: str = ""


@checked_methods
@dataclass(frozen=True, eq=False)
class Regression(Shown):
    """A meta-regression as a whole: slopes, effects at stated values, heterogeneity, influence on the slopes.

    ``posterior`` is that of the model, ``plain`` that of the same trials and priors without covariates.
    ``effects`` are those at the references, then those at the values asked for; ``without`` the slopes when
    each trial is left out in turn, empty where that was not asked.

    >>> import bayes_ivig as bi
    >>> model = bi.models.MetaRegression(covariates=("latitude",))
    >>> post = bi.fit(bi.load_dataset("vaccine.csv"), model)
    >>> bi.models.regression(post, at={"latitude": 50}).table().shape
    (19, 6)
    """

    posterior: Posterior
    plain: Posterior
    effects: tuple[At, ...]
    without: tuple[Without, ...] = ()

    @property
    def slopes(self) -> tuple[Quantity, ...]:
        """The coefficients, in the order of the model: names of the posterior, and what each is."""
        return slopes_of(self.posterior)

    @property
    def share_explained(self) -> Marginal | None:
        """Share of the variance between trials that the covariates explain within this one model, as
        ``posterior.share_explained()``; None of a regression without covariates of the table.
        """
        return self.posterior.share_explained() if references_of(self.posterior) else None

    @property
    def tau_ratio(self) -> float | None:
        """Median of tau with covariates over that without: of two models, so that it has no posterior of its
        own and may exceed 1; None under a common effect.
        """
        before = self.plain["tau"].median
        return self.posterior["tau"].median / before if before > 0 else None

    @property
    def most_influential(self) -> tuple[Without | None, ...]:
        """For each slope the trial without which its median moves most; None where none was left out."""
        found: list[Without | None] = []
        for i, slope in enumerate(self.slopes):
            own = self.posterior[slope.name].median
            known = [each for each in self.without if each.slopes]
            moved = [settled_one(abs(each.slopes[i].median - own)) for each in known]
            found.append(known[moved.index(max(moved))] if known else None)
        return tuple(found)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return ``posterior.summary(level)`` with two rows more for all stated values: ``mu`` and
        ``theta_new``, the effect there and that in one new trial.
        """
        import pandas as pd

        measure, rows = self.posterior.measure, []
        for each in self.effects:
            named = ", ".join(f"{name}={value}" for name, value in each.values)
            for name, marginal in (("mu", each.effect), ("theta_new", each.new)) if named else ():
                lower, median, upper = measure.own_values(np.asarray(marginal.quantile(_at(level))))
                row: dict[str, object] = {"quantity": f"{name}[{named}]", "scale": measure.name}
                row |= limited((median, lower, upper), level)
                rows.append(row | {measure.columns.above: float(marginal.prob_above(0.0))})
        whole = self.posterior.summary(level)
        return pd.concat([whole, pd.DataFrame(rows).set_index("quantity")]) if rows else whole

    def slopes_table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return ``posterior.regression_table(level)``: one row per coefficient."""
        return slopes_table(self.posterior, level)

    def effects_table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per stated kind of trial: the effect on the measure's own scale, and the limits of
        that in one new trial of this kind, tau included.
        """
        import pandas as pd

        checked_level(level)
        measure, rows = self.posterior.measure, []
        for each in self.effects:
            at, new = (np.asarray(m.quantile(_at(level))) for m in (each.effect, each.new))
            limits = measure.own_values(new)
            rows.append(
                {"at": ", ".join(f"{name}={value}" for name, value in each.values) or REFERENCES}
                | measure.columns.of(measure.own_values(at), level)
                | {measure.columns.above: float(each.effect.prob_above(0.0))}
                | {"prediction_lower": limits[0], "prediction_upper": limits[2]}
            )
        return pd.DataFrame(rows).set_index("at")

    def heterogeneity_table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return tau, the SD between trials, with the covariates and without, a row each."""
        import pandas as pd

        checked_level(level)
        found = {"with covariates": self.posterior, "without covariates": self.plain}
        rows = {name: limited(_median_first(each["tau"], level), level) for name, each in found.items()}
        return pd.DataFrame(rows.values(), index=pd.Index(list(rows), name="model"))

    def influence_table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return each slope when each trial is left out in turn, a row for each slope and trial, on the scale
        of the model; ``change`` is how far its median moves. What cannot be fitted says why in ``note``.
        """
        import pandas as pd

        checked_level(level)
        rows = []
        for i, slope in enumerate(self.slopes):
            own = self.posterior[slope.name].median
            for each in self.without:
                row: dict[str, object] = {"coefficient": slope.name, "without": each.study}
                found = each.slopes[i] if each.slopes else None
                values = _median_first(found, level) if found else (np.nan, np.nan, np.nan)
                row |= limited(values, level)
                above = float(found.prob_above(0.0)) if found else np.nan
                rows.append(row | {"prob_gt_0": above, "change": values[0] - own, "note": each.note})
        names = ("coefficient", "without", "median", "lower", "upper", "level", "prob_gt_0", "change", "note")
        return pd.DataFrame(rows, columns=list(names)).set_index(["coefficient", "without"])


def effects_at(posterior: Posterior, values: Values) -> At:
    """Return the effect at stated values and that of a new trial; raises ``ModelError``."""
    stated = tuple((str(name), value) for name, value in values.items())
    if not stated:
        return At(stated, posterior["mu"], posterior["theta_new"])
    there = posterior.at(**values)
    return At(stated, there["mu"], there["theta_new"])


def references_of(posterior: Fitted) -> tuple[tuple[str, Value], ...]:
    """Return the covariates of a regression with their references; none where it has no such columns."""
    if not isinstance(posterior.model, MetaRegression):
        return ()
    design = design_of(posterior.dataset, posterior.studies, posterior.model)
    return tuple((each.name, each.reference) for each in design.covariates)


def require_slopes(posterior: Fitted, where: str) -> tuple[Quantity, ...]:
    """Return the slopes of a posterior; raises ``ModelError`` for one that has none."""
    found = slopes_of(posterior)
    if not found:
        kind = type(posterior.model).__name__
        raise ModelError(
            f"{where}: needs the posterior of a regression, such as of MetaRegression; found {kind}"
        )
    return found


def _median_first(marginal: Marginal, level: float) -> tuple[float, float, float]:
    lower, median, upper = np.asarray(marginal.quantile(_at(level))).tolist()
    return median, lower, upper


def _at(level: float) -> list[float]:
    return [(1 - level) / 2, 0.5, (1 + level) / 2]
