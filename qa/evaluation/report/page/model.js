// The report's data, looked up by name; spans count code points, as Python does.
const report = JSON.parse(document.getElementById("data").textContent);
const questions = new Map(report.questions.map((question) => [question.id, question]));
const runs = report.runs.map((run, at) => ({ ...run, at, found: new Map(run.questions.map((one) => [one.id, one])) }));
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
  filter: { run: (runs.find((run) => run.name === "hybrid") ?? runs.findLast((run) => run.mode) ?? runs[0])?.name ?? "", outcome: "", type: "", lang: "", text: "", sort: "order" },
};
const words = () => WORDS[state.lang];
const runNamed = (name) => runs.find((run) => run.name === name);

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
