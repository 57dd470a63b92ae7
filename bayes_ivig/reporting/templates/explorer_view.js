// The controls of the interactive part: reads them, asks BayesIvig for the posterior, shows it in words, numbers and charts.
(() => {
  "use strict";

  const { DOMAIN } = BayesIvigCharts; // odds ratios
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("explorer-data").textContent);
  const form = byId("explorer-form");
  const outcomes = data.outcomes.map(() => null); // unpacked when first asked for
  const LETTERS = { outcome: "o", likelihood: "l", mean: "m", sd: "s", family: "f", scale: "t", threshold: "x" };
  let waiting = false;

  // --- the question, as the controls state it -----------------------------------------------------------------------------

  const unpacked = (number) => (outcomes[number] ??= BayesIvig.outcome(data.outcomes[number]));
  const current = () => unpacked(Number(form.elements.outcome.value));
  const boxes = () => [...byId("explorer-trials").querySelectorAll("input")];

  function question() {
    const fields = form.elements;
    const from = current();
    const table = from.tables[Number(fields.likelihood.value)];
    const kept = boxes().flatMap((box, i) => (box.checked ? [i] : []));
    const prior = {
      mean: Number(fields.mean.value),
      sd: Math.exp(Number(fields.sd.value)),
      family: fields.family.value,
      scale: Math.exp(Number(fields.scale.value)),
    };
    return { from, table, kept, informative: kept.filter((i) => table.place[i] >= 0), prior, threshold: Math.exp(Number(fields.threshold.value)) };
  }

  function fillSelect(select, labels) {
    select.replaceChildren(...labels.map((label, i) => new Option(label, String(i))));
  }

  function chooseOutcome() {
    const from = current();
    fillSelect(form.elements.likelihood, from.tables.map((table) => table.label));
    fillSelect(form.elements.set, [...from.sets.map((set) => set.label), "my own choice"]);
    byId("explorer-trials").replaceChildren(
      ...from.studies.map((name, i) => {
        const label = document.createElement("label");
        const box = document.createElement("input");
        box.type = "checkbox";
        box.value = String(i);
        box.id = `explorer-trial-${i}`;
        label.append(box, " ", name);
        return label;
      }),
    );
    form.elements.set.value = "0";
    form.elements.threshold.value = String(Math.log(from.threshold));
    chooseSet();
  }

  function chooseSet() {
    const set = current().sets[Number(form.elements.set.value)];
    if (set) boxes().forEach((box, i) => (box.checked = set.studies.includes(i)));
  }

  // Which named set the ticks are: found again after every change, so that the name never lies.
  function nameTheSet() {
    const kept = boxes().flatMap((box, i) => (box.checked ? [i] : []));
    const sets = current().sets;
    const found = sets.findIndex((set) => set.studies.length === kept.length && set.studies.every((i) => kept.includes(i)));
    form.elements.set.value = String(found < 0 ? sets.length : found);
  }

  // --- the address: #explore?o=..., so that a reader can send a prior ----------------------------------------------------------

  function toAddress() {
    const parts = new URLSearchParams();
    for (const [name, letter] of Object.entries(LETTERS)) {
      const value = form.elements[name].value;
      parts.set(letter, ["mean", "sd", "scale", "threshold"].includes(name) ? String(Number(Number(value).toFixed(4))) : value);
    }
    parts.set("k", boxes().map((box) => (box.checked ? "1" : "0")).join(""));
    return `#explore?${parts}`;
  }

  function fromAddress() {
    if (!location.hash.startsWith("#explore?")) return false;
    const parts = new URLSearchParams(location.hash.slice("#explore?".length));
    const set = (name) => {
      const value = parts.get(LETTERS[name]);
      const field = form.elements[name];
      if (value === null) return;
      if (field.options ? [...field.options].some((option) => option.value === value) : Number.isFinite(Number(value))) field.value = value;
    };
    set("outcome");
    chooseOutcome();
    for (const name of Object.keys(LETTERS)) if (name !== "outcome") set(name);
    const kept = parts.get("k") ?? "";
    if (kept.length === boxes().length) boxes().forEach((box, i) => (box.checked = kept[i] === "1"));
    return true;
  }

  // --- words and numbers ------------------------------------------------------------------------------------------------------

  // As the rest of the page rounds ratios and probabilities.
  function ratio(value) {
    if (value >= 999.5) return "> 999";
    if (value < 0.0005) return "< 0.001";
    return value.toFixed(value >= 99.995 ? 0 : value >= 0.00995 ? 2 : 3);
  }

  const chance = (p) => (p > 0.9995 ? "> 0.999" : p < 0.0005 ? "< 0.001" : p.toFixed(3));
  const limits = (density) => [0.5, 0.025, 0.975].map((p) => Math.exp(density.quantile(p)));
  const between = ([, lower, upper]) => `${ratio(lower)} to ${ratio(upper)}`;

  function priorWords({ mean, sd, family, scale }) {
    const names = { half_normal: "half-normal", half_cauchy: "half-Cauchy", exponential: "exponential with mean", log_normal: "log-normal with median" };
    const effect = `log odds ratio normal with mean ${mean.toFixed(2)} and SD ${sd.toFixed(2)}`;
    if (family === "common") return `${effect}; one common effect, no heterogeneity`;
    const spread = ["half_normal", "half_cauchy"].includes(family) ? `${names[family]} of scale` : names[family];
    return `${effect}; tau ${spread} ${scale.toFixed(2)}`;
  }

  // Trials that can tell the arms apart: not those in which nobody, or everybody, had the event, which a binomial likelihood keeps.
  function telling({ from, informative }) {
    return informative.filter((i) => !from.silent.includes(i)).length;
  }

  // How many trials take part, and how many of those chosen can tell the arms apart.
  function trialWords(asked) {
    const some = asked.kept.length === 1 ? "1 trial" : `${asked.kept.length} trials`;
    const count = telling(asked);
    return asked.kept.length === count ? some : `${some}, ${count} of them informative`;
  }

  function masses(mu, threshold) {
    const below = mu.below(-Math.log(threshold));
    const notAbove = mu.below(Math.log(threshold));
    return [below, notAbove - below, 1 - notAbove];
  }

  function say(asked, found) {
    const { from, table, prior, threshold } = asked;
    const odds = limits(found.mu);
    const parts = masses(found.mu, threshold);
    const above = 1 - found.mu.below(0);
    const good = from.event === "bad" ? "below" : "above";
    byId("explorer-or").textContent = ratio(odds[0]);
    byId("explorer-interval").textContent = between(odds);
    byId("explorer-above").textContent = chance(above);
    byId("explorer-tau").textContent = found.tau ? found.tau.quantile(0.5).toFixed(2) : "0";
    const inverse = ratio(1 / threshold);
    const names = [`below ${inverse}`, `${inverse} to ${ratio(threshold)}`, `above ${ratio(threshold)}`];
    ["below", "inside", "beyond"].forEach((part, i) => {
      byId(`explorer-${part}`).textContent = chance(parts[i]);
      byId(`explorer-${part}-name`).textContent = names[i];
    });
    byId("explorer-direction").textContent = from.event ? `Here an odds ratio ${good} 1 favours ${from.arms[0]}.` : "";
    const blue = from.event === "bad" ? 0 : 2;
    const better = from.event ? `, better with ${from.arms[0]} by more than the smallest difference that matters` : "";
    const worse = from.event ? ", worse by as much" : "";
    byId("explorer-colours").textContent = `blue where it is ${names[blue]}${better}; grey where it is ${names[2 - blue]}${worse}; palest in between`;
    const right = from.event === "bad" ? 1 : 0;
    byId("explorer-left").textContent = from.event ? `\u2190 favours ${from.arms[1 - right]}` : "";
    byId("explorer-right").textContent = from.event ? `favours ${from.arms[right]} \u2192` : "";
    byId("explorer-model").textContent = `${from.title}, ${trialWords(asked)}; likelihood ${table.label}; ${priorWords(prior)}.`;
    byId("explorer-nothing").hidden = telling(asked) > 0;
    byId("explorer-beyond-grid").hidden = !(found.beyond > 1e-3);
  }

  // --- charts -----------------------------------------------------------------------------------------------------------------

  // Density per unit of the log odds ratio, for drawing on a log axis, in the parts that the smallest difference makes.
  function curve(asked, mu) {
    const edge = Math.log(asked.threshold);
    const part = (x) => (x < -edge ? 0 : x <= edge ? 1 : 2);
    const bad = asked.from.event === "bad";
    const colours = [bad ? "var(--soft)" : "var(--line)", "var(--faint)", bad ? "var(--line)" : "var(--soft)"];
    const parts = colours.map((colour) => ({ colour, points: [] }));
    let before = null;
    for (const { x, y } of mu.curve(1e-5)) {
      if (x <= Math.log(DOMAIN[0]) || x >= Math.log(DOMAIN[1])) continue;
      for (let crossed = before ? part(before.x) : part(x); crossed < part(x); crossed++) {
        const at = crossed === 0 ? -edge : edge;
        const height = before.y + ((y - before.y) * (at - before.x)) / (x - before.x);
        for (const which of [crossed, crossed + 1]) parts[which].points.push({ or: Math.exp(at), y: height });
      }
      parts[part(x)].points.push({ or: Math.exp(x), y });
      before = { x, y };
    }
    return parts;
  }

  function priorCurve({ mean, sd }) {
    const [low, high] = DOMAIN.map(Math.log);
    return Array.from({ length: 121 }, (_, i) => {
      const x = low + ((high - low) * i) / 120;
      return { or: Math.exp(x), y: Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI)) };
    });
  }

  function forestRows(asked, found) {
    const { from, table, kept } = asked;
    const rows = from.studies.map((name, i) => {
      const one = kept.includes(i) && table.place[i] >= 0 ? found.study(i) : null;
      return { name, number: i, kept: kept.includes(i), observed: from.observed[i], posterior: one && limits(one) };
    });
    rows.push({ name: "Pooled", number: -1, kept: true, observed: null, posterior: limits(found.mu) });
    if (found.tau) rows.push({ name: "A new trial", number: -1, kept: true, observed: null, posterior: limits(found.next()) });
    return rows;
  }

  const estimate = (three) => `${ratio(three[0])} (${between(three)})`;

  // What the charts show, for those who cannot see them.
  function densityLabel(asked, mu) {
    const odds = limits(mu);
    return `Posterior density of the pooled odds ratio: median ${ratio(odds[0])}, 95% credible interval ${between(odds)}, `
      + `probability above 1 ${chance(1 - mu.below(0))}. Prior: ${priorWords(asked.prior)}.`;
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
        const line = document.createElement("tr");
        line.className = row.kept ? "" : "out";
        cells(row).forEach((text, i) => {
          const cell = document.createElement(i === 0 ? "th" : "td");
          if (i === 0) cell.scope = "row";
          cell.className = i === 0 ? "text" : "number";
          cell.textContent = text;
          line.append(cell);
        });
        return line;
      }),
    );
  }

  // --- together -----------------------------------------------------------------------------------------------------------------

  function labels() {
    const fields = form.elements;
    byId("explorer-mean-value").textContent = ratio(Math.exp(Number(fields.mean.value)));
    byId("explorer-sd-value").textContent = Math.exp(Number(fields.sd.value)).toFixed(2);
    byId("explorer-scale-value").textContent = Math.exp(Number(fields.scale.value)).toFixed(2);
    byId("explorer-threshold-value").textContent = ratio(Math.exp(Number(fields.threshold.value)));
    for (const name of ["mean", "sd", "scale", "threshold"]) {
      fields[name].setAttribute("aria-valuetext", byId(`explorer-${name}-value`).textContent);
    }
    fields.scale.disabled = fields.family.value === "common";
  }

  function refresh() {
    waiting = false;
    labels();
    nameTheSet();
    const asked = question();
    const empty = asked.informative.length === 0;
    byId("explorer-empty").hidden = !empty;
    byId("explorer-answer").hidden = empty;
    if (empty) return;
    const found = BayesIvig.posterior(asked.from, asked.table, asked.informative, asked.prior);
    say(asked, found);
    const rows = forestRows(asked, found);
    fillTable(rows);
    const parts = curve(asked, found.mu);
    BayesIvigCharts.density(byId("explorer-density"), { parts, prior: priorCurve(asked.prior), label: densityLabel(asked, found.mu) });
    const toggle = (number) => boxes()[number].click();
    BayesIvigCharts.forest(byId("explorer-forest"), { rows, label: forestLabel(rows), toggle, boxOf: (number) => boxes()[number].id });
  }

  function changed() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(refresh);
  }

  function start() {
    form.elements.mean.value = String(data.start.mean);
    form.elements.sd.value = String(Math.log(data.start.sd));
    form.elements.family.value = data.start.family;
    form.elements.scale.value = String(Math.log(data.start.scale));
    form.elements.outcome.value = "0";
    chooseOutcome();
  }

  fillSelect(form.elements.outcome, data.outcomes.map((found) => found.title));
  start();
  fromAddress();
  form.addEventListener("input", (event) => {
    if (event.target === form.elements.outcome) chooseOutcome();
    if (event.target === form.elements.set) chooseSet();
    changed();
  });
  form.addEventListener("change", () => history.replaceState(null, "", toAddress()));
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("explorer-reset").addEventListener("click", () => {
    start();
    history.replaceState(null, "", toAddress());
    changed();
  });
  window.addEventListener("hashchange", () => fromAddress() && changed());
  byId("explore").hidden = false;
  refresh();
  new ResizeObserver(changed).observe(form); // the charts are as wide as the page
  if (location.hash.startsWith("#explore?")) byId("explore").scrollIntoView();
})();
