// What one run found for one question, passage by passage.
// A longer text is cut off after three lines until it is wanted, unless it holds evidence or came first.
const FOLDED = 110;

function rankChip(run, outcome) {
  const rank = outcome.rank;
  const grade = !rank ? "bad" : rank === 1 ? "good" : rank <= 5 ? "fair" : "poor";
  return make("span", { class: `chip ${grade}`, title: wholeOfName(run) }, words().question.chip(run.label, rank));
}

function marked(text, hit) {
  return pieces(text, hit.highlights, hit.evidence).map((piece) => {
    if (!piece.hit && !piece.evidence) return piece.text;
    const inner = piece.hit ? make("mark", { class: "hit" }, piece.text) : piece.text;
    return piece.evidence ? make("mark", { class: "evidence" }, inner) : inner;
  });
}

function placeOf(passage) {
  return [passage.file, passage.published, passage.paragraph === null ? null : words().hit.paragraph(passage.paragraph),
    passage.kind === "paragraph" ? null : words().passageKinds[passage.kind]].filter(Boolean).join(" · ");
}

function hitItem(id, run, hit, rank, most) {
  const say = words().hit, passage = report.passages[hit.passage_id], why = explanationOf(hit);
  const folded = passage && passage.text.length > FOLDED && rank !== 1 && !(hit.relevance > 0);
  const text = passage && make("p", { class: folded ? "words folded" : "words", lang: langOf(passage.text) }, marked(passage.text, hit));
  const more = folded && button(say.more, () => unfold(), { class: "quiet" });
  const head = make("div", { class: "hit-head" },
    make("b", { class: "rank" }, rank === null ? "–" : String(rank)), hit.relevance > 0 ? make("span", { class: "chip good" }, "✓ ", say.relevant, hit.relevance > 1 ? ` ×${hit.relevance}` : "") : null,
    hit.score === null || hit.score === undefined ? null : make("span", { class: "soft" }, `${say.score} ${num(hit.score)}`),
    rank === null && why ? make("span", { class: "soft" }, say.place(why.place)) : null);
  const rest = passage
    ? [make("div", { class: "headline", lang: "zh-CN" }, passage.title ?? say.untitled), make("div", { class: "place" }, placeOf(passage)), text, more]
    : [make("div", { class: "place" }, `${hit.passage_id} · ${say.unknown}`)];
  const unfold = () => {
    text?.classList.remove("folded");
    if (more) more.hidden = true;
  };
  const explain = why && lazy(`why ${id} ${run.name} ${hit.passage_id}`, [say.why], () => { unfold(); return explained(why, hit); }, { class: "why-box" });
  return make("li", { class: hit.relevance > 0 ? "relevant" : null }, head, rest, why ? stackedBar(why, most) : null, explain);
}

function ranking(question, run) {
  const say = words().hit, outcome = run.found.get(question.id);
  const box = make("section", { class: "ranking", "aria-label": run.label });
  if (!outcome) {
    box.append(make("h4", {}, named(run)), make("p", { class: "soft" }, words().question.notAsked));
    return box;
  }
  const why = reasons(run, question);
  const all = [...outcome.hits, ...(outcome.missed ?? [])];
  const most = Math.max(0, ...all.map(explanationOf).filter(Boolean).map(lengthOf));
  box.append(make("h4", {}, rankChip(run, outcome), outcome.ms ? make("span", { class: "soft" }, ` ${num(outcome.ms, 1)} ms`) : ""), wholeOfName(run) ? make("p", { class: "place" }, run.name) : "");
  if (why.length) box.append(make("p", { class: "reason" }, make("b", {}, words().kinds[kindOf(run, question)]), why.map((one) => [make("br"), one])));
  box.append(outcome.hits.length
    ? make("ol", { class: "hits", "aria-label": say.hits }, outcome.hits.map((hit, at) => hitItem(question.id, run, hit, at + 1, most)))
    : make("p", { class: "soft" }, say.none));
  if (outcome.missed?.length) {
    box.append(make("h5", {}, say.missed), make("ul", { class: "hits" }, outcome.missed.map((hit) => hitItem(question.id, run, hit, null, most))));
  }
  return box;
}

function legend(names) {
  return make("p", { class: "legend" },
    make("span", {}, make("mark", { class: "hit" }, words().marks.hit)), make("span", {}, make("mark", { class: "evidence" }, words().marks.evidence)),
    names.map(key));
}

function partsShown(question, shown) {
  const used = new Set(shown.flatMap((run) => [...(run.found.get(question.id)?.hits ?? []), ...(run.found.get(question.id)?.missed ?? [])])
    .map(explanationOf).filter(Boolean).flatMap((why) => why.parts.filter((part) => part.contribution).map((part) => part.name)));
  return PARTS.filter((name) => used.has(name));
}

// Rankings side by side; which runs are shown is chosen with buttons that stay pressed.
function rankings(question, first, slot) {
  const box = make("div", { class: "rankings" }), chosen = state.shown.get(slot) ?? new Set(first.map((run) => run.name));
  state.shown.set(slot, chosen);
  const draw = () => {
    const shown = runs.filter((run) => chosen.has(run.name));
    box.replaceChildren(legend(partsShown(question, shown)), make("div", { class: "side-by-side" }, shown.map((run) => ranking(question, run))));
  };
  const toggles = runs.filter((run) => run.found.has(question.id)).map((run) => {
    const one = button(run.label, () => {
      if (!chosen.delete(run.name)) chosen.add(run.name);
      one.setAttribute("aria-pressed", String(chosen.has(run.name)));
      draw();
    }, { "aria-pressed": String(chosen.has(run.name)), title: wholeOfName(run) });
    return one;
  });
  draw();
  return [toggles.length > 1 ? make("div", { class: "toggles", role: "group", "aria-label": words().question.runs }, toggles) : null, box].filter(Boolean);
}
