// The list of questions with its filters. An entry is made once; filters show, hide and order it.
const OUTCOMES = {
  "not first": (outcome) => outcome && outcome.rank !== 1,
  failed: (outcome) => outcome && !(outcome.rank && outcome.rank <= 5),
  unmet: (outcome) => outcome && !outcome.rank,
};

function passes(question) {
  const { run: name, outcome, type, lang, text } = state.filter, run = runNamed(name), found = run?.found.get(question.id);
  if (type && question.type !== type) return false;
  if (lang && question.lang !== lang) return false;
  const [sort, ...rest] = outcome.split(" ");
  if (sort === "kind" && !(run && kindOf(run, question) === rest.join(" "))) return false;
  if (sort === "answer" && verdictOf(question) !== rest.join(" ")) return false;
  if (outcome === "unanswerable" && question.answerable) return false;
  if ((outcome === "better" || outcome === "worse") && !changes(name)[outcome].has(question.id)) return false;
  if (OUTCOMES[outcome] && !OUTCOMES[outcome](found)) return false;
  const wanted = text.trim().toLowerCase();
  return !wanted || [question.id, question.question, question.answer, ...question.evidence.map((one) => one.quote)].some((one) => one?.toLowerCase().includes(wanted));
}

// The questions in which a run is better or worse than the run that it is set against, either way round.
function changes(name) {
  const one = comparisons.find((found) => found.run === name), other = comparisons.find((found) => found.against === name);
  return { better: new Set(one?.wins ?? other?.losses ?? []), worse: new Set(one?.losses ?? other?.wins ?? []) };
}

function sorted(list) {
  const run = runNamed(state.filter.run), rank = (question) => run?.found.get(question.id)?.rank ?? (run?.found.has(question.id) ? 999 : 0);
  const value = (question) => run?.found.get(question.id)?.values?.[sortMeasure] ?? 2;
  const order = { worst: (a, b) => rank(b) - rank(a), best: (a, b) => (rank(a) || 1000) - (rank(b) || 1000), low: (a, b) => value(a) - value(b) }[state.filter.sort];
  return order ? [...list].sort(order) : list;
}

function filterBar(apply) {
  const say = words().filter, set = (name) => (value) => { state.filter[name] = value; apply(name); };
  const distinct = (name) => [["", say.all], ...[...new Set(report.questions.map((question) => question[name]))].filter(Boolean).sort().map((one) => [one, one])];
  const results = [...(measured ? Object.keys(OUTCOMES) : []), "unanswerable"];
  const outcomes = [["", say.all], [say.results, results.map((one) => [one, words().outcomes[one]])]];
  if (measured) outcomes.push([say.kind, KINDS.map((kind) => [`kind ${kind}`, words().kinds[kind]])]);
  if (measured && comparisons.length) outcomes.push([say.change, ["better", "worse"].map((one) => [one, words().outcomes[one]])]);
  if (answers.size) outcomes.push([say.answer, VERDICTS.map((verdict) => [`answer ${verdict}`, words().answers.verdicts[verdict]])]);
  const search = make("input", { type: "search", id: "filter-text", value: state.filter.text });
  search.addEventListener("input", () => set("text")(search.value));
  return make("form", { class: "filters", role: "search" },
    measured ? runChoice("filter-run", set("run")) : [],
    select(say.outcome, outcomes, state.filter.outcome, set("outcome"), "filter-outcome"),
    select(say.type, distinct("type"), state.filter.type, set("type"), "filter-type"),
    select(say.lang, distinct("lang"), state.filter.lang, set("lang"), "filter-lang"),
    measured ? select(say.sort, [["order", words().sorts.order], ["worst", words().sorts.worst], ["best", words().sorts.bestFirst], ["low", words().sorts.low(sortMeasure)]], state.filter.sort, set("sort"), "filter-sort") : [],
    make("label", { class: "search" }, make("span", {}, say.text), search),
    button(say.reset, () => showList({}), { class: "quiet" }));
}

function runChoice(id, change) {
  return select(words().run, runs.map((run) => [run.name, run.label, wholeOfName(run)]), state.filter.run, change, id);
}

function questionList() {
  const items = new Map(report.questions.map((question) => [question.id, questionItem(question)]));
  const list = make("div", { class: "list" }), count = make("p", { class: "soft", role: "status", id: "count" });
  const apply = (changedPart) => {
    const shown = sorted(report.questions).filter(passes);
    list.replaceChildren(...shown.map((question) => items.get(question.id)));
    count.textContent = words().filter.shown(shown.length, report.questions.length);
    if (changedPart === "run") mendAgain();
  };
  const bar = filterBar(apply);
  bar.addEventListener("submit", (event) => event.preventDefault());
  apply();
  return [bar, count, list];
}

// Go to the list with these filters and no others, but for the run and the order.
function showList(wanted) {
  Object.assign(state.filter, { outcome: "", type: "", lang: "", text: "" }, wanted);
  document.getElementById("questions-body").replaceChildren(...questionList());
  document.getElementById("questions").scrollIntoView();
  document.getElementById("filter-outcome").focus({ preventScroll: true });
}
