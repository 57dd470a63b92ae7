"""What an answer hangs on and what would change it, beside fits of our own."""

import math
import re
from dataclasses import replace

import pytest
from brief_cases import brief_case
from report_cases import ivig

import bayes_ivig as bi
from bayes_ivig.priors.families import Normal
from bayes_ivig.reporting.brief.sentences import brief_sentences
from bayes_ivig.reporting.document.inline import Link
from bayes_ivig.results.brief.brief import brief_of
from bayes_ivig.results.brief.factors import LEAST, factors_of


def outcome_of(name):
    return brief_case(name).outcomes[0]


def median(posterior) -> float:
    return math.exp(float(posterior["mu"].quantile(0.5)))


@pytest.mark.parametrize("name", ["contradictory", "huge", "many trials"])
def test_the_trial_named_is_the_one_that_moves_the_answer_most(name: str) -> None:
    outcome = outcome_of(name)
    posterior = outcome.trial_set("all").posterior
    named = next(each for each in factors_of(outcome) if each.kind == "trial")
    base = median(posterior)
    moved = {
        study: abs(math.log(median(bi.fit(posterior.dataset.trials(f"-{study}"), posterior.model)) / base))
        for study in posterior.studies[:4]
    }
    assert named.base == pytest.approx(base)
    assert named.move * posterior["mu"].sd >= max(moved.values()) - 1e-6
    (which,) = named.which
    alone = bi.fit(posterior.dataset.trials(f"-{which}"), posterior.model)
    assert named.effect == pytest.approx(median(alone), rel=1e-4)


@pytest.mark.parametrize("name", ["contradictory", "huge", "many trials", "not stated", "null"])
def test_what_it_hangs_on_stands_with_the_largest_move_first(name: str) -> None:
    found = factors_of(outcome_of(name))
    moves = [each.move for each in found]
    assert moves == sorted(moves, reverse=True) and len(found) <= 4
    assert all(move >= LEAST - 1e-9 for move in moves)
    assert len({each.kind for each in found}) == len(found)


@pytest.mark.parametrize(("name", "code"), [("many trials", "lost"), ("one trial", "reached")])
def test_the_prior_named_is_where_the_conclusion_turns(name: str, code: str) -> None:
    changes = brief_of(brief_case(name)).changes
    assert changes is not None and changes.prior is not None
    prior = changes.prior
    assert prior.code == code
    posterior = outcome_of(name).trial_set("all").posterior
    model = replace(posterior.model, mu=Normal(prior.mean, prior.sd))
    chance = float(bi.fit(posterior.dataset, model)["mu"].prob_below(0.0))
    assert chance == pytest.approx(prior.probability, abs=2e-4)
    assert prior.persons == pytest.approx(16 / prior.sd**2)


def test_a_trial_left_out_changes_the_direction_only_where_a_fit_says_so() -> None:
    changes = brief_of(brief_case("contradictory")).changes
    assert changes is not None and changes.trial is not None
    assert changes.trial.gained == ("A", "B", "C", "D")
    posterior = outcome_of("contradictory").trial_set("all").posterior
    chance = float(bi.fit(posterior.dataset.trials("-A"), posterior.model)["mu"].prob_above(0.0))
    assert max(chance, 1 - chance) >= 0.66


def test_trials_with_an_and_in_their_names_keep_it(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total\n"
    rows = "Adams and Brown 2001,21,60,12,60\nCole and Daw 2002,20,60,12,60\nEast 2003,9,30,14,31\n"
    path.write_text(header + rows, encoding="utf-8")
    path.with_suffix(".toml").write_text('event = "good"\n', encoding="utf-8")
    page = bi.render_brief(bi.reanalyze(path), "markdown")
    assert "without Adams and Brown 2001 or Cole and Daw 2002 the direction cannot be told" in page


def test_comparisons_that_differ_come_first_among_what_it_hangs_on() -> None:
    said = brief_of(brief_case("contradictory comparisons"))
    assert said.verdict.agreement == "differs" and said.hangs_on[0].kind == "comparison"
    assert said.hangs_on[0].which == ("against tablets", "against ointment")
    # one more trial for the first that shows a direction and the first that shows none
    assert [each.key for each in said.new_trials] == ["against_ointment"] * 2 + ["against_nothing"] * 2


HANGS_ON = {
    "contradictory comparisons": (
        "One trial: without C the odds ratio of all five trials is 1.40, not 0.99 (benefit 0.770).",
        "Prior of the effect: under “Optimistic, moderate” it is 1.22 (benefit 0.709).",
    ),
    "contradictory": (
        "One trial: without C the odds ratio of all four trials is 1.44, not 0.97 (benefit 0.763).",
        "Prior of the effect: under “Optimistic, moderate” it is 1.24 (benefit 0.708).",
    ),
}


WOULD_CHANGE = {
    "many trials": (
        (
            "A prior: a sceptical one as strong as a trial of 4,030 people takes P(benefit) in all 22 "
            "trials below 0.975."
        ),
        "A trial left out: none of these trials changes the direction.",
        (
            "A new trial: even one of 19,210 per arm finding the opposite (1.28) takes P(benefit) in "
            "all 22 trials from 0.999 to 0.993."
        ),
    ),
    "hazard ratios": (
        (
            "A prior: P(benefit) in all three trials reaches 0.975 with one that expects it by itself "
            "(mu ~ normal(-2.78, 1.42))."
        ),
        "A trial left out: none of these trials changes the direction.",
    ),
    "contradictory": (
        (
            "A prior: P(harm) in all four trials reaches 0.975 with one that expects it by itself (mu ~ "
            "normal(-0.0684, 0.0349), worth 13,144 persons)."
        ),
        "A trial left out: without A, B, C or D a direction is shown.",
        (
            "A new trial: one of 1,000 per arm finding just 1.25 takes P(benefit) in all four trials "
            "from 0.470 to 0.528; chance of showing benefit with 200: < 0.001."
        ),
    ),
}


@pytest.mark.parametrize("name", WOULD_CHANGE)
def test_what_would_change_it_says_just_this(name: str) -> None:
    said = plain(brief_sentences(brief_case(name)).would_change)
    assert tuple(line.replace("\N{MINUS SIGN}", "-") for line in said) == WOULD_CHANGE[name]


@pytest.mark.parametrize("name", HANGS_ON)
def test_a_line_says_just_this(name: str) -> None:
    assert plain(brief_sentences(brief_case(name)).hangs_on) == HANGS_ON[name]


def plain(lines) -> tuple[str, ...]:
    return tuple(
        line if isinstance(line, str) else "".join(x.text if isinstance(x, Link) else x for x in line)
        for line in lines
    )


def test_numbers_of_the_case_that_are_said_stand_in_its_tables() -> None:
    """Every number of the sentences is one of a table, a caption or a note of the report."""
    reanalysis = ivig()
    said = brief_sentences(reanalysis)
    lines = plain((*said.verdict, said.harm, *said.hangs_on, *said.would_change, *said.wrong))
    page = bi.render_markdown(reanalysis).partition("\n## In brief")[2].partition("\n## ")[2]
    known = set(re.findall(NUMBER, page.replace("\N{MINUS SIGN}", "-")))
    missing = {
        number
        for line in lines
        for number in re.findall(NUMBER, line.replace("\N{MINUS SIGN}", "-"))
        if number not in known
    }
    assert missing == set()


NUMBER = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
