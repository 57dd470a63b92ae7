"""``bayes-ivig models`` and ``bayes-ivig data``: what is bundled, and what is in it."""

from typing import Annotated

import typer

from bayes_ivig.cli.options import Data, Json, Outcome, Trials, print_json

models = typer.Typer(help="List the bundled models, or show one.", invoke_without_command=True)
data = typer.Typer(help="List the bundled datasets, or show one.", invoke_without_command=True)


@models.callback()
def list_models(context: typer.Context, json: Json = False) -> None:
    """List the bundled models with one line each."""
    if context.invoked_subcommand:
        return
    from bayes_ivig import resources
    from bayes_ivig.inputs.model import load_model

    titles = {name: load_model(name).title for name in resources.names("models", ".toml")}
    if json:
        print_json({"models": [{"name": name, "title": title} for name, title in titles.items()]})
    else:
        _columns([(name, title) for name, title in titles.items()])


@models.command("show")
def show_model(
    name: Annotated[str, typer.Argument(help="A bundled model's name, or the path of a model TOML.")], json: Json = False
) -> None:
    """Show a model's assumptions, each with its reason and source."""
    from bayes_ivig.inputs.model import PARAMETERS, load_model, model_dict
    from bayes_ivig.priors.composite import described

    model = load_model(name)
    plain = model_dict(model)
    if json:
        notes = [{"parameter": p, "rationale": why, "source": source} for p, why, source in model.notes]
        print_json({"name": model.name, "title": model.title, **plain, "notes": notes})
        return
    print(model.title)
    _columns([(key, plain[key]) for key in ("likelihood", "effects", "baseline")])
    stated = {note[0] for note in model.notes}
    for parameter in PARAMETERS:
        if plain[parameter] == str(getattr(model, parameter)):
            why, source = model.rationale(parameter) if parameter in stated else ("the default of the package", "")
            print(
                f"\n{parameter} ~ {described(getattr(model, parameter))}\n  why: {why}"
                + (f"\n  source: {source}" if source else "")
            )


@data.callback()
def list_data(context: typer.Context, json: Json = False) -> None:
    """List the bundled datasets and their outcomes."""
    if context.invoked_subcommand:
        return
    from bayes_ivig import resources
    from bayes_ivig.inputs.dataset import descriptions

    found = [
        {"name": name, "outcome": outcome, "title": about.outcome_title or about.title, "known": _known(about.partial)}
        for name in resources.names("data", ".csv")
        for outcome, about in descriptions(name).items()
    ]
    if json:
        print_json({"datasets": found})
    else:
        _columns([(item["name"], item["outcome"], item["title"], item["known"]) for item in found])


def _known(partial: str) -> str:
    return f"in part: {partial}" if partial else "per arm"


@data.command("show")
def show_data(name: Data, outcome: Outcome = None, trials: Trials = None, json: Json = False) -> None:
    """Show the counts of one outcome, its trial sets, and how each count is known."""
    from bayes_ivig.inputs.dataset import load_dataset
    from bayes_ivig.inputs.fingerprint import fingerprint

    dataset = load_dataset(name, outcome)
    dataset = dataset.trials(trials) if trials is not None else dataset
    extra = [column for column, _ in dataset.columns]
    values = dict(dataset.columns)
    rows = [
        {"study": study.name, "treatment_events": study.treatment_events, "treatment_total": study.treatment_total}
        | {"control_events": study.control_events, "control_total": study.control_total, "estimable": study.estimable}
        | {column: values[column][i] for column in extra}
        for i, study in enumerate(dataset.studies)
    ]
    sets = {label: list(members) for label, members in dataset.trial_sets.items()}
    if json:
        print_json({"dataset": dataset.name, "outcome": dataset.outcome, "event": dataset.about.event, "studies": rows}
                   | {"trial_sets": sets, "data_sha256": fingerprint(dataset)})  # fmt: skip
        return
    about = dataset.about
    print(
        f"{about.outcome_title or dataset.label} (an event is {about.event or 'neither good nor bad as far as the file says'})\n"
    )
    header = ("study", about.treatment, about.control, *(c for c in extra if c in ("status", "basis")))
    _columns([header, *(_show_row(row, header[3:]) for row in rows)])
    print("\nTrial sets")
    _columns([(label, ", ".join(members)) for label, members in sets.items()])


def _show_row(row: dict[str, object], extra: tuple[str, ...]) -> tuple[str, ...]:
    treated = f"{row['treatment_events']}/{row['treatment_total']}"
    control = f"{row['control_events']}/{row['control_total']}"
    return (str(row["study"]), treated, control, *(str(row[column]) for column in extra))


def _columns(rows: list[tuple[str, ...]]) -> None:
    """Print rows in left-aligned columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
