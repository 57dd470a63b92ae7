// Numbers and priors of the interactive part in words, rounded as on the rest of the page.
const BayesIvigWords = (() => {
  "use strict";

  const MINUS = "\u2212";

  function ratio(value) {
    if (value >= 999.5) return "> 999";
    if (value < 0.0005) return "< 0.001";
    return value.toFixed(value >= 99.995 ? 0 : value >= 0.00995 ? 2 : 3);
  }

  const chance = (p) => (p > 0.9995 ? "> 0.999" : p < 0.0005 ? "< 0.001" : p.toFixed(3));
  const limits = (density) => [0.5, 0.025, 0.975].map((p) => Math.exp(density.quantile(p)));
  const between = ([, lower, upper]) => `${ratio(lower)} to ${ratio(upper)}`;
  const estimate = (three) => `${ratio(three[0])} (${between(three)})`;
  const signed = (value) => value.toFixed(2).replace("-", MINUS);
  const plain = (value) => String(Number(value.toPrecision(3)));

  const FAMILIES = {
    half_normal: ({ scale }) => `half-normal of scale ${plain(scale)}`,
    half_cauchy: ({ scale }) => `half-Cauchy of scale ${plain(scale)}`,
    half_student_t: ({ scale, shape }) => `half-t with ${plain(shape)} degrees of freedom, of scale ${plain(scale)}`,
    exponential: ({ scale }) => `exponential with mean ${plain(scale)}`,
    log_normal: ({ scale, shape }) => `log-normal with median ${plain(scale)} and SD of the log ${plain(shape)}`,
    inverse_gamma: ({ scale, shape }) => `inverse gamma of shape ${plain(shape)} and scale ${plain(scale)}`,
  };

  function muWords({ muFamily, mean, sd, df }) {
    const middle = `centred on an odds ratio of ${ratio(Math.exp(mean))}`;
    if (muFamily === "normal") return `log odds ratio normal, ${middle} (mean ${signed(mean)}), with SD ${plain(sd)}`;
    return `log odds ratio Student-t with ${plain(df)} degrees of freedom, ${middle}, of scale ${plain(sd)}`;
  }

  function priorWords(prior) {
    if (prior.family === "common") return `${muWords(prior)}; one common effect, no heterogeneity`;
    return `${muWords(prior)}; tau ${FAMILIES[prior.family](prior)}`;
  }

  // Events per 1000 people at a control risk: with the treatment, and how many more or fewer.
  function perThousand(three, risk, arm) {
    const events = (or) => (1000 * or * risk) / (1000 - risk + or * risk);
    const [middle, lower, upper] = three.map(events);
    const change = (value) => {
      const by = Math.round(value - risk);
      return by === 0 ? "no more or fewer" : by > 0 ? `${by} more` : `${-by} fewer`;
    };
    const [whole, least, most] = [middle, lower, upper].map((value) => Math.round(value));
    return `Per 1000 people at a control risk of ${plain(risk)}: ${whole} (${least} to ${most}) with ${arm}, `
      + `${change(middle)} (${change(lower)} to ${change(upper)}).`;
  }

  return { ratio, chance, limits, between, estimate, plain, priorWords, perThousand };
})();
