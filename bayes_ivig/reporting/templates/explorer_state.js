// What the controls state: as the page's address, checked whole before any of it is taken, and as the command and the Python
// that give the same numbers. A state is {outcome, likelihood, muFamily, mean, sd, df, family, scale, shape, threshold, risk,
// kept, added}: numbers of outcome and likelihood, the prior's mean as a log odds ratio, the risk per 1000 or null, whether each
// trial of the table and each added one is kept, and the added ones as {name, counts}.
const BayesIvigState = (() => {
  "use strict";

  const START = "#explore?";
  const MU = ["normal", "student_t"];
  const TAU = ["half_normal", "half_cauchy", "half_student_t", "exponential", "log_normal", "inverse_gamma", "common"];
  const LETTERS = {
    data: "d", outcome: "o", likelihood: "l", muFamily: "g", mean: "m", sd: "s", df: "n", family: "f", scale: "t", shape: "h",
    threshold: "x", risk: "r", kept: "k", added: "a",
  };
  const THRESHOLDS = [1, 10];
  const RISKS = [1, 999];
  const MOST_ADDED = 9;
  const MOST_NAME = 80;
  const MOST_PEOPLE = 1000000; // in an arm

  const number = (value) => String(Number(Number(value).toPrecision(8)));
  const near = 1e-7; // of a limit, so that an end which is written with eight digits is not beyond it
  const inside = (value, [low, high]) => value >= low - near * Math.abs(low) && value <= high + near * Math.abs(high);

  // --- the address -----------------------------------------------------------------------------------------------------------

  function toAddress(state, data) {
    const parts = new URLSearchParams();
    const plain = { ...state, data: data.data, risk: state.risk ?? "", kept: state.kept.map((kept) => (kept ? "1" : "0")).join("") };
    for (const [name, letter] of Object.entries(LETTERS)) {
      if (name === "added") for (const one of state.added) parts.append(letter, [...one.counts, one.name].join("."));
      else parts.set(letter, typeof plain[name] === "number" ? number(plain[name]) : plain[name]);
    }
    return START + parts;
  }

  // The state of an address, or a problem: {state} or {problem}; null where the address is of another part of the page.
  function fromAddress(hash, data) {
    if (!hash.startsWith(START)) return null;
    try {
      return { state: read(new URLSearchParams(hash.slice(START.length)), data) };
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return { problem: `This link was not taken: ${problem.message}. The controls stand as they did.` };
    }
  }

  class Problem extends Error {}

  function read(parts, data) {
    const names = Object.fromEntries(Object.entries(LETTERS).map(([name, letter]) => [letter, name]));
    for (const letter of parts.keys()) {
      if (!Object.hasOwn(names, letter)) throw new Problem(`it has a part that this page does not know (${letter})`);
    }
    const one = (name) => {
      const found = parts.getAll(LETTERS[name]);
      if (found.length !== 1) throw new Problem(`its part ${LETTERS[name]} stands there ${found.length} times and must once`);
      return found[0];
    };
    if (!parts.has(LETTERS.data)) throw new Problem("it does not say for which data it was made");
    if (one("data") !== data.data) throw new Problem("it was made for other data than those of this page");
    const outcome = index(one("outcome"), data.outcomes.length, "outcome");
    const from = data.outcomes[outcome];
    const state = { outcome, likelihood: index(one("likelihood"), from.likelihoods.length, "likelihood") };
    state.muFamily = among(one("muFamily"), MU, "family of the prior on the effect");
    state.family = among(one("family"), from.summary ? ["common"] : TAU, "family of the prior on tau");
    const [low, high] = data.limits.mean.map(Math.log);
    state.mean = within(one("mean"), [low - 1e-6, high + 1e-6], "centre of the prior");
    for (const name of ["sd", "df", "scale", "shape"]) state[name] = within(one(name), data.limits[name], `number ${LETTERS[name]}`);
    state.threshold = within(one("threshold"), THRESHOLDS, "smallest difference");
    state.risk = one("risk") === "" ? null : within(one("risk"), RISKS, "control risk per 1000");
    state.added = parts.getAll(LETTERS.added).map(addedFrom);
    if (state.added.length && from.summary) throw new Problem("it adds a trial to an outcome known from a summary");
    if (state.added.length > MOST_ADDED) throw new Problem(`it adds more than ${MOST_ADDED} trials`);
    state.added.forEach((trial, i) => refuse(trialProblem(trial, [...from.studies, ...state.added.slice(0, i).map((other) => other.name)])));
    const kept = one("kept");
    if (!/^[01]*$/.test(kept) || kept.length !== from.studies.length + state.added.length) {
      throw new Problem("the trials that it keeps are not those of this page");
    }
    state.kept = [...kept].map((digit) => digit === "1");
    return state;
  }

  function refuse(problem) {
    if (problem) throw new Problem(problem);
  }

  function index(text, size, what) {
    const found = /^\d{1,4}$/.test(text) ? Number(text) : -1;
    if (!(found >= 0 && found < size)) throw new Problem(`there is no ${what} number ${text} on this page`);
    return found;
  }

  function among(text, known, what) {
    if (!known.includes(text)) throw new Problem(`${text} is no ${what} that can be chosen here`);
    return text;
  }

  function within(text, [low, high], what) {
    const found = /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : NaN;
    if (!inside(found, [low, high])) throw new Problem(`its ${what} is ${text || "empty"} and must be between ${number(low)} and ${number(high)}`);
    return found;
  }

  function addedFrom(text) {
    const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.(.+)$/s.exec(text);
    if (!found) throw new Problem("a trial that it adds is no name with four counts");
    return { name: found[5], counts: found.slice(1, 5).map(Number) };
  }

  // What is wrong with a trial that someone adds; empty where nothing is.
  function trialProblem({ name, counts }, taken) {
    if (!name.trim() || name.length > MOST_NAME) return `the name of an added trial must have 1 to ${MOST_NAME} characters`;
    if (taken.includes(name)) return `there is a trial called ${name} already`;
    const [r1, n1, r0, n0] = counts;
    if (!counts.every((count) => Number.isInteger(count) && count >= 0)) return "counts must be whole numbers from 0";
    if (r1 > n1 || r0 > n0) return "an arm has more events than people";
    if (n1 < 1 || n0 < 1) return "both arms need somebody in them";
    return n1 > MOST_PEOPLE || n0 > MOST_PEOPLE ? `an arm has more than ${MOST_PEOPLE} people` : "";
  }

  // --- the same in words of the package ------------------------------------------------------------------------------------------

  const muText = ({ muFamily, mean, sd, df }) =>
    muFamily === "normal" ? `normal(${number(mean)}, ${number(sd)})` : `student_t(${number(df)}, ${number(mean)}, ${number(sd)})`;

  function tauText({ family, scale, shape }) {
    const first = { exponential: 1 / scale, log_normal: Math.log(scale), half_student_t: shape, inverse_gamma: shape }[family] ?? scale;
    const second = { log_normal: shape, half_student_t: scale, inverse_gamma: scale }[family];
    return `${family}(${[first, second].filter((value) => value !== undefined).map(number).join(", ")})`;
  }

  // Whether the kept trials of the table are those of a set, and which of the named sets they are first: -1 for none.
  function isSet({ kept }, from, number) {
    const numbers = from.studies.flatMap((_, i) => (kept[i] ? [i] : []));
    const studies = from.sets[number]?.studies;
    return studies?.length === numbers.length && studies.every((i) => numbers.includes(i));
  }
  const setOf = (state, from) => from.sets.findIndex((_, number) => isSet(state, from, number));

  // The selection of trials for --trials or .trials(): empty for all of them, a set's name, or null for a list of names.
  function selection(state, from) {
    const set = from.sets[setOf(state, from)];
    return set ? (set.name === "all" ? "" : set.name) : null;
  }

  const keptNames = (state, from) => from.studies.filter((_, i) => state.kept[i]);
  const keptAdded = (state, from) => state.added.filter((_, i) => state.kept[from.studies.length + i]);

  const quoted = (text) => (/^[\w./-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`);

  // The command that gives the same numbers; a sentence where there is none.
  function command(state, data) {
    const from = data.outcomes[state.outcome];
    const likelihood = from.likelihoods[state.likelihood];
    if (from.summary) return "No command fits a published summary; see the Python.";
    if (keptAdded(state, from).length) return "An added trial is not in the table that a command reads; see the Python.";
    const named = selection(state, from);
    const names = keptNames(state, from);
    if (named === null && names.some((name) => name.includes(",") || name.startsWith("-"))) {
      return "A trial's name cannot be told from a list of names; see the Python.";
    }
    const trials = named === null ? names.join(",") : named;
    const options = [
      from.name && ["--outcome", from.name], ["--likelihood", likelihood.name],
      likelihood.stated && ["--alpha-prior", likelihood.stated.alpha], likelihood.stated && ["--baseline", likelihood.stated.baseline],
      ["--mu-prior", muText(state)], state.family === "common" ? ["--effects", "common"] : ["--tau-prior", tauText(state)],
      trials && ["--trials", trials],
    ].filter(Boolean);
    return ["bayes-ivig fit", quoted(data.source), ...options.map(([name, value]) => `${name} ${quoted(value)}`)].join(" ");
  }

  // The Python that gives the same numbers.
  function python(state, data) {
    const from = data.outcomes[state.outcome];
    const likelihood = from.likelihoods[state.likelihood];
    const text = JSON.stringify;
    const model = [
      `likelihood=${text(likelihood.name)}`, `mu=${text(muText(state))}`,
      state.family === "common" ? 'effects="common"' : `tau=${text(tauText(state))}`,
      ...(likelihood.stated ? [`alpha=${text(likelihood.stated.alpha)}`, `baseline=${text(likelihood.stated.baseline)}`] : []),
    ];
    return [
      "import bayes_ivig as bi", "", ...dataLines(state, data, from, likelihood), `model = bi.Model(${model.join(", ")})`,
      "posterior = bi.fit(data, model)", "print(posterior.summary())", 'print("P(OR > 1)", posterior["mu"].prob_above(0.0))', "",
    ].join("\n");
  }

  function dataLines(state, data, from, { estimate }) {
    const text = JSON.stringify;
    if (estimate) return [`data = bi.Dataset((bi.Estimate(${text(from.studies[0])}, ${estimate.map(number).join(", ")}),))`];
    const added = keptAdded(state, from).map(({ name, counts }) => `bi.Study(${[text(name), ...counts].join(", ")})`);
    const names = keptNames(state, from);
    if (!names.length) return [`data = bi.Dataset((${added.map((study) => `${study},`).join(" ")}))`];
    const named = selection(state, from);
    const tuple = `(${names.map((name) => `${text(name)},`).join(" ")})`;
    const chosen = named === "" ? "" : `.trials(${named === null ? tuple : text(named)})`;
    const load = `data = bi.load_dataset(${text(data.source)}${from.name ? `, outcome=${text(from.name)}` : ""})${chosen}`;
    return added.length ? [load, `data = bi.Dataset((*data.studies, ${added.join(", ")}))`] : [load];
  }

  return { THRESHOLDS, RISKS, MOST_ADDED, inside, toAddress, fromAddress, trialProblem, isSet, setOf, command, python };
})();
