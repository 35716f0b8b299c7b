// Below a finished answer: was it of use, what was wrong, and the way to take that back. Nothing is sent before "send".
import { Fault, faultOf } from "./asking.js";
import { button, make } from "./dom.js";
import { WORDS } from "./words.js";

const ANSWERED = ["wrong", "not-relevant", "incomplete", "outdated", "other"];
const REFUSED = ["not-answered-though-there", "not-relevant", "other"];

export const judged = () => document.documentElement.dataset.feedback !== undefined;

async function call(method, path, body) {
  const options = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { method, ...options }).catch(() => { throw new Fault("offline"); });
  if (!response.ok) throw await faultOf(response);
  return response.json();
}

function bodyOf({ question, answer }, { verdict, reasons, comment }) {
  const { asked, answerable, answerer, confidence, index_version } = answer;
  const citations = answer.citations.map(({ document_id, spans, quote }) => ({ document_id, spans, quote }));
  const said = { verdict, reasons: [...reasons], comment, question, asked, answer: answer.answer };
  return { ...said, answerable, answerer, confidence, index_version, citations };
}

export class Judging {
  #draft = null;
  #fault = "";
  #busy = false;

  // acts: announce(text), lang(), remember(). What was given stays with the turn: {verdict, id}.
  constructor(turn, acts) {
    this.turn = turn;
    this.acts = acts;
    this.element = make("div", { class: "judging" });
  }

  redraw() {
    const { given } = this.turn;
    const fault = this.#fault && make("p", { class: "fault" }, this.#fault);
    const parts = given ? [this.#thanks(given)] : [this.#verdicts(), this.#draft && this.#form(this.#draft)];
    this.element.replaceChildren(...[...parts, fault].filter(Boolean));
  }

  #verdicts() {
    const { judge, verdicts } = this.#words;
    const row = make("div", { class: "rating", role: "group", "aria-label": judge }, make("span", { "aria-hidden": "true" }, judge));
    for (const verdict of ["up", "down"]) {
      const pressed = this.#draft?.verdict === verdict;
      const one = button(verdicts[verdict], () => this.#choose(verdict, pressed), { class: "quiet", "aria-pressed": `${pressed}`, value: verdict });
      row.append(one);
    }
    return row;
  }

  #choose(verdict, pressed) {
    this.#draft = pressed ? null : { verdict, reasons: new Set(), comment: this.#draft?.comment ?? "" };
    this.#fault = "";
    this.redraw();
    this.element.querySelector(`[value=${verdict}]`).focus();
  }

  #form(draft) {
    const words = this.#words, names = this.turn.answer.answerable ? ANSWERED : REFUSED;
    const reasons = draft.verdict === "down" && make("fieldset", {}, make("legend", {}, words.whatWrong), ...names.map((name) => this.#reason(name, draft.reasons)));
    const comment = make("textarea", { rows: 2, maxlength: 500 });
    comment.value = draft.comment;
    comment.addEventListener("input", () => { draft.comment = comment.value; });
    const parts = [reasons, make("label", {}, words.comment, comment), make("p", { class: "soft" }, words.whatIsKept)];
    return make("form", {}, ...parts.filter(Boolean), button(words.sendVerdict, () => this.#send(draft), { class: "again" }));
  }

  #reason(name, reasons) {
    const box = make("input", { type: "checkbox", value: name });
    box.checked = reasons.has(name);
    box.addEventListener("change", () => (box.checked ? reasons.add(name) : reasons.delete(name)));
    return make("label", { class: "check" }, box, this.#words.reasons[name]);
  }

  #thanks({ verdict, id }) {
    const { takeBack, thanks, verdicts } = this.#words;
    return make("div", { class: "rating" }, thanks(verdicts[verdict]), button(takeBack, () => this.#takeBack(id), { class: "quiet" }));
  }

  #send(draft) {
    return this.#act(async () => {
      const { id } = await call("POST", "v1/feedback", bodyOf(this.turn, draft));
      this.turn.given = { verdict: draft.verdict, id };
      this.#draft = null;
      return this.#words.thanks(this.#words.verdicts[draft.verdict]);
    });
  }

  #takeBack(id) {
    return this.#act(async () => {
      await call("DELETE", `v1/feedback/${id}`).catch((fault) => {
        if (fault.code !== "not_found") throw fault; // it is gone, which is what was wanted
      });
      this.turn.given = null;
      return this.#words.takenBack;
    });
  }

  async #act(work) {
    if (this.#busy) return;
    this.#busy = true;
    this.#fault = "";
    const said = await work().catch((fault) => { this.#fault = this.#faultText(fault); });
    this.#busy = false;
    this.acts.remember();
    this.redraw();
    this.element.querySelector(this.#draft ? ".again" : "button").focus();
    this.acts.announce(said ?? this.#fault);
  }

  #faultText({ kind, code, until }) {
    const { notJudged } = this.#words;
    if (kind === "busy") return notJudged.busy(Math.max(1, Math.ceil((until - Date.now()) / 1000)));
    return notJudged[code] ?? notJudged[kind] ?? notJudged.internal;
  }

  get #words() {
    return WORDS[this.acts.lang()];
  }
}
