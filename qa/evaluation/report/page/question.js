// One question in the list: closed, its ranks; opened, all that is known of it.
function questionItem(question) {
  const say = words().question, asked = runs.filter((run) => run.found.has(question.id)), verdict = verdictOf(question);
  const chips = asked.map((run) => rankChip(run, run.found.get(question.id)));
  if (!question.answerable) chips.push(make("span", { class: "chip" }, say.unanswerable));
  if (verdict) chips.push(make("span", { class: `chip ${verdict === "cited" || verdict === "rightly refused" ? "good" : "bad"}` }, words().answers.verdicts[verdict]));
  const box = lazy(`q ${question.id}`, [
    make("span", { class: "question", lang: langOf(question.question) }, question.question),
    make("span", { class: "soft tags" }, [question.id, question.type, question.lang].join(" · ")),
    make("span", { class: "chips" }, chips),
  ], () => details(question, asked), { class: "item", id: anchorOf(question.id), "data-id": question.id });
  // A reader's click alone: what is drawn again open, in the other language or list, would put its own name into the address.
  box.querySelector("summary").addEventListener("click", () => { if (!box.open) remember(question.id); });
  return box;
}

function anchorOf(id) {
  return `q-${encodeURIComponent(id)}`;
}

// The address names the question that was opened last, so that it can be passed on.
function remember(id) {
  try {
    history.replaceState(null, "", `#q=${encodeURIComponent(id)}`);
  } catch {
    // Where a file has no address of its own the link beside the question still works.
  }
}

function details(question, asked) {
  const say = words().question, facts = make("dl", { class: "facts" });
  const fact = (name, ...value) => facts.append(make("dt", {}, name), make("dd", {}, ...value));
  if (question.answer) fact(say.expected, make("span", { lang: langOf(question.answer) }, question.answer));
  const evidence = question.evidence.filter((one) => one.quote);
  if (evidence.length) fact(say.evidence, evidence.map((one) => make("blockquote", { lang: langOf(one.quote) }, one.quote, make("span", { class: "place" }, one.file))));
  if (question.terms?.length) fact(say.terms, question.terms.map((term) => [make("span", { class: "term" }, termText(term)), " "]));
  if (answers.has(question.id)) fact(words().answers.given, ...answerOf(question));
  const copy = button(say.copy, () => copyText(copy, JSON.stringify(wholeOf(question), null, 1)));
  const link = make("a", { href: `#q=${encodeURIComponent(question.id)}` }, say.link);
  const main = asked.filter((run) => run.name === state.filter.run);
  return [facts, make("p", { class: "actions" }, copy, link), ...(asked.length ? rankings(question, main.length ? main : asked.slice(0, 1), `q ${question.id}`) : [])];
}

function answerOf(question) {
  const answer = answers.get(question.id), say = words().answers, cited = Array.isArray(answer.citations) ? answer.citations : [];
  return [answer.text ? make("p", { class: "answer", lang: langOf(answer.text) }, answer.text) : null,
    make("p", { class: "soft" }, [say.verdicts[verdictOf(question)], `${say.chance} ${num(answer.confidence, 2)}`,
      `${say.citations} ${Array.isArray(answer.citations) ? cited.length : answer.citations ?? 0}`].join(" · ")),
    cited.map((one) => make("blockquote", { lang: langOf(one.quote ?? "") }, one.quote ?? "", make("span", { class: "place" }, `[${one.marker ?? ""}] ${one.file ?? ""}`)))];
}

// Everything of one question, texts included, for a bug report or another program.
function wholeOf(question) {
  const full = (hit) => ({ ...hit, passage: report.passages[hit.passage_id] ?? null, explain: Number.isInteger(hit.explain) ? report.explanations[hit.explain] : hit.explain ?? null });
  const outcomes = runs.filter((run) => run.found.has(question.id)).map((run) => {
    const { hits, missed, ...rest } = run.found.get(question.id);
    return { run: run.name, kind: kindOf(run, question), ...rest, hits: hits.map(full), ...(missed ? { missed: missed.map(full) } : {}) };
  });
  return { ...question, runs: outcomes, answer_given: answers.get(question.id) ?? null };
}

async function copyText(control, text) {
  const say = words().question;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { class: "hidden", "aria-hidden": "true", tabindex: "-1" });
    field.value = text;
    document.body.append(field);
    field.select();
    done = document.execCommand("copy");
    field.remove();
    control.focus();
  }
  control.textContent = done ? say.copied : say.copyFailed;
  setTimeout(() => { control.textContent = say.copy; }, 2000);
}
