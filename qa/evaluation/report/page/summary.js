// The head of the report: what was evaluated, the measures of every run, and what to mend first.
function about() {
  const { about: facts } = report, say = words().about;
  const when = new Date(report.created), created = Number.isNaN(when.getTime()) ? report.created : when.toLocaleString(state.lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
  const rows = ["queries", "collection", "questions", "answerable", "documents", "passages", "encoder"]
    .filter((name) => facts[name] !== null && facts[name] !== undefined).map((name) => [say[name], String(facts[name])]);
  rows.push([say.created, created], [say.version, report.version]);
  return make("dl", { class: "about" }, rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function measureCell(run, measure) {
  const all = run.groups.find((group) => group.name === "all"), value = all?.values[measure] ?? null, interval = all?.intervals?.[measure];
  const best = value !== null && value >= Math.max(...runs.map((other) => valueOf(other, "all", measure) ?? -1));
  const found = comparisons.find((one) => one.run === run.name && one.against === baselineName)?.measures.find((one) => one.measure === measure);
  return make("td", { class: best && runs.length > 1 ? "best" : null },
    make("span", { class: "value" }, num(value), best && runs.length > 1 ? make("span", { class: "hidden" }, ` (${words().best})`) : null),
    interval ? make("span", { class: "interval" }, `[${num(interval[0], 2)}, ${num(interval[1], 2)}]`) : null,
    found ? make("span", { class: found.p !== null && found.p < report.about.level ? "change sure" : "change" }, `${signed(found.difference)} ${pText(found.p)}`) : null);
}

function pText(p) {
  if (p === null || p === undefined) return "";
  return (p < 0.001 ? "p < 0.001" : `p = ${num(p)}`) + (p < report.about.level ? " *" : "");
}

function summaryTable() {
  const setup = Object.entries(words().setup).filter(([name]) => name !== "mode" && new Set(runs.map((run) => String(run[name] ?? ""))).size > 1);
  const short = new Map(setup.map(([name]) => [name, shortened([...new Set(runs.map((run) => String(run[name] ?? "")))])]));
  const rows = runs.map((run) => [
    make("th", { scope: "row" }, swatch(run), named(run), run.name === baselineName ? make("span", { class: "soft" }, ` (${words().baseline})`) : null,
      setup.length ? make("span", { class: "setup" }, setup.map(([name, text]) => run[name] ? `${text} ${short.get(name).get(String(run[name]))}` : null).filter(Boolean).join(" · ")) : null),
    ...report.measures.map((measure) => measureCell(run, measure))]);
  return [table("", [baselineName && runs.length > 1 ? `${words().run} (${words().against(labels.get(baselineName) ?? baselineName)})` : words().run, ...report.measures], rows, { class: "summary" }),
    runs.some(wholeOfName) ? lazy("run names", [words().wholeNames], () => table("", [words().run, words().wholeName], runs.map((run) => [run.label, run.name]), { class: "whole-names" })) : "",
    make("p", { class: "soft" }, words().bootstrap(report.about.resamples, report.about.level), runs.length > 1 ? "" : ` ${words().single}`)];
}

