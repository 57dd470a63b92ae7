"""Short ways to write claims in tests."""

from pathlib import Path

from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Audit, Finding

TEXTS = ("estimate", "ci_lower", "ci_upper", "i2_percent", "heterogeneity_p", "effect_p", "printed", "total")
CLAIMS = (
    "outcome,measure,k,n,estimate,ci_lower,ci_upper,level,i2_percent,heterogeneity_p,effect_p,model,where\n"
)
OTHER = (
    "kind,subject,printed,parts,total,measure,treatment_events,treatment_total,control_events,control_total,"
)
OTHER += "estimate,ci_lower,ci_upper,where,note\n"


def claim(estimate: str = "", ci_lower: str = "", ci_upper: str = "", **fields: object) -> Claim:
    """Return a pooled result, numbers as text, an empty text for what is not printed."""
    numbers = {"estimate": estimate, "ci_lower": ci_lower, "ci_upper": ci_upper}
    given = {"outcome": "death", "measure": "OR", **fields}
    made = {
        name: Printed(str(value)) if name in TEXTS else value
        for name, value in (given | numbers).items()
        if value != ""
    }
    return Claim(**made)  # type: ignore[arg-type]


def other(kind: str, parts: tuple[str, ...] = (), **fields: object) -> OtherClaim:
    """Return a claim of another kind."""
    made = {name: Printed(str(value)) if name in TEXTS else value for name, value in fields.items()}
    return OtherClaim(kind, str(made.pop("subject", "it")), parts=tuple(map(Printed, parts)), **made)  # type: ignore[arg-type]


def find(audit: Audit, name: str, check: str) -> Finding:
    """Return the one finding about a claim by a check."""
    (found,) = [each for each in audit if each.claim == name and each.check == check]
    return found


def write(folder: Path, name: str, text: str) -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
