// The controls of the interactive part: reads them, asks BayesIvig for the posterior, shows it in words, numbers and charts.
(() => {
  "use strict";

  const { DOMAIN } = BayesIvigCharts; // odds ratios
  const { ratio, chance, limits, between, estimate, plain, priorWords, perThousand } = BayesIvigWords;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("explorer-data").textContent);
  const form = byId("explorer-form");
  const fields = form.elements;
  // number fields, each with a slider beside it that runs on the log scale
  const NUMBERS = {
    centre: { name: "odds ratio in the centre of the prior", limits: data.limits.mean },
    sd: { name: "SD or scale of the prior on the effect", limits: data.limits.sd },
    df: { name: "degrees of freedom", limits: data.limits.df },
    scale: { name: "scale of the prior on tau", limits: data.limits.scale },
    shape: { name: "second number of the prior on tau", limits: data.limits.shape },
    threshold: { name: "smallest difference that matters", limits: BayesIvigState.THRESHOLDS },
    risk: { name: "control risk per 1000", limits: BayesIvigState.RISKS },
  };
  const SLIDERS = ["centre", "sd", "scale", "threshold"];
  const SHAPES = { half_student_t: "Degrees of freedom", log_normal: "SD of log tau", inverse_gamma: "Shape" };
  const SCALES = { exponential: "Mean of tau", log_normal: "Median of tau" };
  const KEPT = 6; // surfaces
  const MOST_NAMES = 40; // of trials in a sentence
  const surfaces = new Map();
  let added = []; // trials that the reader put in, {name, counts}
  let initial = ""; // the address of where the controls stand at first
  let family = data.start.family; // of the prior on tau, kept where an outcome has none
  let waiting = false;

  // --- the controls as a state and back ------------------------------------------------------------------------------------

  const outcome = () => data.outcomes[Number(fields.outcome.value)];
  const names = () => [...outcome().studies, ...added.map((trial) => trial.name)];
  const boxes = () => [...byId("explorer-trials").querySelectorAll("input")];

  // The families say which numbers are used: the fields of the others are switched off.
  function switchFields() {
    const common = fields.family.value === "common";
    for (const field of [fields.scale, fields.scaleSlider]) field.disabled = common;
    fields.shape.disabled = !(fields.family.value in SHAPES);
    fields.df.disabled = fields.muFamily.value !== "student_t";
  }

  // The state of the controls, or {problem} where a number that is used cannot be taken; where one that is not used
  // cannot be, that of the start stands in its place.
  function stated() {
    switchFields();
    const found = {};
    for (const [name, { name: words, limits: range }] of Object.entries(NUMBERS)) {
      const field = fields[name];
      const blank = name === "risk" && field.value === "" && !field.validity.badInput;
      const good = field.value !== "" && BayesIvigState.inside(Number(field.value), range);
      const wrong = !good && !blank && !field.disabled;
      field.setAttribute("aria-invalid", String(wrong));
      if (wrong) return { problem: `The ${words} must be between ${plain(range[0])} and ${plain(range[1])}.` };
      found[name] = good ? Number(field.value) : (data.start[name] ?? null);
    }
    const { centre, ...rest } = found;
    return {
      ...rest, mean: logOf(centre), outcome: Number(fields.outcome.value),
      likelihood: Number(fields.likelihood.value), muFamily: fields.muFamily.value, family: fields.family.value, added,
      kept: boxes().map((box) => box.checked),
    };
  }

  const logOf = (odds) => { // so that a mean stated with eight digits comes back from its odds ratio
    const log = Number(Math.log(odds).toPrecision(8));
    return Math.abs(log) < 1e-7 ? 0 : log;
  };
  const oddsOf = (mean) => String(Number(Math.exp(mean).toPrecision(10)));

  function show(state) {
    fields.outcome.value = String(state.outcome);
    added = state.added;
    layOut();
    fields.likelihood.value = String(state.likelihood);
    setPrior(state);
    fields.threshold.value = String(state.threshold);
    fields.risk.value = state.risk ?? "";
    boxes().forEach((box, i) => (box.checked = state.kept[i]));
  }

  function setPrior(prior) {
    for (const name of ["muFamily", "family"]) if (name in prior) fields[name].value = prior[name];
    if ("family" in prior && !outcome().summary) ({ family } = prior);
    if ("mean" in prior) fields.centre.value = oddsOf(prior.mean);
    for (const name of ["sd", "df", "scale", "shape"]) if (name in prior) fields[name].value = String(prior[name]);
  }

  function startOf(number) {
    const from = data.outcomes[number];
    const family = from.summary ? "common" : data.start.family;
    const first = { outcome: number, likelihood: 0, threshold: from.threshold, risk: from.risk, added: [] };
    return { ...data.start, ...first, family, kept: from.studies.map((_, i) => from.sets[0].studies.includes(i)) };
  }

  // --- what the controls offer -----------------------------------------------------------------------------------------------

  function fillSelect(select, labels) {
    select.replaceChildren(...labels.map((label, i) => new Option(label, String(i))));
  }

  // Everything that hangs on the outcome and on the added trials.
  function layOut() {
    const from = outcome();
    fillSelect(fields.likelihood, from.likelihoods.map((one) => one.label));
    fillSelect(fields.set, [...from.sets.map((set) => set.label), "my own choice"]);
    for (const of of ["mu", "tau"]) fillSelect(fields[`${of}Preset`], [...from.presets[of].map((one) => one.label), "my own"]);
    byId("explorer-trials").replaceChildren(...names().map(trialLabel));
    byId("explorer-add").hidden = from.summary;
    byId("explorer-remove").hidden = !added.length;
    for (const option of fields.family.options) option.disabled = from.summary && option.value !== "common";
  }

  function trialLabel(name, i) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.value = String(i);
    box.id = `explorer-trial-${i}`;
    const own = added[i - outcome().studies.length];
    label.append(box, " ", own ? `${name} (added: ${own.counts[0]}/${own.counts[1]} and ${own.counts[2]}/${own.counts[3]})` : name);
    return label;
  }

  // Which named set and which named priors the controls state: found again after every change, so that names never lie.
  function nameChoices(state) {
    const from = outcome();
    const asked = Number(fields.set.value); // of two sets of the same trials the one that was asked for
    const set = BayesIvigState.isSet(state, from, asked) ? asked : BayesIvigState.setOf(state, from);
    fields.set.value = String(set < 0 ? from.sets.length : set);
    const near = (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
    const same = (one, keys) => keys.every((key) => (typeof one[key] === "number" ? near(state[key], one[key]) : state[key] === one[key]));
    const keys = { mu: ["muFamily", "mean", "sd"], tau: ["family", "scale"] };
    for (const of of ["mu", "tau"]) {
      const more = (one) => (one.muFamily === "student_t" ? ["df"] : one.family in SHAPES ? ["shape"] : []);
      const found = from.presets[of].findIndex((one) => same(one, [...keys[of], ...more(one)]));
      fields[`${of}Preset`].value = String(found < 0 ? from.presets[of].length : found);
    }
  }

  function label() {
    for (const name of SLIDERS) {
      const slider = fields[`${name}Slider`];
      slider.value = String(Math.log(Number(fields[name].value)));
      slider.setAttribute("aria-valuetext", fields[name].value);
    }
    byId("explorer-shape").hidden = fields.shape.disabled;
    byId("explorer-df").hidden = fields.df.disabled;
    byId("explorer-shape-name").textContent = SHAPES[fields.family.value] ?? "Second number";
    byId("explorer-scale-name").textContent = SCALES[fields.family.value] ?? "Scale of tau";
  }

  // --- the question ----------------------------------------------------------------------------------------------------------

  // The surfaces of all trials under a likelihood, kept for the next change; null where the page has no room for their nodes.
  function surfaceOf(state) {
    const from = data.outcomes[state.outcome];
    const likelihood = from.likelihoods[state.likelihood];
    const key = JSON.stringify([state.outcome, state.likelihood, state.added, BayesIvig.layoutOf(state)]);
    if (!surfaces.has(key)) {
      const own = likelihood.estimate ? [{ estimate: likelihood.estimate }] : from.trials;
      if (surfaces.size >= KEPT) surfaces.delete(surfaces.keys().next().value);
      surfaces.set(key, BayesIvig.surface([...own, ...state.added.map((trial) => trial.counts)], likelihood, state));
    }
    return surfaces.get(key);
  }

  function question(state) {
    const from = data.outcomes[state.outcome];
    const kept = state.kept.flatMap((one, i) => (one ? [i] : []));
    const surface = surfaceOf(state);
    const informative = surface ? kept.filter((i) => surface.place[i] >= 0) : [];
    return { state, from, kept, surface, informative, likelihood: from.likelihoods[state.likelihood] };
  }

  // Trials that can tell the arms apart: not those in which nobody, or everybody, had the event, which a binomial likelihood keeps.
  function telling({ state, from, informative }) {
    const silent = ({ counts: [r1, n1, r0, n0] }) => r1 + r0 === 0 || r1 + r0 === n1 + n0;
    const first = from.studies.length;
    return informative.filter((i) => (i < first ? !from.silent.includes(i) : !silent(state.added[i - first]))).length;
  }

  // How many trials take part, how many of those chosen can tell the arms apart, and which they are.
  function trialWords(asked) {
    if (asked.from.summary) return "known from its published summary alone";
    const some = asked.kept.length === 1 ? "1 trial" : `${asked.kept.length} trials`;
    const count = telling(asked);
    const all = names();
    const listed = asked.kept.slice(0, MOST_NAMES).map((i) => all[i]).join(", ");
    const rest = asked.kept.length > MOST_NAMES ? ` and ${asked.kept.length - MOST_NAMES} more` : "";
    return `${some}${asked.kept.length === count ? "" : `, ${count} of them informative`}: ${listed}${rest}`;
  }

  // --- words and numbers -------------------------------------------------------------------------------------------------------

  function masses(mu, threshold) {
    const below = mu.below(-Math.log(threshold));
    const notAbove = mu.below(Math.log(threshold));
    return [below, notAbove - below, 1 - notAbove];
  }

  function put(texts) {
    for (const [key, text] of Object.entries(texts)) byId(`explorer-${key}`).textContent = text;
  }

  function say(asked, found) {
    const { from, state, likelihood } = asked;
    const odds = limits(found.mu);
    const below = found.mu.below(0);
    const parts = masses(found.mu, state.threshold);
    const inverse = ratio(1 / state.threshold);
    put({
      or: ratio(odds[0]), interval: between(odds), above: chance(1 - below), tau: found.tau ? found.tau.quantile(0.5).toFixed(2) : "0",
      below: chance(parts[0]), inside: chance(parts[1]), beyond: chance(parts[2]),
      "below-name": `below ${inverse}`, "inside-name": `${inverse} to ${ratio(state.threshold)}`,
      "beyond-name": `above ${ratio(state.threshold)}`,
      model: `${from.title}; ${trialWords(asked)}. Likelihood: ${likelihood.label}. Prior: ${priorWords(state)}.`,
    });
    byId("explorer-parts").hidden = state.threshold <= 1; // they are P(OR > 1) and its opposite then
    byId("explorer-nothing").hidden = from.summary || telling(asked) > 0;
    byId("explorer-beyond-grid").hidden = !(found.beyond > 1e-3);
    byId("explorer-per-1000").hidden = state.risk === null;
    if (state.risk !== null) put({ "per-1000": perThousand(odds, state.risk, from.arms[0]) });
    sayDirection(from, below);
  }

  function sayDirection(from, below) {
    const bad = from.event === "bad";
    const [left, right] = bad ? [0, 1] : [1, 0];
    const edge = Number(fields.threshold.value);
    const none = edge <= 1; // no difference is too small to matter
    const zones = none ? ["below 1", "above 1"] : [`below ${ratio(1 / edge)}`, `above ${ratio(edge)}`];
    const by = none ? "" : " by more than the smallest difference that matters";
    const better = from.event ? `, better with ${from.arms[0]}${by}` : "";
    const worse = from.event ? `, worse${none ? "" : " by as much"}` : "";
    byId("explorer-benefit-cell").hidden = !from.event;
    put({
      benefit: from.event ? chance(bad ? below : 1 - below) : "",
      direction: from.event ? `Here an odds ratio ${bad ? "below" : "above"} 1 favours ${from.arms[0]}.` : "",
      colours: `blue where it is ${zones[bad ? 0 : 1]}${better}; grey where it is ${zones[bad ? 1 : 0]}${worse}${none ? "" : "; palest in between"}`,
      left: from.event ? `\u2190 favours ${from.arms[left]}` : "",
      right: from.event ? `favours ${from.arms[right]} \u2192` : "",
    });
  }

  // The answer without the trials that the reader added, beside the one with them.
  function before(asked) {
    const first = asked.from.studies.length;
    const own = asked.informative.filter((i) => i < first);
    const updated = own.length > 0 && asked.kept.some((i) => i >= first);
    byId("explorer-before").hidden = !updated;
    if (!updated) return null;
    const found = BayesIvig.posterior(asked.surface, own, asked.state);
    const odds = limits(found.mu);
    put({ before: `Without what you added: odds ratio ${estimate(odds)}, P(OR > 1) ${chance(1 - found.mu.below(0))}; the thin line in the chart.` });
    return found;
  }

  // --- charts ------------------------------------------------------------------------------------------------------------------

  // Density per unit of the log odds ratio, for drawing on a log axis, in the parts that the smallest difference makes.
  function curve({ state, from }, mu) {
    const edge = Math.log(state.threshold);
    const part = (x) => (x < -edge ? 0 : x <= edge ? 1 : 2);
    const bad = from.event === "bad";
    const colours = [bad ? "var(--soft)" : "var(--line)", "var(--faint)", bad ? "var(--line)" : "var(--soft)"];
    const parts = colours.map((colour) => ({ colour, points: [] }));
    let last = null;
    for (const { x, y } of drawable(mu)) {
      for (let crossed = last ? part(last.x) : part(x); crossed < part(x); crossed++) {
        const at = crossed === 0 ? -edge : edge;
        const height = last.y + ((y - last.y) * (at - last.x)) / (x - last.x);
        for (const which of [crossed, crossed + 1]) parts[which].points.push({ or: Math.exp(at), y: height });
      }
      parts[part(x)].points.push({ or: Math.exp(x), y });
      last = { x, y };
    }
    return parts;
  }

  const drawable = (mu) => mu.curve(1e-5).filter(({ x }) => x > Math.log(DOMAIN[0]) && x < Math.log(DOMAIN[1]));
  const line = (mu) => drawable(mu).map(({ x, y }) => ({ or: Math.exp(x), y }));

  // The prior's density, brought to the height of its integral over the nodes.
  function priorCurve(state) {
    const [low, high] = DOMAIN.map(Math.log);
    return Array.from({ length: 121 }, (_, i) => {
      const x = low + ((high - low) * i) / 120;
      return { or: Math.exp(x), y: Math.exp(BayesIvig.muDensity(x, state)) };
    });
  }

  function forestRows(asked, found) {
    const { from, kept, surface } = asked;
    const rows = names().map((name, i) => {
      const one = kept.includes(i) && surface.place[i] >= 0 ? found.study(i) : null;
      return { name, number: i, kept: kept.includes(i), observed: observed(from, i), posterior: one && limits(one) };
    });
    rows.push({ name: "Pooled", number: -1, kept: true, observed: null, posterior: limits(found.mu) });
    if (found.tau) rows.push({ name: "A new trial", number: -1, kept: true, observed: null, posterior: limits(found.next()) });
    return rows;
  }

  function observed(from, i) {
    const own = added[i - from.studies.length];
    if (!own) return from.observed[i];
    if (!BayesIvigCurves.says(own.counts, { name: "normal" })) return null;
    const [y, s] = BayesIvigCurves.estimate(own.counts);
    return [y, y - 1.959964 * s, y + 1.959964 * s].map(Math.exp);
  }

  // What the charts show, for those who cannot see them.
  function densityLabel({ state }, mu) {
    const odds = limits(mu);
    return `Posterior density of the pooled odds ratio: median ${ratio(odds[0])}, 95% credible interval ${between(odds)}, `
      + `probability above 1 ${chance(1 - mu.below(0))}. Prior: ${priorWords(state)}.`;
  }

  function forestLabel(rows) {
    const words = (row) => [
      row.observed && `observed ${estimate(row.observed)}`, row.posterior && `posterior ${estimate(row.posterior)}`, !row.kept && "left out",
    ].filter(Boolean).join(", ");
    return `Odds ratios with 95% intervals. ${rows.map((row) => `${row.name}: ${words(row) || "not estimable"}`).join("; ")}.`;
  }

  function fillTable(rows) {
    const cells = (row) => [
      row.name,
      row.observed ? estimate(row.observed) : row.number < 0 ? "" : "not estimable",
      row.posterior ? estimate(row.posterior) : row.number < 0 || row.kept ? "says nothing here" : "left out",
    ];
    byId("explorer-rows").replaceChildren(
      ...rows.map((row) => {
        const made = document.createElement("tr");
        made.className = row.kept ? "" : "out";
        cells(row).forEach((text, i) => {
          const cell = document.createElement(i === 0 ? "th" : "td");
          if (i === 0) cell.scope = "row";
          cell.className = i === 0 ? "text" : "number";
          cell.textContent = text;
          made.append(cell);
        });
        return made;
      }),
    );
  }

  // --- together ------------------------------------------------------------------------------------------------------------------

  function problem(text) {
    byId("explorer-problem").hidden = !text;
    byId("explorer-problem").textContent = text;
  }

  function refresh() {
    waiting = false;
    const state = stated();
    label();
    problem(state.problem ?? "");
    if (state.problem) return;
    nameChoices(state);
    const address = BayesIvigState.toAddress(state, data);
    byId("explore").classList.toggle("untouched", address === initial); // then it is not printed: the report has that answer
    const asked = question(state);
    if (!asked.surface) problem("These trials are so precise, and so far apart, that they need more room than this page has; the command has it.");
    const empty = asked.informative.length === 0;
    byId("explorer-empty").hidden = !empty || !asked.surface;
    byId("explorer-answer").hidden = empty;
    put({ link: location.href.split("#")[0] + address, command: BayesIvigState.command(state, data) });
    put({ python: BayesIvigState.python(state, data) });
    if (empty) return;
    const found = BayesIvig.posterior(asked.surface, asked.informative, state);
    say(asked, found);
    const rows = forestRows(asked, found);
    fillTable(rows);
    const without = before(asked);
    BayesIvigCharts.density(byId("explorer-density"), {
      parts: curve(asked, found.mu), prior: priorCurve(state), before: without ? line(without.mu) : [], label: densityLabel(asked, found.mu),
    });
    const toggle = (number) => boxes()[number].click();
    BayesIvigCharts.forest(byId("explorer-forest"), { rows, label: forestLabel(rows), toggle, boxOf: (number) => boxes()[number].id });
  }

  function changed() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(refresh);
  }

  function remember() {
    const state = stated();
    if (!state.problem) history.replaceState(null, "", BayesIvigState.toAddress(state, data));
  }

  // Takes the address if it is of this part of the page: all of it, or nothing and a message.
  function fromAddress() {
    const found = BayesIvigState.fromAddress(location.hash, data);
    byId("explorer-refused").hidden = !found?.problem;
    byId("explorer-refused").textContent = found?.problem ?? "";
    if (found?.state) show(found.state);
    return Boolean(found);
  }

  // --- what a change of a control does -----------------------------------------------------------------------------------------------

  const CHANGES = {
    outcome: () => {
      const number = Number(fields.outcome.value);
      const found = stated();
      show({ ...startOf(number), ...(found.problem ? {} : priorOf(found)) });
    },
    family: () => ({ value: family } = fields.family),
    set: () => {
      const set = outcome().sets[Number(fields.set.value)];
      const first = outcome().studies.length;
      if (set) boxes().forEach((box, i) => (box.checked = i < first ? set.studies.includes(i) : box.checked));
    },
    muPreset: () => setPrior(outcome().presets.mu[Number(fields.muPreset.value)] ?? {}),
    tauPreset: () => setPrior(outcome().presets.tau[Number(fields.tauPreset.value)] ?? {}),
  };
  for (const name of SLIDERS) {
    CHANGES[`${name}Slider`] = () => (fields[name].value = String(Number(Math.exp(Number(fields[`${name}Slider`].value)).toPrecision(3))));
  }

  // What of a state goes with the reader to another outcome: the prior, but for that on tau where there is none.
  function priorOf({ muFamily, mean, sd, df, scale, shape }) {
    return { muFamily, mean, sd, df, shape, scale, family: outcome().summary ? "common" : family };
  }

  function add() {
    const counts = ["newR1", "newN1", "newR0", "newN0"].map((name) => (fields[name].value === "" ? NaN : Number(fields[name].value)));
    const trial = { name: fields.newName.value.trim(), counts };
    const most = BayesIvigState.MOST_ADDED;
    const wrong = added.length >= most ? `No more than ${most} trials can be added` : BayesIvigState.trialProblem(trial, names());
    put({ "add-problem": wrong && `${wrong[0].toUpperCase()}${wrong.slice(1)}.` });
    if (wrong) return;
    withAdded([...added, trial], [...boxes().map((box) => box.checked), true]);
    for (const name of ["newName", "newR1", "newN1", "newR0", "newN0"]) fields[name].value = "";
  }

  function withAdded(trials, kept) {
    added = trials;
    byId("explorer-trials").replaceChildren(...names().map(trialLabel));
    boxes().forEach((box, i) => (box.checked = kept[i]));
    byId("explorer-remove").hidden = !added.length;
    remember();
    changed();
  }

  async function copy(button) {
    const text = byId(button.dataset.copies).textContent;
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    put({ copied: done ? "Copied." : "The browser did not let the page copy; the text is selected." });
    if (!done) getSelection().selectAllChildren(byId(button.dataset.copies));
  }

  fillSelect(fields.outcome, data.outcomes.map((found) => found.title));
  show(startOf(0));
  initial = BayesIvigState.toAddress(stated(), data);
  fromAddress();
  form.addEventListener("input", (event) => {
    if (event.target.name.startsWith("new")) return;
    CHANGES[event.target.name]?.();
    changed();
  });
  form.addEventListener("change", (event) => {
    if (!event.target.name.startsWith("new")) remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("explorer-add-button").addEventListener("click", add);
  byId("explorer-remove").addEventListener("click", () => withAdded([], boxes().slice(0, outcome().studies.length).map((box) => box.checked)));
  for (const button of byId("explore").querySelectorAll("[data-copies]")) button.addEventListener("click", () => copy(button));
  byId("explorer-reset").addEventListener("click", () => {
    show(startOf(0));
    remember();
    changed();
  });
  window.addEventListener("hashchange", () => fromAddress() && changed());
  byId("explore").hidden = false;
  refresh();
  new ResizeObserver(changed).observe(form); // the charts are as wide as the page
  if (location.hash.startsWith("#explore?")) byId("explore").scrollIntoView();
})();
