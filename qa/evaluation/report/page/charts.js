// Bars with intervals, histograms and curves, each beside a table that says the same.
function swatch(run) {
  return make("span", { class: `key run-${run.at % 6}`, "aria-hidden": "true" });
}

function named(run) {
  return make("span", { title: wholeOfName(run) }, run.label);
}

function intervalBar(run, value, interval) {
  return make("svg", { class: "bar", "aria-hidden": "true" },
    make("rect", { class: "track", x: "0", y: "4", width: "100%", height: "10" }),
    value === null ? null : make("rect", { class: `run-${run.at % 6}`, x: "0", y: "4", width: `${100 * value}%`, height: "10" }),
    interval ? [make("line", { x1: `${100 * interval[0]}%`, x2: `${100 * interval[1]}%`, y1: "9", y2: "9" }),
      ...interval.map((end) => make("line", { x1: `${100 * end}%`, x2: `${100 * end}%`, y1: "5", y2: "13" }))] : null);
}

function groupChart() {
  const measure = state.measure, names = [...new Set(runs.flatMap((run) => run.groups.map((group) => group.name)))];
  const body = make("tbody");
  for (const name of names) {
    const [key, ...rest] = name.split(" "), n = runs.map((run) => run.groups.find((group) => group.name === name)?.n).find((found) => found !== undefined);
    const choose = button(words().groupName(name), () => showList({ type: key === "type" ? rest.join(" ") : "", lang: key === "lang" ? rest.join(" ") : "" }), { class: "quiet", title: words().show(words().groupName(name)) });
    runs.forEach((run, at) => {
      const group = run.groups.find((one) => one.name === name), value = group?.values[measure] ?? null, interval = group?.intervals?.[measure];
      body.append(make("tr", { class: at ? null : "group-start" },
        at ? null : make("th", { scope: "rowgroup", rowspan: runs.length, class: "group" }, choose, make("span", { class: "soft" }, ` ${n ?? ""}`)),
        make("th", { scope: "row", class: "of-run" }, swatch(run), named(run)), make("td", { class: "plot" }, intervalBar(run, value, interval)),
        make("td", { class: "number" }, num(value)), make("td", { class: "number soft" }, interval ? `${num(interval[0], 2)}–${num(interval[1], 2)}` : "")));
    });
  }
  const head = [words().group, words().run, measure, words().value, words().interval];
  return make("table", { class: "chart" }, make("caption", { class: "hidden" }, `${words().sections.groups}: ${measure}`),
    make("thead", {}, make("tr", {}, head.map((one) => make("th", { scope: "col" }, one)))), body);
}

function rankChart(run) {
  const total = run.ranks.reduce((sum, n) => sum + n, 0) || 1, width = 24;
  const bars = run.ranks.map((n, at) => {
    const height = (100 * n) / total, last = at === run.ranks.length - 1;
    return [make("rect", { class: last ? "not-met" : `run-${run.at % 6}`, x: at * width + 3, y: 118 - height, width: width - 6, height: Math.max(n ? 1 : 0, height) }),
      n ? make("text", { x: at * width + width / 2, y: 114 - height, "text-anchor": "middle" }, String(n)) : null,
      make("text", { class: "axis", x: at * width + width / 2, y: 132, "text-anchor": "middle" }, last ? "–" : String(at + 1))];
  });
  return make("figure", {}, make("figcaption", {}, swatch(run), named(run)),
    make("svg", { class: "histogram", viewBox: `0 0 ${run.ranks.length * width} 138`, role: "img", "aria-label": `${words().sections.ranks}: ${run.label}` }, make("line", { class: "axis-line", x1: 0, x2: run.ranks.length * width, y1: 118, y2: 118 }), bars));
}

function rankTable() {
  const most = Math.max(...runs.map((run) => run.ranks.length));
  const head = [words().run, ...Array.from({ length: most - 1 }, (_, at) => String(at + 1)), words().notMet];
  return lazy("ranks table", [words().table], () => table(words().sections.ranks, head, runs.map((run) => [named(run), ...run.ranks.map(String)]), { class: "numbers" }));
}

function speedTable() {
  const timed = runs.filter((run) => run.speed), most = Math.max(...timed.map((run) => run.speed.p95_ms), 1e-9), say = words().speed;
  const rows = timed.map((run) => [make("th", { scope: "row" }, swatch(run), named(run)), String(run.speed.n), num(run.speed.p50_ms, 1), num(run.speed.p95_ms, 1), num(run.speed.per_second, 0),
    make("td", { class: "plot" }, make("svg", { class: "bar", "aria-hidden": "true" }, make("rect", { class: "track", x: "0", y: "4", width: `${(100 * run.speed.p95_ms) / most}%`, height: "10" }),
      make("rect", { class: `run-${run.at % 6}`, x: "0", y: "4", width: `${(100 * run.speed.p50_ms) / most}%`, height: "10" })))]);
  return table("", [words().run, words().n, say.p50, say.p95, say.per_second, make("th", { scope: "col" }, make("span", { class: "hidden" }, `${say.p50}, ${say.p95}`))], rows, { class: "numbers wide-plot" });
}

function reliabilityChart(reliability) {
  const bins = reliability.bins.filter((bin) => bin.n), most = Math.max(...bins.map((bin) => bin.n), 1), say = words().answers;
  const x = (share) => 34 + 220 * share, y = (share) => 230 - 220 * share;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => [make("line", { class: "grid", x1: x(0), x2: x(1), y1: y(share), y2: y(share) }), make("line", { class: "grid", x1: x(share), x2: x(share), y1: y(0), y2: y(1) }),
    make("text", { class: "axis", x: x(share), y: 245, "text-anchor": "middle" }, String(share)), make("text", { class: "axis", x: 29, y: y(share) + 4, "text-anchor": "end" }, String(share))]);
  const line = bins.map((bin, at) => `${at ? "L" : "M"}${x(bin.confidence).toFixed(1)} ${y(bin.right).toFixed(1)}`).join(" ");
  const picture = make("svg", { class: "curve", viewBox: "0 0 264 262", role: "img", "aria-label": say.reliability }, grid,
    make("line", { class: "diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }), line ? make("path", { class: "curve-line", d: line }) : null,
    bins.map((bin) => make("circle", { cx: x(bin.confidence), cy: y(bin.right), r: 3 + 6 * Math.sqrt(bin.n / most) }, make("title", {}, `n ${bin.n}`))),
    make("text", { class: "axis", x: x(0.5), y: 259, "text-anchor": "middle" }, say.confidence));
  const rows = bins.map((bin) => [num(bin.low, 1), String(bin.n), num(bin.confidence, 2), num(bin.right, 2)]);
  return [make("h3", {}, say.reliability), make("p", { class: "soft" }, say.reliabilityNote(num(reliability.ece), num(reliability.brier))),
    make("div", { class: "beside" }, picture, table("", [say.bin, words().n, say.confidence, say.right], rows, { class: "numbers" }))];
}
