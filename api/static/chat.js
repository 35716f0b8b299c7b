// The chat page: puts its parts together. Text from documents only ever becomes text nodes (see dom.js).
import { ask } from "./asking.js";
import { Composer } from "./composer.js";
import { button, make } from "./dom.js";
import { embedded } from "./embed.js";
import { Filtering } from "./filters.js";
import { keep, recall } from "./keeping.js";
import { closeSource } from "./source.js";
import { settled } from "./steps.js";
import { TurnView } from "./turn.js";
import { WORDS } from "./words.js";

// As many earlier turns as help to understand a follow-up question.
const HISTORY = 12;
const LONGEST_TURN = 20_000;

const place = (id) => document.getElementById(id);
const root = document.documentElement, spoken = place("spoken"), log = place("turns");
const lang = () => root.lang;
let views = [];
let running = null;

// The same words again are still a change, so that they are read out again.
function announce(text) {
  spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
}

const acts = { announce, lang, again, remember };
const filtering = new Filtering(remember, lang);
const composer = new Composer({
  lang, announce,
  send: (question) => go({ question }),
  stop: () => running?.abort(),
});

function remember() {
  keep({ turns: views.map((view) => view.turn), filters: filtering.filters, labels: filtering.labels });
}

function earlier() {
  const said = views.filter(({ turn }) => turn.status === "done").flatMap(({ turn }) => [
    { role: "user", content: turn.question },
    { role: "assistant", content: turn.answer.answer.slice(0, LONGEST_TURN) },
  ]);
  return said.slice(-HISTORY);
}

function show(turn) {
  const view = new TurnView(turn, acts);
  views.push(view);
  log.append(view.element);
  return view;
}

function arrange() {
  document.body.classList.toggle("empty", !views.length);
  place("samples").hidden = views.length > 0;
  place("fresh").hidden = !views.length;
}

// Keeps up with what comes, but never past the question, nor against a reader who has scrolled back.
function keepInView(view, last) {
  const top = view.element.getBoundingClientRect().top + scrollY - 16;
  const wanted = Math.min(root.scrollHeight - innerHeight, top);
  if (last !== null && scrollY < last - 4) return null;
  if (wanted > scrollY) scrollTo({ top: wanted, behavior: "instant" });
  return Math.max(scrollY, 0);
}

// A question from the address stands for itself: `alone` asks it without the turns before it.
async function go({ question, filters = filtering.filters, labels = filtering.labels, alone = false }) {
  if (running) return announce(WORDS[lang()].waitFor);
  const request = { question, history: alone ? [] : earlier(), ...(filters ? { filters } : {}) };
  const turn = { question, filters, filterLabels: labels, status: "asking", text: "", passages: [], answer: null, fault: null };
  const view = show(turn);
  arrange();
  running = new AbortController();
  composer.busy(true);
  announce(WORDS[lang()].busy);
  let last = keepInView(view, null);
  const came = (change) => {
    Object.assign(turn, change);
    view.update();
    if (last !== null) last = keepInView(view, last);
  };
  try {
    const answer = await ask(request, running.signal, {
      passages: (passages) => came({ passages }),
      delta: (text) => came({ text: turn.text + text }),
    });
    came({ status: "done", answer, text: answer.answer });
  } catch (fault) {
    const { kind = "internal", message = "", until = null, code = "" } = fault;
    came(running.signal.aborted ? { status: "stopped" } : { status: "failed", fault: { kind, message, until, code } });
  }
  running = null;
  composer.busy(false);
  remember();
  if (views.includes(view)) announce(outcome(turn, view));
}

function outcome(turn, view) {
  if (turn.status !== "done") return view.element.querySelector(".fault p").textContent;
  const words = WORDS[lang()];
  return `${turn.answer.answerable ? words.answer : words.noAnswer}: ${turn.answer.answer}`;
}

function again(turn, withoutFilter = false) {
  if (running) return announce(WORDS[lang()].waitFor);
  if (withoutFilter) filtering.set(null);
  const failed = views.find((view) => view.turn === turn && turn.status !== "done");
  views = views.filter((view) => view !== failed);
  failed?.element.remove();
  composer.focus();
  return go({ question: turn.question, filters: withoutFilter ? null : turn.filters, labels: turn.filterLabels });
}

function startAfresh() {
  running?.abort();
  closeSource();
  views = [];
  log.replaceChildren();
  filtering.set(null);
  arrange();
  composer.clear();
  composer.focus();
  announce(WORDS[lang()].freshDone);
}

function speak(chosen) {
  root.lang = chosen;
  const words = WORDS[chosen];
  document.title = words.site;
  document.querySelectorAll("[data-t]").forEach((element) => { element.textContent = words[element.dataset.t]; });
  log.setAttribute("aria-label", words.conversation);
  place("language").textContent = words.other;
  place("language").lang = words.otherLang;
  place("samples-list").replaceChildren(...words.samples.map((text) => make("li", {}, button(text, () => go({ question: text })))));
  closeSource();
  composer.speak();
  filtering.drawChips();
  views.forEach((view) => view.redraw());
  root.dataset.ready = "";
}

// The fragment is taken out of the address at once: a reload shows the conversation and asks nothing again.
function follow() {
  if (!location.hash.startsWith("#q=")) return;
  let question = "";
  try {
    question = decodeURIComponent(location.hash.slice(3)).trim();
  } catch { /* a damaged address asks nothing */ }
  history.replaceState(null, "", location.pathname + location.search);
  if (question) go({ question, alone: true });
}

place("language").addEventListener("click", async () => {
  speak(WORDS[lang()].otherLang);
  await settled();
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.set("lang", lang());
    history.replaceState(null, "", address);
  }
  try {
    localStorage.setItem("lang", lang());
  } catch { /* a browser that keeps nothing still switches */ }
});
place("filter").addEventListener("click", () => filtering.open());
place("fresh").addEventListener("click", startAfresh);
addEventListener("hashchange", follow);
addEventListener("pagehide", remember);

const kept = recall();
kept.turns.forEach(show);
filtering.set(kept.filters, kept.labels);
arrange();
speak(lang());
if (views.length) scrollTo({ top: root.scrollHeight, behavior: "instant" });
follow();
if (root.dataset.embed !== undefined) embedded(() => document.querySelector("dialog[open]") !== null);
