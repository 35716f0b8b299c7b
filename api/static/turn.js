// One turn of the conversation on the page: the question, what comes of it, and the ways on from there.
import { untold } from "./citing.js";
import { copyRow } from "./copying.js";
import { button, langOf, make } from "./dom.js";
import { Judging, judged } from "./judging.js";
import { noteOf, passageList, placeLine, titleOf } from "./passages.js";
import { openSource } from "./source.js";
import { filterText } from "./narrowing.js";
import { WORDS } from "./words.js";

// A turn is {question, filters, filterLabels, status: asking | done | stopped | failed, text, passages, answer, fault}.
export class TurnView {
  #boxes = {};
  #drawn = null;
  #timer = null;
  #judging = null;

  // acts: announce(text), again(turn, withoutFilter), lang(), remember().
  constructor(turn, acts) {
    this.turn = turn;
    this.acts = acts;
    this.element = make("article", { class: "turn" });
    for (const name of ["asked", "state", "text", "foot", "passages"]) this.#boxes[name] = make("div", { class: name });
    const { asked, ...reply } = this.#boxes;
    this.reply = make("div", { class: "reply" }, reply.text, reply.state, reply.foot, reply.passages);
    this.element.append(asked, this.reply);
    this.redraw();
  }

  // Draws all anew, as when the language changes.
  redraw() {
    this.#drawn = null;
    const { turn, acts } = this, lang = acts.lang();
    const scope = turn.filters ? make("p", { class: "scope" }, WORDS[lang].scope + filterText(turn.filters, turn.filterLabels, lang)) : null;
    const you = make("span", { class: "hidden" }, WORDS[lang].you);
    this.#boxes.asked.replaceChildren(...[make("h2", { class: "bubble" }, you, turn.question), scope].filter(Boolean));
    this.update();
  }

  update() {
    const { turn } = this;
    const none = turn.answer?.answerable === false;
    this.element.classList.toggle("none", none);
    this.reply.setAttribute("aria-busy", turn.status === "asking");
    this.#boxes.text.replaceChildren(...this.#text());
    this.#boxes.state.replaceChildren(...this.#state());
    this.#boxes.foot.replaceChildren(...this.#foot());
    this.#passages(none);
  }

  #text() {
    const { turn } = this, text = turn.answer?.answer ?? turn.text;
    const heading = this.turn.answer?.answerable === false ? [make("h3", { class: "verdict" }, this.#words.noAnswer)] : [];
    const lines = text.split(/\n+/).filter((line) => line.trim());
    return [...heading, ...lines.map((line) => make("p", { lang: langOf(line) }, ...this.#marked(line)))];
  }

  // Until the citations have come with the whole answer, a marker is a number and nothing else; where they will not come
  // any more it is left out, and the state says so.
  #marked(line) {
    const citations = new Map((this.turn.answer?.citations ?? []).map((one) => [one.marker, one]));
    return line.split(/(\[\d+\])/).filter(Boolean).map((part) => {
      const number = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
      if (citations.has(number)) return this.#marker(citations.get(number));
      if (!number || this.turn.status === "done") return part;
      return this.turn.status === "asking" ? make("span", { class: "marker waiting" }, part.slice(1, -1)) : "";
    });
  }

  #marker(citation) {
    const lang = this.acts.lang(), name = `${WORDS[lang].source(citation.marker)}: ${titleOf(citation, lang)}`;
    const one = button(String(citation.marker), () => this.#open(citation, one), {
      class: "marker", lang, title: name, "aria-label": name, "aria-haspopup": "dialog", "aria-expanded": "false",
    });
    return one;
  }

  #open(citation, opener) {
    openSource(citation, this.turn.answer.passages, this.acts.lang(), opener);
  }

  #state() {
    const { turn } = this, words = this.#words;
    clearInterval(this.#timer);
    if (turn.status === "asking") {
      const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
      return [make("p", { class: "thinking" }, dots, turn.passages.length ? words.writing(turn.passages.length) : words.busy)];
    }
    if (turn.status === "done") return [];
    const again = button(words.again, () => this.acts.again(turn), { class: "again" });
    const said = turn.fault?.kind === "busy" ? "" : turn.fault?.message;
    const text = make("p", {}, this.#faultText(), ...(said ? [" ", make("small", { lang: langOf(said) }, said)] : []));
    if (turn.fault?.until > Date.now()) this.#countDown(text, again);
    return [make("div", { class: turn.status === "stopped" ? "fault stopped" : "fault" }, text, again)];
  }

  #faultText() {
    return this.#reason() + (/\[\d+\]/.test(this.turn.text) ? this.#words.noSources : "");
  }

  #reason() {
    const { turn } = this, words = this.#words;
    if (turn.status === "stopped") return words.stopped;
    const { kind, code, until } = turn.fault;
    if (kind !== "busy") return words.codes[code] ?? words[kind] ?? words.internal;
    const seconds = Math.ceil((until - Date.now()) / 1000);
    return seconds > 0 ? words.tooMany(seconds) : words.tooManyOver;
  }

  #countDown(text, again) {
    again.disabled = true;
    this.#timer = setInterval(() => {
      text.textContent = this.#faultText();
      if (this.turn.fault.until > Date.now() && this.element.isConnected) return;
      clearInterval(this.#timer);
      again.disabled = false;
      if (this.element.isConnected) this.acts.announce(this.#words.tooManyOver);
    }, 500);
  }

  #foot() {
    const { answer, question, filters } = this.turn, words = this.#words, lang = this.acts.lang();
    if (!answer) return [];
    const notes = [];
    if (answer.notice) notes.push(make("p", { class: "notice", lang: langOf(answer.notice) }, answer.notice));
    const asked = answer.asked && answer.asked !== question ? answer.asked : null;
    if (asked) notes.unshift(make("p", { class: "soft understood" }, words.understood(asked)));
    if (!answer.answerable) {
      notes.push(make("p", { class: "soft" }, words.noAnswerMore));
      if (filters) notes.push(button(words.without, () => this.acts.again(this.turn, true), { class: "again" }));
      return [...notes, ...this.#judged()];
    }
    const who = answer.answerer === "extractive" ? words.extractive : words.written;
    const sure = answer.calibrated ? words.sure(Math.round(answer.confidence * 100)) : null;
    const list = make("ol", { class: "sources", "aria-label": words.sources }, ...answer.citations.map((one) => this.#source(one, lang)));
    return [list, ...notes, make("p", { class: "soft by" }, [who, sure].filter(Boolean).join(" · ")), copyRow(answer, lang, this.acts.announce), ...this.#judged()];
  }

  // Kept as it is, so that what a reader has begun to write outlives a change of language.
  #judged() {
    if (!judged()) return [];
    this.#judging ??= new Judging(this.turn, this.acts);
    this.#judging.redraw();
    return [this.#judging.element];
  }

  #source(citation, lang) {
    const title = make("span", { class: "headline", lang: citation.title ? "zh-CN" : lang }, titleOf(citation, lang));
    const number = make("span", { class: "number" }, `[${citation.marker}]`);
    const one = button(number, () => this.#open(citation, one), { class: "source", "aria-haspopup": "dialog" });
    one.append(make("span", {}, title, placeLine(citation, lang)));
    return make("li", {}, one, noteOf({ note: untold(this.turn.answer.answer, citation) }, lang));
  }

  // The list stays as it is while the answer grows, so that a reader who has opened it is not disturbed.
  #passages(none) {
    const passages = this.turn.answer?.passages ?? this.turn.passages;
    const key = `${none} ${passages.map((passage) => passage.id)}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const before = this.#boxes.passages.querySelector("details")?.open;
    const options = { nearest: none, open: none || before };
    this.#boxes.passages.replaceChildren(...(passages.length ? [passageList(passages, this.acts.lang(), options)] : []));
  }

  get #words() {
    return WORDS[this.acts.lang()];
  }
}
