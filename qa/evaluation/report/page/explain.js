// Why a passage has its score: a bar of what each part adds, and all of it as tables. What is explained is how hybrid, as it
// serves, scores it; another retriever, or other weights, may have given another score.
const PARTS = ["coverage", "dense", "soft", "terms", "pairs", "numbers", "number_form", "date_form", "synonyms", "variants"];

function partName(name) {
  return words().parts[name] ?? name;
}

// One bar for a passage, as long as its sum beside the `most` that any of the ranking has.
function stackedBar(why, most) {
  const below = why.parts.reduce((sum, part) => sum + Math.min(0, part.contribution), 0);
  const unit = 100 / (most || 1);
  let left = 0, right = -below * unit;
  const rects = why.parts.filter((part) => part.contribution).map((part) => {
    const width = Math.abs(part.contribution) * unit, at = part.contribution < 0 ? left : right;
    if (part.contribution < 0) left += width; else right += width;
    return make("rect", { class: `part-${PARTS.indexOf(part.name)}`, x: `${at}%`, y: "0", width: `${width}%`, height: "100%" },
      make("title", {}, `${partName(part.name)} ${signed(part.contribution, 2)}`));
  });
  return make("svg", { class: "stack", "aria-hidden": "true" }, rects);
}

function lengthOf(why) {
  return why.parts.reduce((sum, part) => sum + Math.abs(part.contribution), 0);
}

function key(name) {
  return make("span", {}, make("span", { class: `key part-${PARTS.indexOf(name)}`, "aria-hidden": "true" }), partName(name));
}

function explained(why, hit) {
  const say = words().explain, fitted = Boolean(why.curve);
  const rows = why.parts.map((part) => [key(part.name), num(part.value), fitted ? num(part.weight, 2) : part.rank ?? "–", signed(part.contribution)]);
  rows.push([make("b", {}, say.total), "", "", make("b", {}, signed(why.total))]);
  if (fitted) rows.push([say.relevance, "", "", num(why.relevance)]);
  if (why.time) {
    rows.push([why.time.other ? `${say.time} (${say.otherTime})` : say.time, "", "", `× ${num(why.time.fit)}`]);
    if (why.time.latest !== 1) rows.push([say.latest, "", "", `× ${num(why.time.latest)}`]);
  }
  if (why.kind_factor !== 1) rows.push([`${say.kind} (${words().passageKinds[why.kind]})`, "", "", `× ${num(why.kind_factor, 1)}`]);
  rows.push([make("b", {}, Math.abs(hit.score - why.score) < 1e-4 ? say.score : say.hybrid), "", "", make("b", {}, num(why.score))]);
  return make("div", { class: "why" },
    table("", [say.part, say.value, fitted ? say.weight : say.rank, say.contribution], rows, { class: "numbers adds-up" }),
    why.stand_ins.map((one) => make("p", { class: "note" }, say.stand(partName(one.leg), one.question, num(one.own, 2), `${num(one.likeness, 2)} − ${num(one.margin, 2)}`))),
    make("div", { class: "beside" }, termTable(why), alignmentTable(why)));
}

function termTable(why) {
  const say = words().explain;
  const met = why.terms.filter((term) => term.body || term.context);
  if (!why.terms.length) return null;
  const rows = met.sort((a, b) => b.body + b.context - a.body - a.context)
    .map((term) => [termText(term.term), `${Math.round(100 * term.share)} %`, num(term.body, 2), num(term.context, 2)]);
  const missing = joined(why.terms, (term) => !term.body && !term.context);
  return make("div", {}, table(say.terms, [say.term, say.share, say.body, say.context], rows, { class: "numbers" }),
    missing.length ? make("p", { class: "terms" }, say.missingTerms, " ", missing.map((term) => [make("span", { class: "term" }, term), " "])) : null);
}

function alignmentTable(why) {
  const say = words().explain;
  if (!why.alignment.length) return null;
  const rows = why.alignment.map((pair) => [pair.token, `${Math.round(100 * pair.share)} %`, pair.counterpart ?? say.none, pair.counterpart === null ? "–" : num(pair.cosine, 2)]);
  return table(say.alignment, [say.token, say.share, say.counterpart, say.cosine], rows, { class: "numbers" });
}
