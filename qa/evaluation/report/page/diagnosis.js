// What kind of failure a question is, and why the right passage came behind.
const LEG = { lexical: "coverage", dense: "dense", soft: "soft" };

// The passages with evidence that any run, or the report itself, knows of.
function rightPassages(id) {
  const found = new Map();
  for (const run of runs) {
    const outcome = run.found.get(id);
    for (const hit of [...(outcome?.hits ?? []), ...(outcome?.missed ?? [])]) {
      if (hit.relevance > 0 || outcome.missed?.includes(hit)) found.set(hit.passage_id, hit);
    }
  }
  return found;
}

function near(one, other) {
  const [a, b] = [one, other].map((id) => report.passages[id]);
  if (!a || !b || a.file !== b.file || a.paragraph === null || b.paragraph === null) return null;
  return Math.abs(a.paragraph - b.paragraph);
}

function neighbourAt(question, hits) {
  const right = [...rightPassages(question.id).keys()];
  const at = hits.findIndex((hit) => right.some((id) => id !== hit.passage_id && near(id, hit.passage_id) === 1));
  return at < 0 ? null : at + 1;
}

function documentAt(question, hits) {
  const files = new Set(question.evidence.map((evidence) => evidence.file).filter(Boolean));
  const at = hits.findIndex((hit) => files.has(report.passages[hit.passage_id]?.file));
  return at < 0 ? null : at + 1;
}

function kindOf(run, question) {
  const outcome = run.found.get(question.id);
  if (!outcome) return null;
  if (outcome.rank) return outcome.rank === 1 ? "first" : outcome.rank <= 5 ? "lost" : "below";
  if (outcome.hits.some((hit) => hit.relevance > 0)) return "part";
  if (neighbourAt(question, outcome.hits)) return "neighbour";
  return documentAt(question, outcome.hits) ? "document" : "missing";
}

// Each sentence of the reason, in the language of the page.
function reasons(run, question) {
  const outcome = run.found.get(question.id), kind = kindOf(run, question), say = words().why;
  if (!outcome || kind === "first") return [];
  const said = [];
  if (kind === "lost" || kind === "below") {
    const right = outcome.hits[outcome.rank - 1], ahead = outcome.hits.findIndex((hit) => hit.relevance === 0) + 1;
    if (!ahead || ahead > outcome.rank) return [say.last(outcome.rank)];
    said.push(say.lost(outcome.rank, ahead), ...lead(run, outcome.hits[ahead - 1], right));
    if (near(outcome.hits[ahead - 1].passage_id, right.passage_id) === 1) said.push(say.neighbour(ahead));
  } else if (kind === "part") {
    said.push(say.part(outcome.hits.filter((hit) => hit.relevance > 0).length));
  } else {
    said.push(say.missing);
    const next = neighbourAt(question, outcome.hits), same = documentAt(question, outcome.hits);
    if (next) said.push(say.neighbour(next));
    else if (same) said.push(say.document(same));
  }
  const missed = outcome.missed?.[0], why = missed && explanationOf(missed);
  if (why && !outcome.rank) {
    said.push(why.place ? say.place(why.place) : say.noPlace);
    if (outcome.hits[0] && outcome.hits[0].relevance === 0) said.push(...lead(run, outcome.hits[0], missed));
  }
  return said;
}

// What gave the first passage its lead over the right one.
function lead(run, winner, right) {
  const [a, b] = [explanationOf(winner), explanationOf(right)], say = words().why;
  if (!a || !b) return [];
  const said = [], leg = LEG[run.mode];
  const gains = a.parts
    .map((part) => [part.name, part.contribution - (b.parts.find((other) => other.name === part.name)?.contribution ?? 0)])
    .concat(b.parts.filter((part) => !a.parts.some((other) => other.name === part.name)).map((part) => [part.name, -part.contribution]))
    .filter(([name, gain]) => gain > 0.005 && (!leg || name === leg))
    .sort((one, other) => other[1] - one[1]);
  const shown = leg ? gains : gains.filter(([, gain]) => gain >= 0.25 * gains[0][1]).slice(0, 3);
  if (shown.length && (leg || a.total > b.total)) {
    said.push(`${say.because} ${shown.map(([name, gain]) => leg ? legText(name, a, b) : `${words().parts[name] ?? name} ${signed(gain, 2)}`).join(state.lang === "zh" ? "、" : ", ")}`);
  }
  if (!leg || leg !== "dense") said.push(...kindAndTime(a, b));
  if (gains.some(([name]) => name === "coverage" || name === "terms")) said.push(...extraTerms(a, b));
  const standIn = a.stand_ins.find((one) => standsFor(one, a, shown));
  if (standIn) said.push(say.question(standIn.question));
  if (!said.length) said.push(Math.abs(winner.score - right.score) < 1e-9 ? say.tie : say.near);
  return said;
}

// Whether an index-time question accounts for at least half of what its leg won.
function standsFor(one, a, shown) {
  const gain = shown.find(([name]) => name === one.leg)?.[1], part = a.parts.find((found) => found.name === one.leg);
  if (gain === undefined) return false;
  return part.weight === null || (one.likeness - one.margin - one.own) * part.weight >= gain / 2;
}

function legText(name, a, b) {
  const [mine, theirs] = [a, b].map((one) => one.parts.find((part) => part.name === name)?.value ?? 0);
  return `${words().parts[name]} ${num(mine, 2)} > ${num(theirs, 2)}`;
}

function kindAndTime(a, b) {
  const said = [], say = words().why;
  if (b.kind_factor < a.kind_factor) said.push(say.kind(words().passageKinds[b.kind]));
  const kept = (one) => one.time ? one.time.fit * one.time.latest : 1;
  if (kept(b) < kept(a) - 0.01) said.push(say.time);
  return said;
}

function extraTerms(a, b) {
  const has = (one, term) => { const found = one.terms.find((other) => other.term === term); return found ? found.body + found.context : 0; };
  const more = joined(a.terms, (term) => term.body + term.context - has(b, term.term) > 0.1).filter((term) => term.length > 1).slice(0, 6);
  return more.length ? [words().why.terms(more.join(state.lang === "zh" ? "、" : ", "))] : [];
}

// The chosen terms as a reader would write them: overlapping pairs of characters become the word that they were cut from, and
// a single character or a number is told only where no longer term holds it.
function joined(terms, chosen) {
  const long = terms.filter((term) => Array.from(term.term).length > 1), found = [];
  long.forEach((term, at) => {
    if (!chosen(term)) return;
    const text = Array.from(termText(term.term)), before = found.at(-1);
    const goesOn = before && before.at === at - 1 && text.length === 2 && /^\p{Script=Han}{2}$/u.test(term.term) && Array.from(before.text).at(-1) === text[0];
    if (goesOn) Object.assign(before, { text: before.text + text[1], at });
    else found.push({ text: text.join(""), at });
  });
  const single = terms.filter((term) => Array.from(term.term).length === 1 && chosen(term) && !long.some((other) => other.term.includes(term.term)));
  const texts = [...new Set([...found.map((one) => one.text), ...single.map((term) => term.term)])];
  return texts.filter((text) => !texts.some((other) => other !== text && other.includes(text)));
}

// Numbers and dates stand in the index with a mark before them.
function termText(term) {
  if (term.length < 2) return term;
  return term[0] === "%" ? `${term.slice(1)} %` : "#@".includes(term[0]) ? term.slice(1) : term;
}
