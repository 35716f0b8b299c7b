// What the answers are worth, by group, and how far their confidence can be relied on.
function answerTable() {
  const { scores } = report.answers, say = words().answers.columns;
  const share = (value) => num(value, 2);
  const rows = Object.entries(scores).map(([name, f]) => [words().groupName(name), String(f.n), String(f.answered), share(f.half), share(f.whole), share(f.wrongly_refused), share(f.false_answers),
    share(f.refusal_precision), share(f.refusal_recall), num(f.mean_citations, 1), `${f.verbatim} / ${f.quotes}`]);
  const names = ["n", "answered", "half", "whole", "wrongly_refused", "false_answers", "refusal_precision", "refusal_recall", "mean_citations", "verbatim"];
  return table("", [words().group, ...names.map((name) => say[name])], rows, { class: "numbers" });
}

function answersSection() {
  const counts = new Map(VERDICTS.map((verdict) => [verdict, report.questions.filter((question) => verdictOf(question) === verdict).length]));
  return [answerTable(), make("ul", { class: "kinds" }, VERDICTS.filter((verdict) => counts.get(verdict)).map((verdict) =>
    make("li", {}, button(`${counts.get(verdict)} ${words().answers.verdicts[verdict]}`, () => showList({ outcome: `answer ${verdict}` }))))),
  ...(report.answers.reliability ? reliabilityChart(report.answers.reliability) : [])];
}
