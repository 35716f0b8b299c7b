// The page where test questions are made: who may enter, its two parts, keys, downloads. Text only ever becomes text nodes.
import { button, make } from "./dom.js";
import { Drafts } from "./evaluate-drafts.js";
import { Judging } from "./evaluate-judging.js";
import { Refusal, download, hasKey, keep } from "./evaluate-service.js";
import { WORDS } from "./evaluate-words.js";

const place = (id) => document.getElementById(id);
const root = document.documentElement, spoken = place("spoken"), fault = place("fault");
const lang = () => root.lang, words = () => WORDS[lang()];
const FORMS = ["queries", "csv", "xlsx", "qrels", "topics"];

// The same words again are still a change, so that they are read out again.
function announce(text) {
  spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
}

function clear() {
  fault.hidden = true;
}

// What the service said itself stands small behind the page's own words.
const behind = (said) => (said ? [" ", make("small", { lang: "en" }, said)] : []);

function tell(text, said = "") {
  fault.replaceChildren(text, ...behind(said));
  fault.hidden = false;
}

// Does what was asked for and says what came in its way; a quote that stands nowhere is for `strayed` to show.
async function tried(act, strayed) {
  clear();
  try {
    await act();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.status === 401 || refusal.status === 403) return shut(refusal);
    if (refusal.near !== null && strayed) strayed(refusal);
    else tell(reason(refusal), refusal.message);
  }
}

function reason(refusal) {
  return refusal.status === 0 ? words().offline : words().codes[refusal.code] ?? words().failed(refusal.status);
}

const common = { lang, announce, tell, clear, tried };
const judging = new Judging(place("judging"), { ...common, counted: (text) => { place("judging-count").textContent = text; } });
const drafts = new Drafts(place("drafts"), {
  ...common, counted: (text) => { place("drafts-count").textContent = text; },
  changed: () => judging.refresh().catch(() => { /* the list is asked for again when it is looked at */ }),
});
const TABS = { drafts, judging };
let open = false, closed = null;

async function enter() {
  try {
    await drafts.open();
    await judging.open();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return shut(refusal);
  }
  open = true;
  closed = null;
  place("door").hidden = true;
  place("door").replaceChildren();
  place("work").hidden = false;
  drawDownloads();
}

// Why nothing is shown: a key is needed, or writing is off, or the service cannot be reached.
function shut(refusal) {
  open = false;
  closed = refusal;
  place("work").hidden = true;
  place("door").hidden = false;
  place("door").replaceChildren(...(refusal.status === 401 ? keyForm() : refusal.status === 403 ? offNotice(refusal) : retryNotice(refusal)));
  (place("key") ?? place("door").querySelector("h2")).focus();
}

function keyForm() {
  const field = make("input", { id: "key", type: "password", autocomplete: "current-password", required: true, maxlength: 1000 });
  const wrong = hasKey() ? make("p", { class: "fault", role: "alert" }, words().keyWrong) : null;
  const form = make("form", { class: "asking" }, make("div", { class: "field" }, make("label", { for: "key" }, words().keyLabel), field),
    make("button", { class: "main" }, words().keyEnter));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(field.value.trim());
    enter();
  });
  return [make("h2", { tabindex: "-1" }, words().keyTitle), make("p", {}, words().keyMore), ...(wrong ? [wrong] : []), form];
}

function offNotice(refusal) {
  return [make("h2", { tabindex: "-1" }, words().offTitle), make("p", {}, words().offMore),
    make("p", {}, words().offHow, ...behind(refusal.message))];
}

function retryNotice(refusal) {
  return [make("h2", { tabindex: "-1" }, reason(refusal)), make("p", {}, ...behind(refusal.message)), make("p", { class: "buttons" }, button(words().again, enter, { class: "main" }))];
}

// A file of topics cannot hold a remark, so what it leaves out is told here.
async function fetchFile(form) {
  const { unanswered, astray } = await download(form);
  const told = [unanswered ? words().leftOut(unanswered) : "", astray ? words().astray(astray) : ""].filter(Boolean).join(words().between);
  place("downloads-note").textContent = told;
  if (told) announce(told);
}

function drawDownloads() {
  place("downloads-note").textContent = "";
  const forget = hasKey() ? [button(words().keyForget, () => {
    keep("");
    enter();
  }, { class: "quiet", id: "forget-key" })] : [];
  place("downloads-list").replaceChildren(...FORMS.map((form) => button(words().forms[form], () => tried(() => fetchFile(form)), { class: "quiet" })), ...forget);
}

function choose(name) {
  for (const own of Object.keys(TABS)) {
    const tab = place(`tab-${own}`), chosen = own === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    place(own).hidden = !chosen;
  }
  clear();
}

const chosen = () => Object.keys(TABS).find((name) => !place(name).hidden);

for (const name of Object.keys(TABS)) {
  place(`tab-${name}`).addEventListener("click", () => choose(name));
}
place("tabs").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  choose(chosen() === "drafts" ? "judging" : "drafts");
  place(`tab-${chosen()}`).focus();
});

document.addEventListener("keydown", (event) => {
  if (!open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (event.key.length === 1 && TABS[chosen()].key(event.key.toLowerCase())) event.preventDefault();
});

function speak(language) {
  root.lang = language;
  document.title = `${words().title} · ${words().site}`;
  document.querySelectorAll("[data-t]").forEach((element) => { element.textContent = words()[element.dataset.t]; });
  place("language").textContent = words().other;
  place("language").lang = words().otherLang;
  clear();
  if (open) {
    drafts.draw();
    judging.draw();
    drawDownloads();
  } else if (closed) {
    shut(closed);
  }
  root.dataset.ready = "";
}

place("language").addEventListener("click", () => {
  speak(words().otherLang);
  try {
    localStorage.setItem("lang", lang());
  } catch { /* a browser that keeps nothing still switches */ }
});

speak(lang());
await enter();
