"""What is computed and shown in one call: the only place that knows both."""

from pathlib import Path

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.report import write
from bayes_ivig.reporting.report.folder import require_folder
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


@checked
def write_report(
    reanalysis: Reanalysis | Dataset,
    folder: str | Path,
    *,
    png: bool = False,
    pdf: bool = False,
    force: bool = False,
) -> tuple[Path, ...]:
    """Write report.html and brief.html, both as Markdown too, brief.docx, results.json, the charts as SVG,
    the tables as CSV and all of them in one workbook, tables.xlsx; return the paths.

    A ``Dataset`` is reanalysed first, by the reference model; for another, or options, give what
    ``reanalyze`` returns. ``png`` adds every chart as a PNG of twice its size, ``pdf`` the two pages printed,
    for which a Chromium must be there. The folder is a new or an empty one, or that of an earlier report,
    whose charts and tables go where they are not made again; with ``force`` it may be any. Files of other
    names are left alone. The same reanalysis gives the same bytes, PDF apart. Raises ``BayesIvigError`` where
    the folder is another's or cannot be written, or a page not be printed; then nothing is replaced.

    >>> import bayes_ivig as bi
    >>> trials = bi.Dataset((bi.Study("A", 12, 40, 20, 41), bi.Study("B", 9, 52, 15, 50)), name="mine")
    >>> [path.name for path in bi.write_report(trials, "mine") if path.suffix == ".html"]
    ['brief.html', 'report.html']
    """
    if isinstance(reanalysis, Dataset):
        require_folder(Path(folder), force=force)
        reanalysis = reanalyze(reanalysis)
    return write.write_report(reanalysis, folder, png=png, pdf=pdf, force=force)
