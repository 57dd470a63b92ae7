// Posteriors from embedded likelihood surfaces: sums over the nodes of mu and tau.
// Effects are log odds ratios throughout; only the page's words and charts turn them into odds ratios.
const BayesIvig = (() => {
  "use strict";

  const FINER = 8; // nodes of a finished density per node of its axis
  const POINTS = 8; // of the interpolating polynomial
  const FLOOR = -700; // log of the smallest density kept, relative to the mode
  const LEVELS = 65535; // of the stored logs

  // u runs in equal steps; inner = centre + scale sinh(u); x = inner for mu, unit log(1 + exp(inner)) for tau.
  function axis({ link, centre, scale, start, step, size, unit }) {
    const softplus = (z) => (z > 30 ? z : Math.log1p(Math.exp(z)));
    const found = { size, step, x: new Float64Array(size), logWeight: new Float64Array(size) };
    found.xOf = (u) => {
      const inner = centre + scale * Math.sinh(u);
      return link === "softplus" ? unit * softplus(inner) : inner;
    };
    found.slope = (u) => {
      const stretch = scale * Math.cosh(u);
      return link === "softplus" ? (stretch * unit) / (1 + Math.exp(-(centre + scale * Math.sinh(u)))) : stretch;
    };
    found.positionOf = (x) => {
      const inner = link === "softplus" ? x / unit + Math.log(-Math.expm1(-x / unit)) : x;
      return (Math.asinh((inner - centre) / scale) - start) / step;
    };
    found.uAt = (position) => start + step * position;
    for (let i = 0; i < size; i++) {
      found.x[i] = found.xOf(found.uAt(i));
      found.logWeight[i] = Math.log(found.slope(found.uAt(i)) * step);
    }
    return found;
  }

  // Stored logs are differences from each study's maximum, fine near 0 and coarse far below it, packed as differences
  // along tau and then along mu: numbers of seven bits to a byte, the sign in the lowest bit of the first.
  function decode({ logs, range, place }, mu, tau) {
    const bytes = Uint8Array.from(atob(logs), (c) => c.charCodeAt(0));
    const width = tau.size + 1;
    const block = mu.size * width;
    const levels = new Float64Array(block * (Math.max(...place) + 1));
    let at = 0;
    for (let i = 0; i < levels.length; i++) {
      let value = 0;
      for (let shift = 1, byte = 128; byte & 128; shift *= 128) {
        byte = bytes[at++];
        value += (byte & 127) * shift;
      }
      levels[i] = value % 2 ? -(value + 1) / 2 : value / 2;
      if (i % block >= width) levels[i] += levels[i - width];
    }
    const unit = Math.log1p(range) / LEVELS;
    let level = 0;
    return levels.map((step, i) => -Math.expm1((level = i % width ? level + step : step) * unit));
  }

  function outcome(found) {
    const mu = axis(found.mu);
    const tau = axis(found.tau);
    const tables = found.tables.map((table) => ({ ...table, logs: decode(table, mu, tau) }));
    return { ...found, mu, tau, tables, kernel: null };
  }

  const LOG_PRIORS = {
    half_normal: (x, scale) => -0.5 * (x / scale) ** 2,
    half_cauchy: (x, scale) => -Math.log1p((x / scale) ** 2),
    exponential: (x, scale) => -x / scale,
    log_normal: (x, scale) => -Math.log(x) - 0.5 * (Math.log(x / scale) / 0.87) ** 2,
  };

  // Logs of the share of every node, mu by mu and within it tau by tau; with a common effect there is one tau only.
  function logJoint(from, table, chosen, prior) {
    const { mu, tau } = from;
    const common = prior.family === "common";
    const width = tau.size + 1; // the last column of a study's block is its curve at tau = 0
    const columns = common ? 1 : tau.size;
    const logs = new Float64Array(mu.size * columns);
    for (const study of chosen) {
      const block = table.place[study] * mu.size * width;
      if (block < 0) continue;
      for (let m = 0; m < mu.size; m++) {
        const row = block + m * width + (common ? tau.size : 0);
        for (let t = 0; t < columns; t++) logs[m * columns + t] += table.logs[row + t];
      }
    }
    const tauLogs = new Float64Array(columns);
    if (!common) for (let t = 0; t < columns; t++) tauLogs[t] = LOG_PRIORS[prior.family](tau.x[t], prior.scale) + tau.logWeight[t];
    for (let m = 0; m < mu.size; m++) {
      const muLog = -0.5 * ((mu.x[m] - prior.mean) / prior.sd) ** 2 + mu.logWeight[m];
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

  // Share of a study effect drawn around mu with SD tau, on the nodes of mu: from node m to node j.
  // Where tau is small beside the nodes' distance, three nodes with the same mean and variance stand for the normal curve.
  function kernelOf(from) {
    if (from.kernel) return from.kernel;
    const { mu, tau } = from;
    const size = mu.size;
    const kernel = new Float32Array(tau.size * size * size);
    const column = new Float64Array(size);
    for (let t = 0; t < tau.size; t++) {
      for (let m = 0; m < size; m++) {
        const start = (t * size + m) * size;
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
    }
    from.kernel = kernel;
    return kernel;
  }

  // Logs of the shares of a study effect predicted from a joint posterior.
  function predicted(from, { logs, columns }) {
    const kernel = kernelOf(from);
    const size = from.mu.size;
    const most = logs.reduce((a, b) => Math.max(a, b));
    const shares = new Float64Array(size);
    for (let m = 0; m < size; m++) {
      for (let t = 0; t < columns; t++) {
        const share = Math.exp(logs[m * columns + t] - most);
        if (share < 1e-9) continue;
        const start = (t * size + m) * size;
        for (let j = 0; j < size; j++) shares[j] += share * kernel[start + j];
      }
    }
    return shares.map((value) => Math.log(Math.max(value, 1e-300)));
  }

  // Everything the page shows of one question. `chosen` holds the numbers of the trials kept, `prior` = {mean, sd, family, scale}.
  function posterior(from, table, chosen, prior) {
    const joint = logJoint(from, table, chosen, prior);
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
        const place = table.place[number];
        if (common) return mu;
        if (place < 0) return null;
        const width = from.tau.size + 1;
        const kept = chosen.includes(number);
        const others = { columns: joint.columns, logs: joint.logs.slice() };
        const own = new Float64Array(from.mu.size);
        for (let m = 0; m < from.mu.size; m++) {
          const row = (place * from.mu.size + m) * width;
          own[m] = table.logs[row + from.tau.size];
          if (kept) for (let t = 0; t < joint.columns; t++) others.logs[m * joint.columns + t] -= table.logs[row + t];
        }
        return density(from.mu, predicted(from, others).map((value, m) => value + own[m]));
      },
    };
  }

  return { outcome, posterior };
})();
