// What a trial's counts say of its log odds ratio: log likelihood curves on given nodes, up to constants, as the package has
// them (formulas/likelihood.py), and their averages over normal distributions of trials' effects.
const BayesIvigCurves = (() => {
  "use strict";

  const NODES = 65; // of the integral over the baseline
  const REACH = { normal: 40, logistic: 40, student_t: 1e4 }; // local SDs to either side of its mode
  const SPREAD = { normal: 1, logistic: 1.7, student_t: 1.3 }; // of a baseline prior, in its scales
  const IN_FULL = 400; // hypergeometric supports up to this size are summed term by term
  const WINDOW = 52; // terms to either side of the mode of longer ones, a quarter of an SD apart
  const FINER = 4; // nodes of the curves for one of mu
  const LEAST = 1e-250; // sums that are smaller have lost their digits
  const FAR = 38; // SDs beyond which a normal density is 0 as a number
  const PULL = 3; // nodes by which a curve may pull a narrow normal before it is no longer expanded
  const LITTLE = 0.5; // squared width over squared scale of a curve up to which it is

  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  const expit = (z) => 1 / (1 + Math.exp(-z));

  const LANCZOS = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  function logFactorial(n) {
    let sum = LANCZOS[0];
    for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (n + i);
    const t = n + 7.5;
    return 0.5 * Math.log(2 * Math.PI) + (n + 0.5) * Math.log(t) - t + Math.log(sum);
  }
  const logChoose = (n, r) => logFactorial(n) - logFactorial(r) - logFactorial(n - r);

  const DENSITIES = { // logs up to constants, of the distance from the centre in scales
    normal: (z) => -0.5 * z * z,
    logistic: (z) => -Math.abs(z) - 2 * Math.log1p(Math.exp(-Math.abs(z))),
    student_t: (z, df) => -0.5 * (df + 1) * Math.log1p((z * z) / df),
  };

  // Control log odds under which so many events are expected in both arms together (likelihood.expecting).
  function expecting(all, n1, n0, theta) {
    const half = Math.min(0.5, (n1 + n0) / 2);
    const events = Math.min(Math.max(all, half), n1 + n0 - half);
    const odds = Math.exp(Math.min(Math.max(theta, -300), 300));
    const [a, b] = [odds * (n1 + n0 - events), n0 - events + (n1 - events) * odds];
    const root = Math.abs(b) + Math.sqrt(b * b + 4 * a * events);
    return b > 0 ? Math.log(2 * events) - Math.log(root) : Math.log(root) - Math.log(2 * a);
  }

  // Mode and local SD of the integrand in the baseline: Newton's steps, kept inside a bracket.
  function baselineMode([r1, n1, r0, n0], theta, share, centre, spread) {
    const [shift0, shift1] = [-share * theta, (1 - share) * theta];
    const precision = spread ** -2;
    let at = expecting(r1 + r0, n1, n0, theta) - shift0;
    const slack = 3 + REACH.normal * spread + spread ** 2;
    let [low, high] = [Math.min(at, centre) - slack, Math.max(at, centre) + slack];
    const bend = (x) => {
      const [p0, p1] = [expit(x + shift0), expit(x + shift1)];
      return n0 * p0 * (1 - p0) + n1 * p1 * (1 - p1);
    };
    const weight = bend(at);
    at = (weight * at + precision * centre) / (weight + precision);
    let curvature = 1;
    for (let i = 0; i < 60; i++) {
      const slope = r0 - n0 * expit(at + shift0) + r1 - n1 * expit(at + shift1) - precision * (at - centre);
      curvature = bend(at) + precision;
      if (slope > 0) low = at;
      else high = at;
      const step = slope / curvature;
      at = at + step >= low && at + step <= high ? at + step : (low + high) / 2;
      if (step * step * curvature < 1e-2) break;
    }
    return [at, 1 / Math.sqrt(curvature)];
  }

  // Both arms binomial, the baseline integrated against one part of its prior {family, centre, scale, df, weight}.
  function binomialPart(counts, theta, share, part) {
    const [r1, n1, r0, n0] = counts;
    const limit = Math.asinh(REACH[part.family]);
    const step = (2 * limit) / (NODES - 1);
    const spread = SPREAD[part.family] * part.scale;
    const terms = new Float64Array(NODES);
    return theta.map((effect) => {
      const [mode, sd] = baselineMode(counts, effect, share, part.centre, spread);
      let most = -Infinity;
      for (let i = 0; i < NODES; i++) {
        const u = i * step - limit;
        const alpha = mode + sd * Math.sinh(u);
        const [low, high] = [alpha - share * effect, alpha + (1 - share) * effect];
        const prior = DENSITIES[part.family]((alpha - part.centre) / part.scale, part.df);
        terms[i] = prior + Math.log(Math.cosh(u)) + r0 * low - n0 * softplus(low) + r1 * high - n1 * softplus(high);
        if (terms[i] > most) most = terms[i];
      }
      let sum = 0;
      for (const term of terms) sum += Math.exp(term - most);
      return most + Math.log(sum * sd * step);
    });
  }

  // The parts of a mixture need their constants; of one part these do not matter.
  const studentConstant = (df) => logFactorial((df + 1) / 2 - 1) - logFactorial(df / 2 - 1) - 0.5 * Math.log(df * Math.PI);
  const CONSTANTS = { normal: () => -0.5 * Math.log(2 * Math.PI), logistic: () => 0, student_t: studentConstant };
  function binomial(counts, theta, { share, alpha }) {
    const curves = alpha.map((part) => {
      const constant = Math.log(part.weight) + CONSTANTS[part.family](part.df) - Math.log(part.scale);
      return binomialPart(counts, theta, share, part).map((log) => log + constant);
    });
    return curves[0].map((_, i) => {
      const most = Math.max(...curves.map((curve) => curve[i]));
      return most + Math.log(curves.reduce((sum, curve) => sum + Math.exp(curve[i] - most), 0));
    });
  }

  // Fisher's noncentral hypergeometric distribution: the events of one arm given those of both.
  function hypergeometric([r1, n1, r0, n0], theta) {
    const total = r1 + r0;
    const [lowest, highest] = [Math.max(0, total - n0), Math.min(n1, total)];
    const term = (x) => logChoose(n1, x) + logChoose(n0, total - x);
    const full = highest - lowest <= IN_FULL;
    const known = full ? Array.from({ length: highest - lowest + 1 }, (_, i) => term(lowest + i)) : [];
    return theta.map((effect) => {
      const own = term(r1) + effect * r1;
      const logs = full ? known.map((log, i) => log + effect * (lowest + i)) : windowed(effect);
      const most = logs.reduce((a, b) => Math.max(a, b));
      return own - most - Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
    });

    function windowed(effect) { // every s-th term around the mode, which solves a quadratic (Liao & Rosen 2001)
      const odds = Math.exp(Math.min(Math.max(effect, -300), 300));
      const [a, b, c] = [odds - 1, -((n1 + total) * odds + n0 - total), n1 * total * odds];
      const root = Math.sqrt(Math.max(b * b - 4 * a * c, 0));
      const solved = b > 0 ? -(b + root) / (2 * a) : (2 * c) / (root - b);
      const mode = Math.min(Math.max(solved, lowest), highest);
      const parts = [mode, n1 - mode, total - mode, n0 - total + mode];
      const information = parts.reduce((sum, part) => sum + 1 / (part + 0.5), 0);
      const stride = Math.max(1, Math.floor(1 / Math.sqrt(information) / 4));
      const logs = [];
      for (let i = -WINDOW; i <= WINDOW; i++) {
        const x = Math.round(mode) + stride * i;
        if (x >= lowest && x <= highest) logs.push(term(x) + effect * x + Math.log(stride));
      }
      return logs;
    }
  }

  // The log odds ratio with its standard error, 0.5 added to every cell of a trial that has a zero cell.
  function estimate([r1, n1, r0, n0]) {
    const cells = [r1, n1 - r1, r0, n0 - r0];
    const added = cells.some((cell) => cell === 0) ? 0.5 : 0;
    const [a, b, c, d] = cells.map((cell) => cell + added);
    return [Math.log((a * d) / (b * c)), Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)];
  }
  const normal = ([y, s], theta) => theta.map((effect) => -0.5 * ((y - effect) / s) ** 2);

  // The curve of a trial under a likelihood; null where it says nothing there. A trial is four counts, or {estimate}.
  function curve(trial, likelihood, theta) {
    if (!says(trial, likelihood)) return null;
    if (likelihood.name === "binomial") return binomial(trial, theta, likelihood);
    if (likelihood.name === "hypergeometric") return hypergeometric(trial, theta);
    return normal(trial.estimate ?? estimate(trial), theta);
  }

  // Whether a trial enters a likelihood: an empty arm never does, none or only events do where a baseline prior is.
  function says(trial, likelihood) {
    if (trial.estimate) return true;
    const [r1, n1, r0, n0] = trial;
    return n1 > 0 && n0 > 0 && (likelihood.name === "binomial" || (r1 + r0 > 0 && r1 + r0 < n1 + n0));
  }

  // Log of the probability that a standard normal lies above z, to seven figures (Press et al. 2007, section 6.2.2).
  function above(z) {
    const x = Math.abs(z) / Math.SQRT2;
    const t = 1 / (1 + 0.5 * x);
    const poly = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223];
    const tail = 0.5 * t * Math.exp(-x * x + poly.reduce((sum, factor) => sum * t + factor, 0));
    return z > 0 ? tail : 1 - tail;
  }

  // Log curves averaged over Normal(mu, tau^2): blocks (mu, tau + 1), the last column the curve itself at mu.
  // `theta` has FINER nodes for one of `mu`. Three ways by tau in steps of mu there, as in engines/grid/smoothing.py.
  function surfaces(curves, mu, theta, tau) {
    const width = tau.size + 1;
    const logs = curves.map(() => new Float64Array(mu.size * width));
    const tops = curves.map((one) => one.reduce((a, b) => Math.max(a, b)));
    const shares = curves.map((one, k) => Float64Array.from(one, (log) => Math.exp(log - tops[k])));
    const kernel = new Float64Array(theta.size);
    for (let m = 0; m < mu.size; m++) {
      const spacing = mu.slope(mu.uAt(m)) * mu.step;
      curves.forEach((one, k) => (logs[k][m * width + tau.size] = one[m * FINER] - tops[k]));
      for (let t = 0; t < tau.size; t++) {
        const narrow = tau.x[t] < spacing / FINER;
        const stride = tau.x[t] >= spacing ? FINER : 1;
        const ends = narrow ? null : weigh(kernel, mu.x[m], tau.x[t], theta, stride);
        curves.forEach((one, k) => {
          const value = narrow ? expanded(one, m * FINER, theta, tau.x[t]) : summed(shares[k], ends);
          logs[k][m * width + t] = Number.isFinite(value) ? value - (narrow ? tops[k] : 0) : largest(one, mu.x[m], tau.x[t]) - tops[k];
        });
      }
    }
    return logs;

    function summed(share, { first, last, stride, left, right }) {
      let sum = left * share[0] + right * share[theta.size - 1];
      for (let j = first; j <= last; j += stride) sum += kernel[j] * share[j];
      return sum > LEAST ? Math.log(sum) : NaN;
    }

    // The largest term in the place of a sum: close enough so far from where a curve has its mass.
    function largest(one, at, sd) {
      let most = -Infinity;
      for (let j = 0; j < theta.size; j++) most = Math.max(most, one[j] - 0.5 * ((theta.x[j] - at) / sd) ** 2);
      return most;
    }
  }

  // Trapezoid weights of Normal(at, sd^2) on every stride-th node of theta, and what of it lies beyond the nodes.
  function weigh(kernel, at, sd, theta, stride) {
    const position = (x) => Math.min(Math.max(theta.positionOf(x) / stride, 0), (theta.size - 1) / stride);
    const first = Math.ceil(position(at - FAR * sd)) * stride;
    const last = Math.floor(position(at + FAR * sd)) * stride;
    const scale = (stride * theta.step) / (sd * Math.sqrt(2 * Math.PI));
    for (let j = first; j <= last; j += stride) kernel[j] = scale * theta.stretch[j] * Math.exp(-0.5 * ((theta.x[j] - at) / sd) ** 2);
    for (const end of [0, theta.size - 1]) if (first <= end && end <= last) kernel[end] /= 2;
    const [left, right] = [above((at - theta.x[0]) / sd), above((theta.x[theta.size - 1] - at) / sd)];
    return { first, last, stride, left, right };
  }

  // A curve smoothed by a normal much narrower than it bends: expanded to second order, the integral is closed.
  // Not a number where the curve bends too much for that, or pulls the normal too far.
  function expanded(one, i, theta, sd) {
    const j = Math.min(Math.max(i, 2), theta.size - 3);
    const rise = (8 * (one[j + 1] - one[j - 1]) - (one[j + 2] - one[j - 2])) / 12;
    const bend = (16 * (one[j + 1] + one[j - 1]) - (one[j + 2] + one[j - 2]) - 30 * one[j]) / 12;
    const slope = theta.stretch[j] * theta.step; // x per node
    const first = rise / slope;
    const second = (bend - rise * theta.bend[j] * theta.step) / slope ** 2;
    const variance = sd * sd;
    const shrink = 1 - variance * second;
    if (!(Math.abs(shrink - 1) < LITTLE) || !(variance * Math.abs(first) < PULL * slope)) return NaN;
    return one[i] + (0.5 * variance * first * first) / shrink - 0.5 * Math.log(shrink);
  }

  return { FINER, curve, estimate, says, surfaces, studentConstant };
})();
