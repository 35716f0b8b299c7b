// What to mend first: of what one run found, and of the answers, the kinds of failure with the most questions first.
const FAULTS = ["uncited", "wrongly refused", "false answer"];

function fixSection() {
  // The list below is of the same run: to choose here is to choose there.
  const choose = (name) => {
    const below = document.getElementById("filter-run");
    below.value = name;
    below.dispatchEvent(new Event("change"));
  };
  return [measured && runs.length > 1 ? runChoice("fix-run", choose) : "", make("div", { id: "to-mend" }, ...toMend())];
}

function mendAgain() {
  document.getElementById("to-mend").replaceChildren(...toMend());
  const choice = document.getElementById("fix-run");
  if (choice) choice.value = state.filter.run;
}

function toMend() {
  return [...(measured ? searchesToMend(runNamed(state.filter.run)) : []), ...(answers.size ? answersToMend() : [])];
}

function searchesToMend(run) {
  const counts = counted([...run.found.keys()].filter((id) => questions.has(id)).map((id) => kindOf(run, questions.get(id))));
  const all = [...counts.values()].reduce((sum, n) => sum + n, 0), kinds = mostFirst(KINDS.filter((kind) => kind !== "first"), counts);
  return [make("h3", { title: wholeOfName(run) }, words().fixSearches(run.label)), make("p", { class: "soft" }, words().fixNote),
    kindList([...kinds, ...mostFirst(["first"], counts)].map((kind) => ({ name: kind, wanted: `kind ${kind}`, text: words().kinds[kind], n: counts.get(kind), good: kind === "first" })), all)];
}

function answersToMend() {
  const counts = counted(report.questions.map(verdictOf)), faults = mostFirst(FAULTS, counts);
  return [make("h3", {}, words().sections.answers), make("p", { class: "soft" }, faults.length ? words().fixAnswers : words().fixNoAnswer),
    faults.length ? kindList(faults.map((one) => ({ name: one, wanted: `answer ${one}`, text: words().answers.verdicts[one], n: counts.get(one), good: false })), answers.size) : ""];
}

function counted(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function mostFirst(names, counts) {
  return names.filter((name) => counts.get(name)).sort((one, other) => counts.get(other) - counts.get(one));
}

function kindList(rows, all) {
  return make("ul", { class: "kinds" }, rows.map((one) =>
    make("li", {}, button(`${one.n} ${one.text}`, () => showList({ outcome: one.wanted }), { "data-kind": one.name }),
      make("svg", { class: "bar", "aria-hidden": "true" }, make("rect", { class: one.good ? "met" : "not-met", x: "0", y: "4", width: `${(100 * one.n) / all}%`, height: "10" })))));
}
