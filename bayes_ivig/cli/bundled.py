"""``bayes-ivig models`` and ``bayes-ivig data``: what is bundled, and what is in it."""

from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.json_version import Command, Group
from bayes_ivig.cli.options import Data, Json, Outcome, Trials, load
from bayes_ivig.cli.output import print_document, show, width

if TYPE_CHECKING:
    from bayes_ivig.inputs.model.files import AnyModel

models = typer.Typer(help="List the bundled models, or show one.", invoke_without_command=True, cls=Group)
data = typer.Typer(help="List the bundled datasets, or show one.", invoke_without_command=True, cls=Group)


@models.callback()
def list_models(context: typer.Context, json: Json = 0) -> None:
    """List the bundled models with one line each."""
    if context.invoked_subcommand:
        return
    from bayes_ivig import resources
    from bayes_ivig.inputs.model.files import load_model
    from bayes_ivig.reporting.wording.terminal import notes

    titles = {name: load_model(name).title for name in resources.names("models", ".toml")}
    if json:
        print_document({"models": [{"name": name, "title": title} for name, title in titles.items()]}, json)
    else:
        show(notes(list(titles.items()), width()))


@models.command("show", cls=Command)
def show_model(
    name: Annotated[str, typer.Argument(help="A bundled model's name, or the path of a model TOML.")],
    json: Json = 0,
) -> None:
    """Show a model's assumptions, each with its reason and source."""
    from bayes_ivig.inputs.model.files import assumptions, load_model

    model = load_model(name)
    if json:
        stated = [{"parameter": p, "rationale": why, "source": source} for p, why, source in model.notes]
        print_document(
            {"name": model.name, "title": model.title, **assumptions(model), "notes": stated}, json
        )
    else:
        show(_model_lines(model))


def _model_lines(model: "AnyModel") -> list[str]:
    from bayes_ivig.inputs.model.files import assumptions
    from bayes_ivig.inputs.model.stated_model import rationale
    from bayes_ivig.reporting.wording.models import priors, shown, structure
    from bayes_ivig.reporting.wording.terminal import dashes, notes, paragraph

    plain = assumptions(model)
    settings = [(key, plain[key]) for key in ("family", *model.SETTINGS) if key in plain]
    lines = [
        *paragraph(model.title, width()),
        "",
        *notes(settings, width()),
        "",
        *dashes(structure(model), width()),
    ]
    for parameter, _ in priors(model):
        why, source = rationale(model, parameter)
        reasons = [("  why", why or "the default of the package")] + [("  source", source)] * bool(source)
        lines += [
            "",
            *paragraph(f"{parameter} ~ {shown(getattr(model, parameter))}", width()),
            *notes(reasons, width()),
        ]
    return lines


@data.callback()
def list_data(context: typer.Context, json: Json = 0) -> None:
    """List the bundled datasets and their outcomes."""
    if context.invoked_subcommand:
        return
    from bayes_ivig import resources
    from bayes_ivig.inputs.counts.dataset import descriptions
    from bayes_ivig.reporting.wording.terminal import notes

    offered = [
        {
            "name": name,
            "outcome": outcome,
            "title": about.outcome_title or about.title,
            "known": _known(about.partial),
        }
        for name in resources.names("data", ".csv")
        for outcome, about in descriptions(name).items()
    ]
    if json:
        print_document({"datasets": offered}, json)
    else:
        show(
            notes(
                [(item["name"], item["outcome"], item["title"], item["known"]) for item in offered], width()
            )
        )


def _known(partial: str) -> str:
    return f"in part: {partial}" if partial else "per arm"


@data.command("show", cls=Command)
def show_data(name: Data, outcome: Outcome = None, trials: Trials = None, json: Json = 0) -> None:
    """Show the counts of one outcome, its trial sets, and how each is known; unknown ones with limits."""
    from bayes_ivig.inputs.counts.known_in_part import load_known_in_part
    from bayes_ivig.reporting.counts.partial_text import partial_document, partial_lines
    from bayes_ivig.reporting.counts.text import counts_document, counts_lines

    partly = load_known_in_part(name, outcome, "all" if trials is None else trials)
    if partly is not None:
        if json:
            print_document(partial_document(partly, apart=json > 1), json)
        else:
            show(partial_lines(partly, width()))
        return
    dataset = load(name, outcome, trials)
    if json:
        print_document(counts_document(dataset, apart=json > 1), json, dataset)
    else:
        show(counts_lines(dataset, width()))
