"""Names of columns: those of known programs, and words for arms and what is counted."""

import pytest
from layout_grids import cells, counts, read

from bayes_ivig.errors import DataError

COUNTED = {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
# events, total, events, total of treatment and control
FOURS = [
    "treatment_events,treatment_total,control_events,control_total",
    "ai,n1i,ci,n2i",
    "event.e,n.e,event.c,n.c",
    "evente,ne,eventc,nc",
    "event_e,n_e,event_c,n_c",
    "event_treat,n_treat,event_control,n_control",
    "event_int,n_int,event_ctrl,n_ctrl",
    "e_int,n_int,e_con,n_con",
    "x1,n1,x2,n2",
    "e1,n1,e2,n2",
    "count1,nobs1,count2,nobs2",
    "a,n1,c,n2",
    "EVENTS_1,TOTAL_1,EVENTS_2,TOTAL_2",
    "Experimental cases,Experimental N,Control cases,Control N",
    "Experimental events,Experimental total,Control events,Control total",
    "events.e,n.e,events.c,n.c",
    "Ee,Ne,Ec,Nc",
    "rt,nt,rc,nc",
    "et,nt,ec,nc",
    "e.t,n.t,e.c,n.c",
    "r_exp,n_exp,r_ctl,n_ctl",
    "Int_Events,Int_Total,Control_Events,Control_Total",
    "Treatment Events,Treatment Total,Placebo Events,Placebo Total",
    "events treated,n treated,events untreated,n untreated",
    "Number of events (treatment),Number of patients (treatment),Number of events (control),"
    "Number of patients (control)",
    "No. of events in the intervention group,N in the intervention group,No. of events in usual care,"
    "N in usual care",
    "responders drug,sample size drug,responders placebo,sample size placebo",
    "active_events,active_n,placebo_events,placebo_n",
    "eventsTreatment,totalTreatment,eventsControl,totalControl",
    "TREATMENT EVENTS,TREATMENT N,CONTROL EVENTS,CONTROL N",
    "exposed_cases,exposed_total,unexposed_cases,unexposed_total",
    "Vaccine: cases,Vaccine: total,No treatment: cases,No treatment: total",
    "event.cisa,n.cisa,event.plac,n.plac",
    "nEvents_trt,n_trt,nEvents_ctrl,n_ctrl",
]
# events and people without
PAIRS = ["ai,bi,ci,di", "a,b,c,d", "tpos,tneg,cpos,cneg", "tdeath,tnodeath,cdeath,cnodeath",
         "treatment_events,treatment_nonevents,control_events,control_nonevents",
         "Treated events,Treated non-events,Control events,Control non-events"]  # fmt: skip


@pytest.mark.parametrize("names", FOURS)
def test_names_of_events_and_totals(names: str) -> None:
    found = read(f"study,{names}\nA,1,10,2,12\nB,3,11,4,15")
    assert counts(found) == COUNTED
    assert found.arms_known == "name"
    assert found.measure == "OR"
    mapped = {reading.theirs: reading.ours for reading in found.mapping}
    assert list(mapped.values()) == ["study", *counts_of(names)] or set(mapped) == {
        "study",
        *names.split(","),
    }


def counts_of(names: str) -> list[str]:
    return names.split(",")


@pytest.mark.parametrize("names", FOURS)
def test_the_other_order_of_arms_is_read_by_name(names: str) -> None:
    r1, n1, r0, n0 = names.split(",")
    found = read(f"{n0},{r0},study,{r1},{n1}\n12,2,A,1,10\n15,4,B,3,11")
    assert counts(found) == COUNTED


@pytest.mark.parametrize("names", PAIRS)
def test_people_without_the_event_are_no_totals(names: str) -> None:
    found = read(f"study,{names}\nA,1,9,2,10\nB,3,8,4,11")
    assert counts(found) == COUNTED
    nonevents = [reading.theirs for reading in found.mapping if reading.ours.endswith("nonevents")]
    assert nonevents == [names.split(",")[1], names.split(",")[3]]


def test_people_without_the_event_and_totals_give_events() -> None:
    found = read("study,t_nonevents,n_t,c_nonevents,n_c\nA,9,10,10,12\nB,8,11,11,15")
    assert counts(found) == COUNTED


def test_events_without_and_total_must_agree() -> None:
    with pytest.raises(DataError, match=r"row 2: the total is 11 \(column n1i\), 10 .*agree"):
        read("study,ai,bi,n1i,ci,di,n2i\nA,1,9,11,2,10,12")


@pytest.mark.parametrize(
    "names", ["r1,n1,r2,n2", "R.1,N.1,R.2,N.2", "events1,total1,events2,total2", "events_a,n_a,events_b,n_b",
              "responders1,sampleSize1,responders2,sampleSize2"]
)  # fmt: skip
def test_numbered_arms_are_not_known(names: str) -> None:
    with pytest.raises(DataError) as caught:
        read(f"study,{names}\nA,1,10,2,12\nB,3,11,4,15")
    said = str(caught.value)
    assert (
        "reading 1: treatment '1', control '2': odds ratio of all trials about 0.841; A 1/10"
        in said.replace("'a'", "'1'").replace("'b'", "'2'")
    )
    assert "about 1.19; A 2/12 against 1/10; B 4/15 against 3/11" in said
    assert "--treatment" in said
    one, other = ("a", "b") if "_a" in names else ("1", "2")
    found = read(f"study,{names}\nA,1,10,2,12\nB,3,11,4,15", treatment=other, control=one)
    assert counts(found) == {"A": (2, 12, 1, 10), "B": (4, 15, 3, 11)}
    assert found.arms_known == "stated"


def test_mapped_columns_are_taken_whatever_they_are_called() -> None:
    columns = {
        "treatment_events": "r2", "treatment_total": "n2", "control_events": "r1", "control_total": "n1"
    }  # fmt: skip
    found = read("study,r1,n1,r2,n2\nA,1,10,2,12", columns=columns)
    assert counts(found) == {"A": (2, 12, 1, 10)}
    assert found.arms_known == "stated"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"treatment_events": "r3"}, "no column 'r3'"),
        ({"treatment_evnts": "r1"}, "did you mean 'treatment_events'"),
        ({"treatment_events": "r1", "control_events": "r1"}, "that column is treatment_events already"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(columns: dict[str, str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read("study,r1,n1,r2,n2\nA,1,10,2,12", columns=columns)


def test_two_columns_for_one_thing_must_agree() -> None:
    text = "study,event.e,events.e,n.e,event.c,n.c\nA,1,{},10,2,12"
    assert counts(read(text.format(1))) == {"A": (1, 10, 2, 12)}
    with pytest.raises(
        DataError, match=r"'event.e' and 'events.e' may both be .*--map treatment_events=event.e"
    ):
        read(text.format(3))


def test_means_of_metafor_and_of_words() -> None:
    for names in (
        "m1i,sd1i,n1i,m2i,sd2i,n2i",
        "mean.e,sd.e,n.e,mean.c,sd.c,n.c",
        "Experimental mean,Experimental SD,Experimental N,Control mean,Control SD,Control N",
        "Treatment mean,Treatment standard deviation,Treatment total,Control mean,Control standard deviation,"
        "Control total",
    ):
        found = read(f"study,{names}\nA,5.1,1.2,30,4.8,1.10,31")
        assert found.measure == "MD"
        assert "means are read as mean differences; --measure SMD standardises them" in found.notes
        assert cells(
            found, *(f"{arm}_{what}" for arm in ("treatment", "control") for what in ("mean", "sd", "n"))
        )["A"] == ("5.1", "1.2", "30", "4.8", "1.10", "31")
    assert read("study,mean (SD) t,n_t,mean (SD) c,n_c\nA,5.1 (1.2),30,4.8 ± 1.10,31").measure == "MD"


def test_person_time_makes_rates_and_is_never_a_total() -> None:
    for names in (
        "x1i,t1i,x2i,t2i",
        "Events treatment,Person-years treatment,Events control,Person-years control",
        "events_t,py_t,events_c,py_c",
    ):
        found = read(f"study,{names}\nA,1,100.5,2,120\nB,3,110,4,150")
        assert found.measure == "IRR"
        rates = cells(found, "treatment_events", "treatment_time", "control_events", "control_time")
        assert rates["A"] == ("1", "100.5", "2", "120")


def test_counts_with_person_time_beside_them_are_counts_unless_rates_are_asked_for() -> None:
    text = "study,events_t,n_t,py_t,events_c,n_c,py_c\nA,1,10,100.5,2,12,120"
    assert counts(read(text)) == {"A": (1, 10, 2, 12)}
    assert "treatment_time" in read(text, measure="IRR").table.columns
