// One run against another: the measures, then the questions that changed, both rankings side by side.
function comparison(one) {
  const say = words().compare, run = runNamed(one.run), against = runNamed(one.against);
  const rows = one.measures.map((found) => [found.measure, num(found.run), num(found.against), signed(found.difference), found.interval ? `[${signed(found.interval[0])}, ${signed(found.interval[1])}]` : "–", pText(found.p) || "–"]);
  const ties = typeof one.ties === "number" ? one.ties : one.ties?.length ?? 0;
  const side = (ids, text, name) => lazy(`compare ${one.run} ${one.against} ${name}`, [make("b", { class: name }, text(ids.length))],
    () => ids.length ? ids.map((id) => changed(questions.get(id), run, against)).filter(Boolean) : make("p", { class: "soft" }, say.none), { class: "changes" });
  const short = (name) => labels.get(name) ?? name, label = say.head(short(one.run), short(one.against)), whole = say.head(one.run, one.against);
  const column = (name) => make("th", { scope: "col", class: "of-name", title: short(name) === name ? null : name }, short(name));
  return make("section", { class: "comparison", "aria-label": label }, make("h3", { title: whole === label ? null : whole }, label),
    table("", [words().measure, column(one.run), column(one.against), say.difference, words().interval, "p"], rows, { class: "numbers" }),
    side(one.wins, say.wins, "wins"), side(one.losses, say.losses, "losses"), make("p", { class: "soft" }, say.ties(ties)));
}

function changed(question, run, against) {
  if (!question || !run || !against) return null;
  const chips = [against, run].filter((one) => one.found.has(question.id)).map((one) => rankChip(one, one.found.get(question.id)));
  return lazy(`changed ${run.name} ${against.name} ${question.id}`, [make("span", { class: "question", lang: langOf(question.question) }, question.question),
    make("span", { class: "soft tags" }, [question.id, question.type].join(" · ")), make("span", { class: "chips" }, chips)],
  () => rankings(question, [run, against], `c ${run.name} ${question.id}`), { class: "item" });
}
