// The report's data, looked up by name; spans count code points, as Python does.
const report = JSON.parse(document.getElementById("data").textContent);
const questions = new Map(report.questions.map((question) => [question.id, question]));
const labels = shortened(report.runs.map((run) => run.name));
const runs = report.runs.map((run, at) => ({ ...run, at, label: labels.get(run.name), found: new Map(run.questions.map((one) => [one.id, one])) }));
const measured = report.measures.length > 0;
const answers = new Map((report.answers?.questions ?? []).map((answer) => [answer.id, answer]));
const comparisons = report.comparisons ?? [];
const baselineName = comparisons[0]?.against ?? null;
const sortMeasure = report.measures.find((name) => name.startsWith("nDCG")) ?? report.measures[0];

const given = new URLSearchParams(location.search);
const state = {
  lang: ["zh", "en"].includes(given.get("lang")) ? given.get("lang") : navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en",
  theme: ["light", "dark"].includes(given.get("theme")) ? given.get("theme") : "auto",
  open: new Set(),
  shown: new Map(),
  measure: report.measures[0],
  filter: { run: servingRun()?.name ?? "", outcome: "", type: "", lang: "", text: "", sort: "order" },
};
const words = () => WORDS[state.lang];
const runNamed = (name) => runs.find((run) => run.name === name);

// The run that does as the service does: it is what a reader can mend. Its encoder is the one that the report is about.
function servingRun() {
  const serving = runs.filter((run) => run.mode === "hybrid" && run.weights === "serving");
  return serving.find((run) => run.encoder === report.about.encoder) ?? serving[0] ?? runs.find((run) => run.mode === "hybrid") ?? runs.findLast((run) => run.mode) ?? runs[0];
}

// Names with every path in them cut to as much of its end as tells it from the others.
function shortened(names) {
  const parts = new Map(names.flatMap((name) => name.split(", ")).map((part) => [part, part.split(/[\\/]+/).filter(Boolean)]));
  const end = (part, n) => parts.get(part).slice(-n).join("/");
  const short = (part) => {
    let n = 1;
    while (n < parts.get(part).length && [...parts.keys()].some((other) => other !== part && end(other, n) === end(part, n))) n += 1;
    return end(part, n);
  };
  const found = new Map(names.map((name) => [name, name.split(", ").map(short).join(", ")]));
  return new Set(found.values()).size === found.size ? found : new Map(names.map((name) => [name, name]));
}

// The whole name, where a shorter one is shown for it.
const wholeOfName = (run) => run.label === run.name ? null : run.name;

function valueOf(run, group, measure) {
  return run.groups.find((one) => one.name === group)?.values[measure] ?? null;
}

function explanationOf(hit) {
  const raw = Number.isInteger(hit.explain) ? report.explanations[hit.explain] : hit.explain;
  if (!raw) return null;
  const named = (names, rows) => (rows ?? []).map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  return {
    ...raw,
    parts: named(["name", "value", "weight", "rank", "contribution"], raw.parts),
    terms: named(["term", "share", "body", "context"], raw.terms),
    alignment: named(["token", "share", "counterpart", "cosine"], raw.alignment),
    stand_ins: named(["leg", "question", "likeness", "margin", "own"], raw.stand_ins),
    time: raw.time ? { fit: raw.time[0], latest: raw.time[1], other: raw.time[2] } : null,
  };
}

function verdictOf(question) {
  const answer = answers.get(question.id);
  if (!answer) return null;
  if (!question.answerable) return answer.answered ? "false answer" : "rightly refused";
  return answer.answered ? (answer.half ? "cited" : "uncited") : "wrongly refused";
}

// Pieces of a text with what each is: words of the question, evidence, both or neither.
function pieces(text, highlights, evidence) {
  const points = Array.from(text), flags = new Uint8Array(points.length);
  for (const [spans, flag] of [[highlights ?? [], 1], [evidence ?? [], 2]]) {
    for (const [start, end] of spans) for (let at = start; at < Math.min(end, points.length); at += 1) flags[at] |= flag;
  }
  const found = [];
  for (let at = 0, from = 0; at < points.length; at += 1) {
    if (at + 1 === points.length || flags[at + 1] !== flags[from]) {
      found.push({ text: points.slice(from, at + 1).join(""), hit: Boolean(flags[from] & 1), evidence: Boolean(flags[from] & 2) });
      from = at + 1;
    }
  }
  return found;
}
