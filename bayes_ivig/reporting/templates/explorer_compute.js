// Posteriors from the trials' likelihood surfaces: sums over the nodes of mu and tau.
// Effects are log odds ratios throughout; only the page's words and charts turn them into odds ratios.
const BayesIvig = (() => {
  "use strict";

  const FINER = 8; // nodes of a finished density per node of its axis
  const POINTS = 8; // of the interpolating polynomial
  const FLOOR = -700; // log of the smallest density kept, relative to the mode
  const STEP = 0.45; // of mu, per SD of the narrowest posterior there
  const MU_REACH = 60; // beyond the outermost estimate
  const WIDEST = 0.1; // step of mu in u
  const MOST_NODES = 800; // of mu: trials so precise and so far apart are not for a page
  const NARROW = 0.5; // SD of a prior on mu below which nodes are laid for it
  const TAU = { centre: -3, scale: 2.25, step: 0.08, unit: 0.4, least: 1e-8, most: 3000 };

  // u runs in equal steps and x = centre + scale sinh(u): dense in the middle, far-reaching at the ends.
  function muAxis({ centre, scale, start, step, size }) {
    const on = { size, step };
    on.uAt = (position) => start + step * position;
    on.xOf = (u) => centre + scale * Math.sinh(u);
    on.slope = (u) => scale * Math.cosh(u);
    on.positionOf = (x) => (Math.asinh((x - centre) / scale) - start) / step;
    on.finer = (times) => muAxis({ centre, scale, start, step: step / times, size: (size - 1) * times + 1 });
    return withNodes(on);
  }

  // The same on the positive half line: x = unit log(1 + exp(inner)), even steps in the bulk and equal ratios towards 0.
  function tauAxis() {
    const { centre, scale, step, unit } = TAU;
    const uOf = (x) => Math.asinh((x / unit + Math.log(-Math.expm1(-x / unit)) - centre) / scale);
    const start = uOf(TAU.least);
    const on = { step, size: Math.ceil((uOf(TAU.most) - start) / step) + 1 };
    const inner = (u) => centre + scale * Math.sinh(u);
    on.uAt = (position) => start + step * position;
    on.xOf = (u) => unit * (inner(u) > 30 ? inner(u) : Math.log1p(Math.exp(inner(u))));
    on.slope = (u) => (scale * Math.cosh(u) * unit) / (1 + Math.exp(-inner(u)));
    on.positionOf = (x) => (uOf(x) - start) / step;
    return withNodes(on);
  }

  function withNodes(on) {
    const at = (found) => Float64Array.from({ length: on.size }, (_, i) => found(on.uAt(i)));
    on.x = at(on.xOf);
    on.stretch = at(on.slope);
    on.bend = at(Math.tanh); // derivative of log(slope) in u, of an axis of mu
    on.logWeight = on.stretch.map((slope) => Math.log(slope * on.step));
    return on;
  }

  // The shortest axis whose step at each place is at most the one needed there.
  function shortest(places, steps, reach) {
    const narrowest = places[steps.indexOf(Math.min(...steps))];
    let best = null;
    for (const centre of [0, narrowest]) {
      for (let scale = 0.02; scale < 8; scale *= 1.166) {
        const step = Math.min(WIDEST, ...places.map((place, i) => steps[i] / Math.hypot(scale, place - centre)));
        const [start, end] = [-reach, reach].map((limit) => Math.asinh((limit - centre) / scale));
        const size = Math.ceil((end - start) / step) + 1;
        if (!best || size < best.size) best = { centre, scale, start, step, size };
      }
    }
    return best;
  }

  // Nodes of mu that resolve the posterior of all trials, that of each trial alone, and a narrow prior.
  function planned(estimates, narrow) {
    const precision = estimates.reduce((sum, [, s]) => sum + s ** -2, 0);
    const pooled = estimates.reduce((sum, [y, s]) => sum + y * s ** -2, 0) / precision;
    const known = [...estimates, [pooled, precision ** -0.5], [-1, NARROW], [1, NARROW], ...narrow];
    const reach = MU_REACH + Math.max(...known.map(([y]) => Math.abs(y)));
    return shortest(known.map(([y]) => y), known.map(([, s]) => STEP * s), reach);
  }

  const narrowed = ({ mean, sd }) => (sd < NARROW ? [[mean, sd]] : []);

  // Whether a prior asks for other nodes than the usual ones: then surfaces hold for this prior alone.
  const layoutOf = (prior) => JSON.stringify(narrowed(prior));

  // What the trials say under a likelihood on nodes of mu and tau; `place` is -1 for a trial that says nothing there.
  // Trials are counts [r1, n1, r0, n0] or {estimate: [y, s]}. Null where the nodes would be too many.
  function surface(trials, likelihood, prior) {
    const speaking = trials.filter((trial) => BayesIvigCurves.says(trial, likelihood));
    const estimates = speaking.map((trial) => trial.estimate ?? BayesIvigCurves.estimate(trial));
    const plan = planned(estimates, narrowed(prior));
    if (plan.size > MOST_NODES) return null;
    const mu = muAxis(plan);
    const theta = mu.finer(BayesIvigCurves.FINER);
    const tau = tauAxis();
    const curves = speaking.map((trial) => BayesIvigCurves.curve(trial, likelihood, theta.x));
    return {
      mu, tau, kernels: [], place: trials.map((trial) => speaking.indexOf(trial)), logs: BayesIvigCurves.surfaces(curves, mu, theta, tau),
    };
  }

  // Logs of densities up to constants. `shape` is the degrees of freedom, the SD of the log, or the shape.
  const MU_PRIORS = {
    normal: (z) => -0.5 * z * z,
    student_t: (z, df) => -0.5 * (df + 1) * Math.log1p((z * z) / df),
  };
  const TAU_PRIORS = {
    half_normal: (x, scale) => -0.5 * (x / scale) ** 2,
    half_cauchy: (x, scale) => -Math.log1p((x / scale) ** 2),
    half_student_t: (x, scale, df) => -0.5 * (df + 1) * Math.log1p((x / scale) ** 2 / df),
    exponential: (x, scale) => -x / scale,
    log_normal: (x, scale, sd) => -Math.log(x) - 0.5 * (Math.log(x / scale) / sd) ** 2,
    inverse_gamma: (x, scale, shape) => -(shape + 1) * Math.log(x) - scale / x,
  };

  const LOG_CONSTANTS = {
    normal: () => -0.5 * Math.log(2 * Math.PI),
    student_t: BayesIvigCurves.studentConstant,
  };
  const muDensity = (x, { muFamily, mean, sd, df }) => MU_PRIORS[muFamily]((x - mean) / sd, df) - Math.log(sd) + LOG_CONSTANTS[muFamily](df);

  // Logs of the share of every node, mu by mu and within it tau by tau; with a common effect there is one tau only.
  function logJoint(from, chosen, prior) {
    const { mu, tau } = from;
    const common = prior.family === "common";
    const width = tau.size + 1; // the last column of a trial's block is its curve at tau = 0
    const columns = common ? 1 : tau.size;
    const logs = new Float64Array(mu.size * columns);
    for (const trial of chosen) {
      if (from.place[trial] < 0) continue;
      const block = from.logs[from.place[trial]];
      for (let m = 0; m < mu.size; m++) {
        const row = m * width + (common ? tau.size : 0);
        for (let t = 0; t < columns; t++) logs[m * columns + t] += block[row + t];
      }
    }
    const tauLogs = new Float64Array(columns);
    const own = TAU_PRIORS[prior.family];
    if (!common) for (let t = 0; t < columns; t++) tauLogs[t] = own(tau.x[t], prior.scale, prior.shape) + tau.logWeight[t];
    for (let m = 0; m < mu.size; m++) {
      const muLog = muDensity(mu.x[m], prior) + mu.logWeight[m];
      for (let t = 0; t < columns; t++) logs[m * columns + t] += muLog + tauLogs[t];
    }
    return { logs, columns };
  }

  function logSum(logs) {
    let most = -Infinity;
    for (const value of logs) if (value > most) most = value;
    let sum = 0;
    for (const value of logs) sum += Math.exp(value - most);
    return most + Math.log(sum);
  }

  function overTau({ logs, columns }) {
    return Float64Array.from({ length: logs.length / columns }, (_, m) => logSum(logs.subarray(m * columns, (m + 1) * columns)));
  }

  function overMu({ logs, columns }) {
    const column = new Float64Array(logs.length / columns);
    return Float64Array.from({ length: columns }, (_, t) => {
      for (let m = 0; m < column.length; m++) column[m] = logs[m * columns + t];
      return logSum(column);
    });
  }

  // Lagrange weights of POINTS neighbouring nodes for every place between two nodes.
  const stencils = new Map();
  function stencil(size) {
    if (!stencils.has(size)) {
      const count = (size - 1) * FINER + 1;
      const first = new Int32Array(count);
      const weights = new Float64Array(count * POINTS);
      for (let i = 0; i < count; i++) {
        const position = i / FINER;
        first[i] = Math.min(Math.max(Math.floor(position) - POINTS / 2 + 1, 0), size - POINTS);
        for (let j = 0; j < POINTS; j++) {
          let weight = 1;
          for (let k = 0; k < POINTS; k++) if (k !== j) weight *= (position - first[i] - k) / (j - k);
          weights[i * POINTS + j] = weight;
        }
      }
      stencils.set(size, { count, first, weights });
    }
    return stencils.get(size);
  }

  // A density from the logs of the shares of its nodes: its interpolated log, integrated to sixth order.
  function density(on, shares) {
    const most = shares.reduce((a, b) => Math.max(a, b));
    const logs = shares.map((value) => Math.max(value - most, FLOOR));
    const { count, first, weights } = stencil(on.size);
    const f = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      let value = 0;
      for (let j = 0; j < POINTS; j++) value += weights[i * POINTS + j] * logs[first[i] + j];
      const cell = Math.floor(i / FINER);
      f[i] = Math.exp(Math.min(value, Math.max(logs[cell], logs[Math.min(cell + 1, on.size - 1)]) + 1));
    }
    const at = (i) => (i < 0 || i >= count ? 0 : f[i]);
    const below = new Float64Array(count);
    for (let i = 1; i < count; i++) {
      const cell = 802 * (at(i - 1) + at(i)) - 93 * (at(i - 2) + at(i + 1)) + 11 * (at(i - 3) + at(i + 2));
      below[i] = below[i - 1] + cell / 1440;
    }
    const total = below[count - 1];
    for (let i = 0; i < count; i++) {
      f[i] /= total; // per node of the fine axis
      below[i] /= total;
    }
    const cubic = (i, s) => {
      const rise = below[i + 1] - below[i];
      return below[i] + s * (f[i] + s * (3 * rise - 2 * f[i] - f[i + 1] + s * (f[i] + f[i + 1] - 2 * rise)));
    };
    return {
      below(x) {
        const position = on.positionOf(x) * FINER;
        if (!(position > 0)) return 0;
        if (position >= count - 1) return 1;
        const i = Math.floor(position);
        return Math.min(Math.max(cubic(i, position - i), 0), 1);
      },
      quantile(p) {
        let [low, high] = [0, count - 1];
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (below[middle] <= p) low = middle;
          else high = middle;
        }
        let [from, to] = [0, 1];
        for (let k = 0; k < 40; k++) {
          const middle = (from + to) / 2;
          if (cubic(low, middle) < p) from = middle;
          else to = middle;
        }
        return on.xOf(on.uAt((low + from) / FINER));
      },
      // Points of the curve, per unit of x, where it holds all but a share of `tail` at either end.
      curve(tail) {
        const points = [];
        for (let i = 0; i < count; i++) {
          if (below[i] < tail || below[i] > 1 - tail) continue;
          const u = on.uAt(i / FINER);
          points.push({ x: on.xOf(u), y: (f[i] * FINER) / (on.step * on.slope(u)) });
        }
        return points;
      },
    };
  }

  // Share of a trial's effect drawn around mu with SD tau, on the nodes of mu: from node m to node j.
  // Where tau is small beside the nodes' distance, three nodes with the same mean and variance stand for the normal curve.
  function kernelOf({ mu, tau, kernels }, t) {
    if (kernels[t]) return kernels[t];
    const size = mu.size;
    const kernel = new Float32Array(size * size);
    const column = new Float64Array(size);
    for (let m = 0; m < size; m++) {
      const start = m * size;
      const left = m > 0 ? mu.x[m] - mu.x[m - 1] : Infinity;
      const right = m < size - 1 ? mu.x[m + 1] - mu.x[m] : Infinity;
      if (tau.x[t] < 0.6 * Math.max(left, right)) {
        const variance = tau.x[t] ** 2;
        const [down, up] = Number.isFinite(left + right) ? [left, right].map((gap) => variance / gap / (left + right)) : [0, 0];
        if (m > 0) kernel[start + m - 1] = down;
        if (m < size - 1) kernel[start + m + 1] = up;
        kernel[start + m] = 1 - down - up;
        continue;
      }
      let sum = 0;
      for (let j = 0; j < size; j++) {
        column[j] = Math.exp(mu.logWeight[j] - 0.5 * ((mu.x[j] - mu.x[m]) / tau.x[t]) ** 2);
        sum += column[j];
      }
      for (let j = 0; j < size; j++) kernel[start + j] = column[j] / sum;
    }
    kernels[t] = kernel;
    return kernel;
  }

  // Logs of the shares of a trial's effect predicted from a joint posterior.
  function predicted(from, { logs, columns }) {
    const size = from.mu.size;
    const most = logs.reduce((a, b) => Math.max(a, b));
    const shares = new Float64Array(size);
    for (let t = 0; t < columns; t++) {
      for (let m = 0; m < size; m++) {
        const share = Math.exp(logs[m * columns + t] - most);
        if (share < 1e-9) continue;
        const kernel = kernelOf(from, t);
        const start = m * size;
        for (let j = 0; j < size; j++) shares[j] += share * kernel[start + j];
      }
    }
    return shares.map((value) => Math.log(Math.max(value, 1e-300)));
  }

  // Everything the page shows of one question. `chosen` holds the numbers of the trials kept,
  // `prior` = {muFamily, mean, sd, df, family, scale, shape}.
  function posterior(from, chosen, prior) {
    const joint = logJoint(from, chosen, prior);
    const common = joint.columns === 1;
    const mu = density(from.mu, overTau(joint));
    const tauLogs = overMu(joint);
    const whole = logSum(tauLogs);
    return {
      mu,
      tau: common ? null : density(from.tau, tauLogs),
      next: () => (common ? mu : density(from.mu, predicted(from, joint))),
      beyond: common ? 0 : Math.exp(tauLogs[tauLogs.length - 1] - whole),
      study(number) {
        const block = from.logs[from.place[number]];
        if (!block) return null;
        if (common) return mu;
        const width = from.tau.size + 1;
        const kept = chosen.includes(number);
        const others = { columns: joint.columns, logs: joint.logs.slice() };
        const own = new Float64Array(from.mu.size);
        for (let m = 0; m < from.mu.size; m++) {
          const row = m * width;
          own[m] = block[row + from.tau.size];
          if (kept) for (let t = 0; t < joint.columns; t++) others.logs[m * joint.columns + t] -= block[row + t];
        }
        return density(from.mu, predicted(from, others).map((value, m) => value + own[m]));
      },
    };
  }

  return { surface, layoutOf, posterior, muDensity };
})();
